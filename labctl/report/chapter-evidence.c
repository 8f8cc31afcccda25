/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What instruments saw of a variant (exercises/harness/README.md, "A report").
 * A student's code ran beside the instrument, so every piece may be missing, of
 * another type, or longer than sense: what does not fit is left out, never trusted.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/chapter.h"
#include "spec/json.h"
#include "stats/complexity.h"

enum { COLUMNS_MAX = 16, ROWS_MAX = 2000, STACKS_MAX = 5000 };

static struct table *add_section(struct chapter *c, const json_t *report, const json_t *section,
				 const char *name, const char *chart)
{
	const char *title = json_string_or(section, "title", "");
	struct table *t = chapter_add_table(c, name, chart, *title ? title : "what it saw");

	t->group = xstrdup(json_string_or(report, "title", "evidence"));
	t->note = xstrdup(json_string_value(json_object_get(section, "note")));
	return t;
}

/* ---- tables ---- */

static const char *json_string_of(const json_t *value)
{
	return json_is_string(value) ? json_string_value(value) : "";
}

/* An empty string among numbers is a cell without one. */
static bool any_text(const json_t *rows, size_t column)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i,
			   row) if (*json_string_of(json_array_get(row, column))) return true;
	return false;
}

static void add_cell(struct table *t, size_t column, const json_t *value)
{
	if (!table_column_is_text(t, column)) {
		table_add_number(t, json_is_number(value) ? json_number_value(value) : NAN);
	} else if (json_is_number(value)) {
		cleanup_free char *text = xasprintf("%.6g", json_number_value(value));

		table_add_text(t, text);
	} else {
		table_add_text(t, json_string_value(value));
	}
}

/* The charts that a table may ask for; evidence.js has no others. */
static const char *chart_of(const json_t *section)
{
	return str_eq(json_string_or(section, "chart", ""), "ranking") ? "ranking" : NULL;
}

static void add_table(struct chapter *c, const json_t *report, const json_t *section)
{
	const json_t *columns = json_object_get(section, "columns");
	const json_t *rows = json_object_get(section, "rows");
	size_t count = json_array_size(columns);
	const json_t *row;
	size_t i;

	if (count == 0 || count > COLUMNS_MAX)
		return;
	struct table *t = add_section(c, report, section, "evidence", chart_of(section));

	for (size_t k = 0; k < count; k++) {
		const char *label = json_string_value(json_array_get(columns, k));
		cleanup_free char *key = xasprintf("c%zu", k + 1);

		table_add_column(t, key, label ? label : "",
				 any_text(rows, k) ? TABLE_TEXT : TABLE_NUMBER);
	}
	json_array_foreach(rows, i, row)
	{
		for (size_t k = 0; i < ROWS_MAX && k < count; k++)
			add_cell(t, k, json_array_get(row, k));
	}
	chapter_end_table(c);
}

/* ---- text ---- */

static void add_lines(struct chapter *c, const json_t *report, const json_t *section)
{
	if (json_is_true(json_object_get(section, "drawing")))
		return; /* of characters, for a terminal */
	struct table *t = add_section(c, report, section, "text", NULL);
	static const size_t LONG_LINES = 16;
	const char *text = json_string_or(section, "text", "");
	const json_t *line;
	size_t i;

	table_add_column(t, "line", "", TABLE_CODE);
	for (int n = 0; *text && n < ROWS_MAX; n++) {
		size_t length = strcspn(text, "\n");
		cleanup_free char *copy = xstrndup(text, length);

		table_add_text(t, copy);
		text += length + (text[length] == '\n');
	}
	json_array_foreach(json_object_get(section, "lines"), i, line) if (i < ROWS_MAX)
	    table_add_text(t, json_string_value(line));
	t->folded = table_rows(t) > LONG_LINES;
	chapter_end_table(c);
}

/* ---- plans of a database ---- */

static double number_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static void add_node(struct table *t, const json_t *node)
{
	int64_t depth = json_int_or(node, "depth", 0);
	const char *label = json_string_or(node, "label", "?");
	bool whole = json_is_true(json_object_get(node, "sequential"));
	cleanup_free char *text =
	    xasprintf("%*s%s", depth > 0 && depth < 40 ? (int)depth * 2 : 0, "", label);

	table_add_text(t, text);
	table_add_text(t, whole ? "sequential scan" : "");
	table_add_number(t, number_of(node, "read"));
	table_add_number(t, number_of(node, "kept"));
	table_add_number(t, number_of(node, "loops"));
	table_add_number(t, number_of(node, "ms"));
	table_add_number(t, number_of(node, "buffers"));
}

