/* SPDX-License-Identifier: Apache-2.0 */
#include "report/document.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "bench/explain.h"
#include "bench/figures.h"
#include "bench/growth.h"
#include "bench/sweep-scaling.h"
#include "spec/json.h"

static struct chapter *find_chapter(const struct document *d, const char *exercise)
{
	for (size_t i = 0; i < d->chapter_count; i++)
		if (str_eq(d->chapters[i]->exercise, exercise))
			return d->chapters[i];
	return NULL;
}

static struct chapter *add_chapter(struct document *d, const char *exercise)
{
	struct chapter *c = chapter_new(exercise);

	mem_grow(&d->chapters, &d->chapter_cap, d->chapter_count + 1, sizeof(struct chapter *));
	d->chapters[d->chapter_count++] = c;
	c->id = xasprintf("chapter-%zu", d->chapter_count);
	return c;
}

/* ---- over all records ---- */

static void begin_tables(struct document *d)
{
	struct table *t = &d->overview;

	if (t->name)
		return;
	table_init(t, "overview", "overview", "How many times faster than the baseline");
	t->note = xstrdup("The mark is the estimate, the line the interval that another run will "
			  "most likely find. Right of 1 is faster.");
	table_add_column(t, "exercise", "exercise", TABLE_TEXT);
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "technique", "technique", TABLE_TEXT);
	table_add_column(t, "times", "times faster", TABLE_TIMES);
	table_add_column(t, "low", "from", TABLE_TIMES);
	table_add_column(t, "high", "to", TABLE_TIMES);
	table_add_column(t, "verdict", "verdict", TABLE_TEXT);
	table_add_column(t, "started", "measured", TABLE_TEXT);
	t = &d->agreement;
	table_init(t, "agreement", "agreement", "The same exercise, measured several times");
	t->note = xstrdup("Ratios compare across hosts, times do not. Where the lines overlap, the "
			  "records agree; 'labctl compare' says so with numbers.");
	table_add_column(t, "exercise", "exercise", TABLE_TEXT);
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "record", "record", TABLE_TEXT);
	table_add_column(t, "times", "times faster", TABLE_TIMES);
	table_add_column(t, "low", "from", TABLE_TIMES);
	table_add_column(t, "high", "to", TABLE_TIMES);
	table_add_column(t, "verdict", "verdict", TABLE_TEXT);
}

static void add_to_overview(struct document *d, const struct result *r)
{
	struct table *t = &d->overview;

	for (size_t i = 0; i < r->figure_count; i++) {
		const struct result_figure *f = &r->figures[i];

		if (f->again || (f->variant == 0 && r->variant_count > 1))
			continue;
		table_add_text(t, r->exercise);
		table_add_text(t, r->variants[f->variant].name);
		table_add_text(t, r->variants[f->variant].technique);
		table_add_number(t, f->ratio.estimate);
		table_add_number(t, f->ratio.low);
		table_add_number(t, f->ratio.high);
		table_add_text(t, f->verdict);
		table_add_text(t, r->started);
	}
}

/* A record of --scaling has growths in place of samples and figures. */
static void add_growths(struct chapter *c, struct result *r)
{
	for (size_t i = 0; i < r->growth_count; i++)
		growth_fit(&r->growths[i]);
	chapter_growth(c, r);
}

static void add_ratios(struct document *d, struct chapter *c, struct result *r)
{
	c->compares = true;
	figures_compute(r);
	chapter_headline(c, r);
	chapter_figures(c, r);
	chapter_series(c, r);
	chapter_samples(c, r);
	add_to_overview(d, r);
}

void document_add_record(struct document *d, struct result *r, const char *path, const char *digest)
{
	struct chapter *c = add_chapter(d, r->exercise);

	begin_tables(d);
	if (r->growth_count)
		add_growths(c, r);
	else
		add_ratios(d, c, r);
	chapter_source(c, r, path, digest);
}

void document_add_sweep(struct document *d, struct sweep *s, const char *path)
{
	struct chapter *c = add_chapter(d, s->exercise);

	begin_tables(d);
	for (size_t i = 0; i < s->point_count; i++)
		for (size_t k = 0; k < s->points[i].run_count; k++)
			figures_compute(&s->points[i].runs[k]);
	sweep_scaling_fit(s);
	chapter_sweep(c, s, path);
}

int document_add_evidence(struct document *d, const char *path, const json_t *evidence,
			  struct err *e)
{
	const char *exercise;
	json_t *reports;

	if (json_check_format(evidence, "evidence", EVIDENCE_SCHEMA, "the evidence", path, e) ||
	    json_get_string(evidence, "exercise", &exercise, path, e) ||
	    json_get_array(evidence, "reports", &reports, path, e))
		return -1;
	begin_tables(d);
	struct chapter *c = find_chapter(d, exercise);

	chapter_evidence(c ? c : add_chapter(d, exercise), evidence);
	return 0;
}

/* ---- several records of one exercise ---- */

static size_t count_records(const struct document *d, const char *exercise)
{
	size_t count = 0;

	for (size_t i = 0; i < d->chapter_count; i++)
		count += d->chapters[i]->compares && str_eq(d->chapters[i]->exercise, exercise);
	return count;
}

static const char *text_of(const struct table *t, size_t row, size_t column)
{
	const char *text = table_cell(t, row, column)->text;

	return text ? text : "";
}

/* From the overview's rows, those of exercises with several records. */
static void fill_agreement(struct document *d)
{
	enum { EXERCISE, VARIANT, TECHNIQUE, TIMES, LOW, HIGH, VERDICT, STARTED };
	const struct table *from = &d->overview;
	struct table *to = &d->agreement;

	for (size_t row = 0; row < table_rows(from); row++) {
		if (count_records(d, text_of(from, row, EXERCISE)) < 2)
			continue;
		table_add_text(to, text_of(from, row, EXERCISE));
		table_add_text(to, text_of(from, row, VARIANT));
		table_add_text(to, text_of(from, row, STARTED));
		for (size_t column = TIMES; column <= HIGH; column++)
			table_add_number(to, table_cell(from, row, column)->number);
		table_add_text(to, text_of(from, row, VERDICT));
	}
}

void document_finish(struct document *d)
{
	for (size_t i = 0; i < d->chapter_count; i++) {
		struct chapter *c = d->chapters[i];

		chapter_finish(c);
		if (!c->compares || count_records(d, c->exercise) < 2 || !c->started)
			continue;
		cleanup_free char *title = c->title;

		c->title = xasprintf("%s, %s", title, c->started);
	}
	fill_agreement(d);
}

void document_done(struct document *d)
{
	for (size_t i = 0; i < d->chapter_count; i++)
		chapter_free(d->chapters[i]);
	free(d->chapters);
	table_done(&d->overview);
	table_done(&d->agreement);
	*d = (struct document){0};
}
