/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/mem.h"
#include "bench/finding.h"
#include "spec/json.h"

static void prints_places_as_compilers_do(void **state)
{
	cleanup(findings_done) struct findings f = {0};
	cleanup(str_done) struct str text = STR_INIT;
	(void)state;

	findings_good(&f, "%d seeds", 3);
	findings_bad(&f, "README.md", 7, "no hint");
	findings_bad(&f, "NOTES.md", 0, "is missing");
	findings_bad(&f, NULL, 0, "slow");
	findings_open(&f, "exercise.yaml", 9, "cannot be told");
	findings_print(&f, &text);
	assert_string_equal(text.data, "ok   3 seeds\n"
				       "FAIL README.md:7: no hint\n"
				       "FAIL NOTES.md: is missing\n"
				       "FAIL slow\n"
				       "open exercise.yaml:9: cannot be told\n");
	assert_int_equal(findings_bad_count(&f), 3);
	assert_int_equal(findings_open_count(&f), 1);
}

static void is_json_too(void **state)
{
	cleanup(findings_done) struct findings f = {0};
	(void)state;

	findings_bad(&f, "README.md", 7, "no hint");
	cleanup(json_free) json_t *j = findings_json(&f);
	cleanup_free char *text = json_text(j, false);

	assert_non_null(strstr(text, "\"line\":7"));
	assert_non_null(strstr(text, "\"ok\":false"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints_places_as_compilers_do),
	    cmocka_unit_test(is_json_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
