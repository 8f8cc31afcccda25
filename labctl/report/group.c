/* SPDX-License-Identifier: Apache-2.0 */
#include "report/group.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

size_t group_end(const struct chapter *c, size_t first)
{
	const char *group = c->tables[first].group;
	size_t end = first + 1;

	while (group && end < c->table_count && str_eq(c->tables[end].group, group))
		end++;
	return end;
}

/* ---- in words ---- */

/* The function at the end of a stack, which is what ran. */
static const char *innermost(const char *stack)
{
	const char *last = stack ? strrchr(stack, ';') : NULL;

	return last ? last + 1 : stack ? stack : "";
}

static double time_within(const struct table *t, const char *function)
{
	double ns = 0;

	for (size_t row = 0; row < table_rows(t); row++)
		if (str_eq(innermost(table_cell(t, row, 0)->text), function))
			ns += table_cell(t, row, 1)->number;
	return ns;
}

/* "flame graph: 88% in wait (connection.py)": where most of the time was spent. The longest stack
 * comes first, and its end is the answer unless another function is at the end of several. */
static void add_stacks(const struct table *t, struct str *out)
{
	enum { STACKS_MAX = 100 };
	const char *most = "";
	double most_ns = 0, all_ns = 0;

	for (size_t row = 0; row < table_rows(t); row++) {
		const char *function = innermost(table_cell(t, row, 0)->text);

		all_ns += table_cell(t, row, 1)->number;
		double ns = row < STACKS_MAX ? time_within(t, function) : 0;

		if (ns > most_ns) {
			most = function;
			most_ns = ns;
		}
	}
	str_add(out, t->title);
	if (most_ns > 0 && all_ns > 0)
		str_addf(out, ": %.0f%% in %s", 100 * most_ns / all_ns, most);
}

static size_t count_scans(const struct table *t)
{
	enum { SCAN = 1 };
	size_t scans = 0;

	for (size_t row = 0; row < table_rows(t); row++)
		scans += !str_eq(table_cell(t, row, SCAN)->text, "");
	return scans;
}

/* A line or two say themselves; of others the title does. */
static void add_table(const struct table *t, struct str *out)
{
	const char *line = str_eq(t->name, "text") ? table_cell(t, 0, 0)->text : NULL;

	str_add(out, line && *line && table_rows(t) <= 2 ? line : t->title);
}

static void add_plans(size_t plans, size_t scans, struct str *out)
{
	str_addf(out, "%s%zu plan%s, ", out->len ? " · " : "", plans, plans == 1 ? "" : "s");
	if (scans)
		str_addf(out, "%zu sequential scan%s", scans, scans == 1 ? "" : "s");
	else
		str_add(out, "no sequential scan");
}

char *group_words(const struct chapter *c, size_t first, size_t end)
{
	cleanup(str_done) struct str out = STR_INIT;
	size_t plans = 0, scans = 0;

	for (size_t i = first; i < end; i++) {
		const struct table *t = &c->tables[i];

		if (str_eq(t->name, "plan")) {
			plans++;
			scans += count_scans(t);
			continue;
		}
		if (out.len)
			str_add(&out, " · ");
		if (str_eq(t->name, "stacks"))
			add_stacks(t, &out);
		else
			add_table(t, &out);
	}
	if (plans)
		add_plans(plans, scans, &out);
	return str_take(&out);
}
