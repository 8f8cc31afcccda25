/* SPDX-License-Identifier: Apache-2.0 */
#include "report/table.h"

#include <math.h>

#include "base/mem.h"
#include "spec/json.h"

#include "unit.h"

static void fill(struct table *t)
{
	table_init(t, "figures", "cost", "Figures");
	table_add_column(t, "name", "name", TABLE_TEXT);
	table_add_column(t, "ns", "time", TABLE_NS);
	table_add_column(t, "times", "times", TABLE_TIMES);
	table_add_column(t, "share", "share", TABLE_SHARE);
	table_add_column(t, "bytes", "bytes", TABLE_BYTES);
	table_add_column(t, "number", "number", TABLE_NUMBER);
	table_add_column(t, "none", "none", TABLE_COUNT);
	table_add_text(t, "first");
	table_add_number(t, 84200000);
	table_add_number(t, 254.4);
	table_add_number(t, 0.021);
	table_add_number(t, 1536);
	table_add_number(t, 5.7);
	table_add_positive(t, 0);
	table_add_text(t, NULL);
	table_add_number(t, NAN);
	table_add_number(t, 0.9824);
	table_add_number(t, 1);
	table_add_positive(t, -1);
	table_add_number(t, 1234567);
	table_add_number(t, INFINITY);
}

static void words_read_well(void **state)
{
	static const char *const want[2][7] = {
	    {"first", "84.2 ms", "254", "2.1%", "1.5 KiB", "5.7", ""},
	    {"", "", "0.982", "100%", "", "1,234,567", ""},
	};
	cleanup(table_done) struct table t;

	(void)state;
	fill(&t);
	assert_int_equal(table_rows(&t), 2);
	for (size_t row = 0; row < 2; row++)
		for (size_t c = 0; c < 7; c++) {
			cleanup_free char *words = table_words(&t, row, c);

			assert_string_equal(words, want[row][c]);
		}
	cleanup_free char *micro = table_time_words(714000);

	assert_string_equal(micro, "714 µs");
}

static void empty_columns_are_found(void **state)
{
	cleanup(table_done) struct table t;

	(void)state;
	fill(&t);
	assert_true(table_column_empty(&t, 6));
	assert_false(table_column_empty(&t, 0));
}

static void json_has_raw_values(void **state)
{
	cleanup(table_done) struct table t;

	(void)state;
	fill(&t);
	table_set_fact(&t, "floor", json_real(0.5));
	cleanup(json_free) json_t *j = table_json(&t);
	const json_t *row = json_array_get(json_object_get(j, "rows"), 0);

	assert_string_equal(json_string_value(json_array_get(row, 0)), "first");
	assert_int_equal(json_integer_value(json_array_get(row, 1)), 84200000);
	assert_true(json_real_value(json_array_get(row, 2)) == 254.4);
	assert_true(json_is_null(json_array_get(row, 6)));
	assert_null(json_object_get(j, "note"));
	assert_true(json_is_real(json_object_get(json_object_get(j, "facts"), "floor")));
}

UNIT_TESTS(unit(words_read_well), unit(empty_columns_are_found), unit(json_has_raw_values))
