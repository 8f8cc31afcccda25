/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What series of calls say of an engine that compiles while it runs: when it is
 * warm, what the first call costs, and after how many calls it has paid.
 */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "bench/figures.h"
#include "bench/series.h"
#include "report/chapter.h"
#include "stats/warmup.h"

enum { CALLS_MAX = 1000 }; /* of a curve; what comes later is steady or never will be */

/* The first sample that counts stands for the variant: curves do not average. */
static const struct result_sample *example_of(const struct result *r, size_t variant)
{
	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];

		if (s->variant == (int64_t)variant && !s->again && s->ending == ENDING_OK &&
		    json_array_size(s->series.calls_ns) > 0 && figures_counts(r, i))
			return s;
	}
	return NULL;
}

static double level_at(const struct warmup *w, size_t call)
{
	for (size_t i = 0; i < w->segment_count; i++)
		if (call >= w->segments[i].first &&
		    call < w->segments[i].first + w->segments[i].count)
			return w->segments[i].level;
	return NAN;
}

static void add_calls(struct table *t, const char *variant, const json_t *calls)
{
	size_t n = json_array_size(calls);
	cleanup_free double *times = xcalloc(n, sizeof(*times));
	struct warmup w = {.segment_count = 0};

	for (size_t i = 0; i < n; i++)
		times[i] = json_number_value(json_array_get(calls, i));
	if (!warmup_find(times, n, &w))
		w.segment_count = 0;
	for (size_t i = 0; i < n && i < CALLS_MAX; i++) {
		table_add_text(t, variant);
		table_add_number(t, (double)i + 1);
		table_add_positive(t, times[i]);
		table_add_positive(t, level_at(&w, i));
	}
}

static void add_curves(struct chapter *c, const struct result *r)
{
	struct table *t = chapter_add_table(c, "warmup", "warmup", "Warming up, call by call");

	t->folded = true;
	t->note =
	    xstrdup("The calls of one process of each variant, each call with an input of its "
		    "own, the same for all variants. The line is the level between the "
		    "points where it changed.");
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "call", "call", TABLE_COUNT);
	table_add_column(t, "ns", "time", TABLE_NS);
	table_add_column(t, "level_ns", "level", TABLE_NS);
	for (size_t i = 0; i < r->variant_count; i++) {
		const struct result_sample *s = example_of(r, i);

		if (s)
			add_calls(t, r->variants[i].name, s->series.calls_ns);
	}
	chapter_end_table(c);
}

static void add_figure(struct table *t, const struct result *r, const struct result_figure *f)
{
	const struct result_sample *s = example_of(r, (size_t)f->variant);
	const struct result_warm *w = &f->warm;
	bool baseline = f->variant == 0;

	table_add_text(t, r->variants[f->variant].name);
	table_add_text(t, s ? s->series.engine : NULL);
	table_add_text(t, s ? s->series.shape : NULL);
	table_add_positive(t, (double)w->cold_ns);
	table_add_positive(t, (double)f->wall_ns);
	table_add_positive(t, (double)w->steady_from);
	table_add_number(t, baseline ? NAN : w->cold_ratio.estimate);
	table_add_number(t, baseline ? NAN : w->cold_ratio.low);
	table_add_number(t, baseline ? NAN : w->cold_ratio.high);
	table_add_number(t, baseline ? NAN : w->break_even.estimate);
	table_add_number(t, (double)w->compilations);
	table_add_positive(t, (double)w->unsteady);
}

static void add_figures(struct chapter *c, const struct result *r)
{
	struct table *t =
	    chapter_add_table(c, "warm", "warm", "Cold, steady, and when it has paid");

	t->note = xstrdup("Cold is the start of the process, set-up and the first call; steady a "
			  "call at the end. After as many calls as break even the variant has cost "
			  "less than the baseline in all. Compilations are those that the engine "
			  "itself counted.");
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "engine", "engine", TABLE_TEXT);
	table_add_column(t, "shape", "shape", TABLE_TEXT);
	table_add_column(t, "cold_ns", "cold", TABLE_NS);
	table_add_column(t, "steady_ns", "steady", TABLE_NS);
	table_add_column(t, "steady_from", "steady from call", TABLE_COUNT);
	table_add_column(t, "cold_times", "times faster, cold", TABLE_TIMES);
	table_add_column(t, "cold_low", "from", TABLE_TIMES);
	table_add_column(t, "cold_high", "to", TABLE_TIMES);
	table_add_column(t, "break_even", "calls to break even", TABLE_NUMBER);
	table_add_column(t, "compilations", "compilations", TABLE_COUNT);
	table_add_column(t, "unsteady", "without a steady end", TABLE_COUNT);
	for (size_t i = 0; i < r->figure_count; i++)
		if (!r->figures[i].again && !r->figures[i].words)
			add_figure(t, r, &r->figures[i]);
	chapter_end_table(c);
}

void chapter_series(struct chapter *c, const struct result *r)
{
	if (!series_is(r))
		return;
	add_curves(c, r);
	add_figures(c, r);
}
