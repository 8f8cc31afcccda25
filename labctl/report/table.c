/* SPDX-License-Identifier: Apache-2.0 */
#include "report/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static const char *const unit_names[] = {
    [TABLE_TEXT] = "text",     [TABLE_CODE] = "code",   [TABLE_COUNT] = "count",
    [TABLE_NUMBER] = "number", [TABLE_TIMES] = "times", [TABLE_NS] = "ns",
    [TABLE_BYTES] = "bytes",   [TABLE_SHARE] = "share",
};

void table_init(struct table *t, const char *name, const char *chart, const char *title)
{
	*t =
	    (struct table){.name = xstrdup(name), .chart = xstrdup(chart), .title = xstrdup(title)};
}

void table_done(struct table *t)
{
	for (size_t i = 0; i < t->column_count; i++) {
		free(t->columns[i].key);
		free(t->columns[i].label);
	}
	for (size_t i = 0; i < t->cell_count; i++)
		free(t->cells[i].text);
	free(t->columns);
	free(t->cells);
	free(t->name);
	free(t->chart);
	free(t->group);
	free(t->title);
	free(t->note);
	json_decref(t->facts);
	*t = (struct table){0};
}

void table_add_column(struct table *t, const char *key, const char *label, enum table_unit unit)
{
	mem_grow(&t->columns, &t->column_cap, t->column_count + 1, sizeof(*t->columns));
	t->columns[t->column_count++] = (struct table_column){xstrdup(key), xstrdup(label), unit};
}

static void add_cell(struct table *t, struct table_cell cell)
{
	mem_grow(&t->cells, &t->cell_cap, t->cell_count + 1, sizeof(*t->cells));
	t->cells[t->cell_count++] = cell;
}

void table_add_text(struct table *t, const char *text)
{
	add_cell(t, (struct table_cell){.text = xstrdup(text), .number = NAN});
}

void table_add_number(struct table *t, double number)
{
	add_cell(t, (struct table_cell){.number = isfinite(number) ? number : NAN});
}

void table_add_positive(struct table *t, double number)
{
	table_add_number(t, number > 0 ? number : NAN);
}

void table_set_fact(struct table *t, const char *key, json_t *value)
{
	if (!t->facts)
		t->facts = json_object();
	json_object_set_new(t->facts, key, value);
}

size_t table_rows(const struct table *t)
{
	return t->column_count ? t->cell_count / t->column_count : 0;
}

const struct table_cell *table_cell(const struct table *t, size_t row, size_t column)
{
	return &t->cells[row * t->column_count + column];
}

bool table_column_is_text(const struct table *t, size_t column)
{
	return t->columns[column].unit == TABLE_TEXT || t->columns[column].unit == TABLE_CODE;
}

static bool is_empty(const struct table_cell *cell)
{
	return isnan(cell->number) && !(cell->text && *cell->text);
}

bool table_column_empty(const struct table *t, size_t column)
{
	for (size_t row = 0; row < table_rows(t); row++)
		if (!is_empty(table_cell(t, row, column)))
			return false;
	return true;
}

/* Three digits that mean something, and none made up: "254", "3.42", "0.982". */
static char *times_words(double x)
{
	return xasprintf("%.*f", x >= 100 ? 0 : x >= 10 ? 1 : x >= 1 ? 2 : 3, x);
}

/* "1,807,871" */
static char *count_words(double x)
{
	cleanup_free char *digits = xasprintf("%.0f", fabs(x));
	cleanup(str_done) struct str out = STR_INIT;

	str_add(&out, x < 0 ? "-" : "");
	for (size_t left = strlen(digits); left > 0; left--) {
		str_addc(&out, digits[strlen(digits) - left]);
		str_add(&out, left > 1 && left % 3 == 1 ? "," : "");
	}
	return str_take(&out);
}

static char *number_words(double x)
{
	return x == round(x) && fabs(x) < 1e15 ? count_words(x) : xasprintf("%.4g", x);
}

static char *bytes_words(double bytes)
{
	char text[32];

	return xstrdup(str_human_bytes(llround(bytes), text, sizeof(text)));
}

/* A page has the sign that a terminal may lack. */
char *table_time_words(double ns)
{
	char text[32];
	size_t length = strlen(str_human_ns(llround(ns), text, sizeof(text)));

	if (length > 2 && str_eq(text + length - 2, "us"))
		return xasprintf("%.*sµs", (int)length - 2, text);
	return xstrdup(text);
}

static char *share_words(double share)
{
	return xasprintf("%.*f%%", share < 0.0995 ? 1 : 0, 100 * share);
}

char *table_words(const struct table *t, size_t row, size_t column)
{
	const struct table_cell *cell = table_cell(t, row, column);

	if (table_column_is_text(t, column))
		return xstrdup(cell->text ? cell->text : "");
	if (isnan(cell->number))
		return xstrdup("");
	switch (t->columns[column].unit) {
	case TABLE_NS:
		return table_time_words(cell->number);
	case TABLE_BYTES:
		return bytes_words(cell->number);
	case TABLE_SHARE:
		return share_words(cell->number);
	case TABLE_TIMES:
		return times_words(cell->number);
	default:
		return number_words(cell->number);
	}
}

/* Whole numbers stay whole in the text. Bytes that are no UTF-8 cannot be JSON. */
static json_t *cell_json(const struct table_cell *cell)
{
	if (cell->text)
		return json_string(cell->text) ?: json_string("?");
	if (isnan(cell->number))
		return json_null();
	if (cell->number == round(cell->number) && fabs(cell->number) < 9007199254740992.0)
		return json_integer((json_int_t)cell->number);
	return json_real(cell->number);
}

static json_t *columns_json(const struct table *t)
{
	json_t *columns = json_array();

	for (size_t i = 0; i < t->column_count; i++)
		json_array_append_new(columns,
				      json_pack("{s:s, s:s, s:s}", "key", t->columns[i].key,
						"label", t->columns[i].label, "unit",
						unit_names[t->columns[i].unit]));
	return columns;
}

static json_t *rows_json(const struct table *t)
{
	json_t *rows = json_array();

	for (size_t row = 0; row < table_rows(t); row++) {
		json_t *cells = json_array();

		for (size_t c = 0; c < t->column_count; c++)
			json_array_append_new(cells, cell_json(table_cell(t, row, c)));
		json_array_append_new(rows, cells);
	}
	return rows;
}

json_t *table_json(const struct table *t)
{
	return json_pack("{s:s, s:s*, s:s*, s:s, s:s*, s:o, s:o, s:O*}", "name", t->name, "chart",
			 t->chart, "group", t->group, "title", t->title, "note", t->note, "columns",
			 columns_json(t), "rows", rows_json(t), "facts", t->facts);
}
