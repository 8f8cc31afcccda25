/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Student code ran in the guest that wrote the report, so the report is data
 * that nobody trusts: it is read by type and cleaned before it reaches a
 * terminal. A section of no known kind is a text.
 */
#include "bench/explain-text.h"

#include <jansson.h>
#include <string.h>

#include "base/mem.h"
#include "bench/fault.h"
#include "spec/json.h"
#include "stats/complexity.h"

enum { COLUMNS_MAX = 12, CELL_MAX = 60 };

static char *cell_text(const json_t *value)
{
	if (json_is_integer(value))
		return xasprintf("%lld", (long long)json_integer_value(value));
	if (json_is_real(value))
		return xasprintf("%.6g", json_real_value(value));
	if (json_is_string(value)) {
		char *text = fault_clean(json_string_value(value));

		if (strlen(text) > CELL_MAX)
			memcpy(text + CELL_MAX - 3, "...", 4);
		return text;
	}
	return xstrdup(json_is_null(value) ? "-" : "?");
}

static void end_line(struct str *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	str_addc(out, '\n');
}

static void add_row(const json_t *row, const size_t *widths, size_t columns, struct str *out)
{
	str_add(out, " ");
	for (size_t c = 0; c < columns; c++) {
		const json_t *value = json_array_get(row, c);
		cleanup_free char *text = cell_text(value);

		str_addf(out, json_is_number(value) ? " %*s " : " %-*s ", (int)widths[c], text);
	}
	end_line(out);
}

static void widen(const json_t *row, size_t *widths, size_t columns)
{
	for (size_t c = 0; c < columns; c++) {
		cleanup_free char *text = cell_text(json_array_get(row, c));

		if (strlen(text) > widths[c])
			widths[c] = strlen(text);
	}
}

/* Headings stand over their columns: to the right over numbers. */
static void add_headings(const json_t *columns, const json_t *rows, const size_t *widths,
			 size_t count, struct str *out)
{
	str_add(out, " ");
	for (size_t c = 0; c < count; c++) {
		cleanup_free char *text = cell_text(json_array_get(columns, c));
		bool number = json_is_number(json_array_get(json_array_get(rows, 0), c));

		str_addf(out, number ? " %*s " : " %-*s ", (int)widths[c], text);
	}
	end_line(out);
}

static void add_table(const json_t *section, struct str *out)
{
	const json_t *columns = json_object_get(section, "columns");
	const json_t *rows = json_object_get(section, "rows");
	size_t count = json_array_size(columns);
	size_t widths[COLUMNS_MAX] = {0};
	const json_t *row;
	size_t i;

	if (count == 0 || count > COLUMNS_MAX)
		return;
	widen(columns, widths, count);
	json_array_foreach(rows, i, row) widen(row, widths, count);
	add_headings(columns, rows, widths, count, out);
	json_array_foreach(rows, i, row) add_row(row, widths, count, out);
}

/* Lines keep their blanks: plans and sources are read by them. */
static void add_line(const char *line, size_t length, struct str *out)
{
	cleanup_free char *copy = xstrndup(line, length);
	cleanup_free char *clean = fault_clean_line(copy);

	str_addf(out, "  %s\n", clean);
}

static void add_text(const json_t *section, struct str *out)
{
	const char *text = json_string_value(json_object_get(section, "text"));

	while (text && *text) {
		size_t length = strcspn(text, "\n");

		add_line(text, length, out);
		text += length + (text[length] == '\n');
	}
}

static void add_plan(const json_t *section, struct str *out)
{
	const json_t *line;
	size_t i;

	json_array_foreach(json_object_get(section, "lines"), i, line)
	{
		const char *text = json_string_value(line);

		if (text)
			add_line(text, strlen(text), out);
	}
}

/* Too wide for a terminal: the page draws it. */
static void add_stacks(struct str *out)
{
	str_add(out, "  ");
	str_add_wrapped(out,
			"drawn in the page only: keep what was seen with --json FILE, then "
			"'labctl report FILE --html PAGE'",
			2, 2);
}

/* How time grows with a parameter: fitted here, with an interval. */
static void add_growth(const json_t *section, struct str *out)
{
	cleanup_free char *name = fault_clean(json_string_or(section, "parameter", "n"));
	double sizes[COMPLEXITY_MAX_SIZES], seconds[COMPLEXITY_MAX_SIZES];
	size_t count = json_numbers(json_object_get(section, "sizes"), sizes, COMPLEXITY_MAX_SIZES);
	cleanup(str_done) struct str words = STR_INIT;
	struct complexity c;

	if (json_numbers(json_object_get(section, "seconds"), seconds, COMPLEXITY_MAX_SIZES) !=
	    count)
		count = 0;
	if (!complexity_fit(sizes, seconds, count, 0.95, &c))
		str_addf(&words, "too few values for a fit: it takes %d", COMPLEXITY_MIN_SIZES);
	else if (c.best == GROWTH_EXPONENTIAL)
		str_addf(&words,
			 "exponential: the time grows %.2f times with each further %s (as a power "
			 "it would be %.1f, and rising)",
			 c.base, name, c.exponent);
	else
		str_addf(&words, "time ~ %s ^ %.2f, 95%% interval [%.2f, %.2f]; nearest: %s", name,
			 c.exponent, c.low, c.high, complexity_name(c.best));
	str_add(out, "  ");
	str_add_wrapped(out, words.data, 2, 2);
}

static void add_title(const json_t *object, bool colour, const char *indent, struct str *out)
{
	const char *title = json_string_value(json_object_get(object, "title"));

	if (!title)
		return;
	cleanup_free char *clean = fault_clean(title);

	str_addf(out, "%s%s%s%s\n", indent, colour ? "\033[1m" : "", clean,
		 colour ? "\033[0m" : "");
}

static void add_note(const json_t *section, struct str *out)
{
	const char *note = json_string_value(json_object_get(section, "note"));

	if (!note)
		return;
	cleanup_free char *clean = fault_clean(note);

	str_add(out, "  ");
	str_add_wrapped(out, clean, 2, 2);
}

/* A section's body, by its kind. */
static void add_section(const json_t *section, bool colour, struct str *out)
{
	const char *kind = json_string_or(section, "kind", "");

	str_addc(out, '\n');
	add_title(section, colour, "  ", out);
	if (str_eq(kind, "stacks")) {
		add_stacks(out);
		return;
	}
	if (str_eq(kind, "table"))
		add_table(section, out);
	else if (str_eq(kind, "plan"))
		add_plan(section, out);
	else if (str_eq(kind, "growth"))
		add_growth(section, out);
	else
		add_text(section, out);
	add_note(section, out);
}

int explain_text_print(const char *report, size_t size, bool colour, struct str *out, struct err *e)
{
	cleanup(json_free) json_t *j = json_read_text("the instrument's report", report, size, e);
	const json_t *section;
	size_t i;

	if (!j)
		return -1;
	add_title(j, colour, "", out);
	json_array_foreach(json_object_get(j, "sections"), i, section)
	    add_section(section, colour, out);
	return 0;
}
