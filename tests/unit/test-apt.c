/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/apt.h"

static char *uris(const struct apt_config *c)
{
	struct str s = STR_INIT;

	for (size_t i = 0; i < c->source_count; i++)
		str_addf(&s, "%s%s@%s", i ? " " : "", c->sources[i].uri, c->sources[i].origin);
	return str_take(&s);
}

static void reads_deb822_sources(void **state)
{
	static const char text[] =
	    "Types: deb deb-src\n"
	    "# a comment\n"
	    "URIs: http://one.example/debian/\n  https://two.example/debian\n"
	    "Suites: trixie trixie-updates\nComponents: main\n"
	    "Signed-By:\n -----BEGIN\n .\n x\n\n"
	    "Types: deb-src\nURIs: http://source.example\nSuites: trixie\n\n"
	    "Types: deb\nURIs: http://off.example\nSuites: trixie\nEnabled: no\n\n"
	    "types: deb\nuris: http://flat.example\nsuites: ./\n\n"
	    "Types: deb\nURIs: cdrom:[x]/ tor+http://t.example file:/srv/debian/ mirror+file:/l\n"
	    "Suites: trixie\n";
	cleanup(apt_done) struct apt_config c = {0};

	(void)state;
	apt_parse_sources("s", text, strlen(text), &c);
	cleanup_free char *all = uris(&c);

	assert_string_equal(all, "http://one.example/debian@s:3 https://two.example/debian@s:3 "
				 "file:/srv/debian@s:26 mirror+file:/l@s:26");
}

static void reads_one_line_sources(void **state)
{
	static const char text[] =
	    "# deb http://comment.example x main\n"
	    "deb http://one.example/debian trixie main # why\n"
	    " deb\t[arch=amd64 signed-by=/k]\thttps://two.example\ttrixie main\n"
	    "deb [ http://broken.example trixie main\n"
	    "deb http://short.example\n"
	    "deb http://flat.example ./\n"
	    "deb-src http://source.example trixie main\n"
	    "deb http://one.example/debian trixie-updates main";
	cleanup(apt_done) struct apt_config c = {0};

	(void)state;
	apt_parse_list("l", text, strlen(text), &c);
	cleanup_free char *all = uris(&c);

	assert_string_equal(all, "http://one.example/debian@l:2 https://two.example@l:3");
}

static void chooses_proxies_as_apt_does(void **state)
{
	static const char text[] =
	    "Acquire::Retries \"3\";\n"
	    "Acquire::http::Proxy \"http://proxy.example:3128\";\n"
	    "Acquire::http::Proxy::near.example \"DIRECT\";\n"
	    "Acquire::https::Proxy::secure.example \"http://other.example\";\n"
	    "Acquire::ftp::Proxy \"\";\n";
	cleanup(apt_done) struct apt_config c = {0};

	(void)state;
	apt_parse_dump(text, strlen(text), &c);
	assert_string_equal(apt_proxy(&c, "http://far.example/debian"),
			    "http://proxy.example:3128");
	assert_string_equal(apt_proxy(&c, "http://near.example:80/debian"), "");
	assert_string_equal(apt_proxy(&c, "http://user@near.example/"), "");
	assert_string_equal(apt_proxy(&c, "https://secure.example"), "http://other.example");
	assert_string_equal(apt_proxy(&c, "https://far.example"), "http://proxy.example:3128");
	assert_null(apt_proxy(&c, "file:///srv"));
}

static void expects_password(const struct apt_config *c, const char *uri, const char *want)
{
	cleanup_free char *got = apt_userpwd(c, uri);

	if (!str_eq(got, want))
		fail_msg("%s: got %s, want %s", uri, got ? got : "none", want ? want : "none");
}

static void finds_passwords_as_apt_does(void **state)
{
	static const char text[] = "# machine no.example login x password y\n"
				   "machine a.example login me password p1\n"
				   "machine b.example/debian/ login\nyou password p2\n"
				   "machine http://c.example:81 login she\n"
				   "machine last.example login";
	cleanup(apt_done) struct apt_config c = {0};

	(void)state;
	apt_parse_auth(text, strlen(text), &c);
	expects_password(&c, "https://a.example/debian", "me:p1");
	expects_password(&c, "https://a.example:8443/debian", "me:p1");
	expects_password(&c, "http://a.example/debian", NULL); /* never in the clear */
	expects_password(&c, "https://a.example.org/debian", NULL);
	expects_password(&c, "https://b.example/debian/pool", "you:p2");
	expects_password(&c, "https://b.example/other", NULL);
	expects_password(&c, "http://c.example:81/debian", "she:");
	expects_password(&c, "http://c.example:810/debian", NULL);
	expects_password(&c, "https://no.example", NULL);
	expects_password(&c, "https://last.example", NULL);
}

UNIT_TESTS(unit(reads_deb822_sources), unit(reads_one_line_sources),
	   unit(chooses_proxies_as_apt_does), unit(finds_passwords_as_apt_does))