static void add_plan(struct chapter *c, const json_t *report, const json_t *section)
{
	const json_t *nodes = json_object_get(section, "nodes");
	const json_t *node;
	size_t i;

	if (json_array_size(nodes) == 0) {
		add_lines(c, report, section);
		return;
	}
	struct table *t = add_section(c, report, section, "plan", "plan");

	if (!t->note)
		t->note = xstrdup("The mark is how many rows a node read, its line reaches back to "
				  "how many it kept.");
	table_add_column(t, "node", "node", TABLE_CODE);
	table_add_column(t, "scan", "", TABLE_TEXT);
	table_add_column(t, "read", "rows read", TABLE_COUNT);
	table_add_column(t, "kept", "rows kept", TABLE_COUNT);
	table_add_column(t, "loops", "times", TABLE_COUNT);
	table_add_column(t, "ms", "ms", TABLE_NUMBER);
	table_add_column(t, "buffers", "buffers", TABLE_COUNT);
	json_array_foreach(nodes, i, node) if (i < ROWS_MAX) add_node(t, node);
	chapter_end_table(c);
}

/* ---- call stacks ---- */

static void add_stacks(struct chapter *c, const json_t *report, const json_t *section)
{
	struct table *t = add_section(c, report, section, "stacks", "flame");
	const json_t *stack;
	size_t i;

	t->folded = true;
	table_add_column(t, "stack", "stack, outermost first", TABLE_TEXT);
	table_add_column(t, "ns", "time", TABLE_NS);
	json_array_foreach(json_object_get(section, "stacks"), i, stack)
	{
		const char *frames = json_string_value(json_array_get(stack, 0));
		const json_t *ns = json_array_get(stack, 1);

		if (i >= STACKS_MAX || !frames || !json_is_number(ns))
			continue;
		table_add_text(t, frames);
		table_add_positive(t, json_number_value(ns));
	}
	chapter_end_table(c);
}

/* ---- growth ---- */

static char *growth_words(const struct complexity *fit, const char *parameter)
{
	if (fit->best == GROWTH_EXPONENTIAL)
		return xasprintf("Exponential: the time grows %.2f times with each further %s.",
				 fit->base, parameter);
	return xasprintf("Time grows as %s to the power of %.2f, 95%% interval [%.2f, %.2f]; the "
			 "nearest known growth is %s.",
			 parameter, fit->exponent, fit->low, fit->high, complexity_name(fit->best));
}

static void set_fit(struct table *t, const char *parameter, const double *sizes,
		    const double *seconds, size_t count)
{
	struct complexity fit;

	table_set_fact(t, "parameter", json_string(parameter) ?: json_string("size"));
	if (!complexity_fit(sizes, seconds, count, 0.95, &fit))
		return;
	free(t->note);
	t->note = growth_words(&fit, parameter);
	table_set_fact(t, "fit",
		       json_pack("{s:f, s:f, s:b}", "exponent", fit.exponent, "base", fit.base,
				 "exponential", fit.best == GROWTH_EXPONENTIAL));
}

static void add_growth(struct chapter *c, const json_t *report, const json_t *section)
{
	const char *parameter = json_string_or(section, "parameter", "size");
	double sizes[COMPLEXITY_MAX_SIZES], seconds[COMPLEXITY_MAX_SIZES];
	size_t count = json_numbers(json_object_get(section, "sizes"), sizes, COMPLEXITY_MAX_SIZES);
	struct table *t = add_section(c, report, section, "growth", "growth");

	if (json_numbers(json_object_get(section, "seconds"), seconds, COMPLEXITY_MAX_SIZES) !=
	    count)
		count = 0;
	table_add_column(t, "size", parameter, TABLE_NUMBER);
	table_add_column(t, "ns", "time", TABLE_NS);
	for (size_t i = 0; i < count; i++) {
		table_add_number(t, sizes[i]);
		table_add_positive(t, seconds[i] * 1e9);
	}
	set_fit(t, parameter, sizes, seconds, count);
	chapter_end_table(c);
}

void chapter_evidence(struct chapter *c, const json_t *evidence)
{
	static const struct {
		const char *kind;
		void (*add)(struct chapter *c, const json_t *report, const json_t *section);
	} kinds[] = {
	    {"table", add_table},   {"text", add_lines},    {"plan", add_plan},
	    {"stacks", add_stacks}, {"growth", add_growth},
	};
	const json_t *report, *section;
	size_t i, k;

	json_array_foreach(json_object_get(evidence, "reports"), i, report)
	{
		json_array_foreach(json_object_get(report, "sections"), k, section)
		{
			const char *kind = json_string_or(section, "kind", "");

			for (size_t n = 0; n < ARRAY_SIZE(kinds); n++)
				if (str_eq(kinds[n].kind, kind))
					kinds[n].add(c, report, section);
		}
	}
}
