/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/mem.h"
#include "base/strv.h"

static void splits_and_joins(void **state)
{
	cleanup(strv_done) struct strv v = STRV_INIT;

	(void)state;
	strv_split(&v, ",a,,bc,", ',');
	assert_int_equal(v.len, 2);
	strv_addf(&v, "%d", 3);
	cleanup_free char *text = strv_join(&v, "|");

	assert_string_equal(text, "a|bc|3");
	assert_null(v.items[3]);
}

static void an_empty_list_is_an_argv(void **state)
{
	cleanup(strv_done) struct strv v = STRV_INIT;
	cleanup_free char *text = strv_join(&v, ",");

	(void)state;
	assert_string_equal(text, "");
	assert_null(strv_argv(&v)[0]);
}

static void sorts_by_bytes_and_removes(void **state)
{
	static const char *const words[] = {"b", "a", "B", "\xc3\xa4", NULL};
	cleanup(strv_done) struct strv v = STRV_INIT;

	(void)state;
	strv_add_all(&v, words);
	strv_sort(&v);
	strv_remove(&v, 1);
	strv_remove(&v, 99);
	cleanup_free char *text = strv_join(&v, " ");

	assert_string_equal(text, "B b \xc3\xa4");
	assert_true(strv_has(&v, "b"));
	assert_false(strv_has(&v, "a"));
	assert_null(v.items[v.len]);
}

UNIT_TESTS(unit(splits_and_joins), unit(an_empty_list_is_an_argv), unit(sorts_by_bytes_and_removes))
