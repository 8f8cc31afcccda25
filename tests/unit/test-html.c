/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "report/html.h"
#include "spec/json.h"

#include "unit.h"

static void check_text(const char *text, const char *want)
{
	cleanup(str_done) struct str out = STR_INIT;

	html_text(&out, text);
	assert_string_equal(out.data, want);
}

static void markup_is_text(void **state)
{
	(void)state;
	check_text("<b onclick=\"f('x')\">&amp;</b>",
		   "&lt;b onclick=&quot;f(&#39;x&#39;)&quot;&gt;&amp;amp;&lt;/b&gt;");
	check_text("", "");
	check_text(NULL, "");
}

static void characters_html_forbids(void **state)
{
	(void)state;
	check_text("a\x01"
		   "b\x1b[31m\x7f",
		   "a\xef\xbf\xbd"
		   "b\xef\xbf\xbd[31m\xef\xbf\xbd");
	check_text("tab\tline\n", "tab\tline\n");
	check_text("\xc2\x85", "\xef\xbf\xbd\xef\xbf\xbd"); /* a C1 control */
	check_text("\xc0\xbc", "\xef\xbf\xbd\xef\xbf\xbd"); /* '<', overlong */
	check_text("\xed\xa0\x80",
		   "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* half a surrogate pair */
	check_text("\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"); /* cut off */
	check_text("\xf0\x9f\x98\x80 \xe2\x86\x92 \xc3\xa9",
		   "\xf0\x9f\x98\x80 \xe2\x86\x92 \xc3\xa9");
}

static void data_cannot_end_its_element(void **state)
{
	cleanup(json_free) json_t *j =
	    json_pack("[s, s]", "</script><script>&<!--", "\xe2\x80\xa8");
	cleanup(str_done) struct str out = STR_INIT;

	(void)state;
	html_data(&out, j);
	assert_string_equal(
	    out.data,
	    "[\"\\u003c/script\\u003e\\u003cscript\\u003e\\u0026\\u003c!--\",\"\\u2028\"]");
}

static void hash_as_openssl_has_it(void **state)
{
	cleanup(str_done) struct str out = STR_INIT;

	(void)state;
	html_add_hash(&out, "alert(1)", 8); /* openssl dgst -sha256 -binary | base64 */
	assert_string_equal(out.data, "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='");
}

UNIT_TESTS(unit(markup_is_text), unit(characters_html_forbids), unit(data_cannot_end_its_element),
	   unit(hash_as_openssl_has_it))
