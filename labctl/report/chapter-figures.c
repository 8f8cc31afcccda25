/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was derived from the samples: one row for each variant, and what the
 * services' own counters say of it.
 */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "bench/counters.h"
#include "bench/series.h"
#include "report/chapter.h"

static bool is_load(const struct result *r)
{
	return str_eq(r->measure, "load");
}

static const struct {
	const char *key, *label;
	enum table_unit unit;
} columns[] = {
    {"variant", "variant", TABLE_TEXT},
    {"technique", "technique", TABLE_TEXT},
    {"verdict", "verdict", TABLE_TEXT},
    {"times", "times faster", TABLE_TIMES},
    {"low", "from", TABLE_TIMES},
    {"high", "to", TABLE_TIMES},
    {"wall_ns", "time", TABLE_NS},
    {"wall_spread_ns", "± spread", TABLE_NS},
    {"throughput", "requests/s", TABLE_NUMBER},
    {"cold_throughput", "requests/s, cold", TABLE_NUMBER},
    {"p50_ns", "response p50", TABLE_NS},
    {"p95_ns", "p95", TABLE_NS},
    {"p99_ns", "p99", TABLE_NS},
    {"cpu_ns", "CPU", TABLE_NS},
    {"service_cpu_ns", "CPU of services", TABLE_NS},
    {"cpu_times", "times less CPU", TABLE_TIMES},
    {"io_calls", "reads and writes", TABLE_COUNT},
    {"io_bytes", "bytes moved", TABLE_BYTES},
    {"io_rate", "bytes/s", TABLE_BYTES},
    {"setup_ns", "set-up", TABLE_NS},
    {"start_ns", "start", TABLE_NS},
    {"anon_peak_bytes", "memory: own", TABLE_BYTES},
    {"file_bytes", "file cache", TABLE_BYTES},
    {"memory_peak_bytes", "peak in all", TABLE_BYTES},
    {"samples", "samples", TABLE_COUNT},
    {"tainted", "disturbed", TABLE_COUNT},
    {"failed", "failed", TABLE_COUNT},
};

static void add_interval(struct table *t, const struct result_figure *f)
{
	bool baseline = f->variant == 0 && !f->again;

	table_add_number(t, baseline ? 1 : f->ratio.estimate);
	table_add_number(t, baseline ? NAN : f->ratio.low);
	table_add_number(t, baseline ? NAN : f->ratio.high);
}

static void add_row(struct table *t, const struct result *r, const struct result_figure *f)
{
	const struct result_variant *v = &r->variants[f->variant];
	cleanup_free char *name = xasprintf("%s%s", v->name, f->again ? " again" : "");
	bool baseline = f->variant == 0 && !f->again;

	table_add_text(t, name);
	table_add_text(t, f->again ? "the same file, for the noise" : v->technique);
	table_add_text(t, baseline ? "the baseline" : f->verdict);
	add_interval(t, f);
	table_add_positive(t, (double)f->wall_ns);
	table_add_positive(t, (double)f->wall_spread_ns);
	table_add_positive(t, f->throughput);
	table_add_positive(t, f->cold_throughput);
	table_add_positive(t, (double)f->p50_ns);
	table_add_positive(t, (double)f->p95_ns);
	table_add_positive(t, (double)f->p99_ns);
	table_add_positive(t, (double)f->cpu_ns);
	table_add_positive(t, (double)f->service_cpu_ns);
	table_add_number(t, baseline ? NAN : f->cpu_ratio.estimate);
	table_add_positive(t, (double)f->io_calls);
	table_add_positive(t, (double)f->io_bytes);
	table_add_positive(t, f->wall_ns > 0 ? (double)f->io_bytes * 1e9 / (double)f->wall_ns : 0);
	table_add_positive(t, (double)f->setup_ns);
	table_add_positive(t, (double)f->start_ns);
	table_add_positive(t, (double)f->anon_peak_bytes);
	table_add_positive(t, (double)f->file_bytes);
	table_add_positive(t, (double)f->memory_peak_bytes);
	table_add_number(t, (double)f->samples);
	table_add_positive(t, (double)f->tainted);
	table_add_positive(t, (double)f->failed);
}

/* In a series a time is that of one call, and CPU that of all of them. */
static const char *label_of(const struct result *r, const char *key, const char *label)
{
	if (series_is(r) && str_eq(key, "wall_ns"))
		return "a steady call";
	return series_is(r) && str_eq(key, "cpu_ns") ? "CPU of all calls" : label;
}

static void add_figures(struct chapter *c, const struct result *r)
{
	struct table *t =
	    chapter_add_table(c, "figures", "cost", "What each variant costs: time, CPU, memory");

	t->note = xstrdup(
	    series_is(r)
		? "Times are those of one call once they are steady, and medians over the blocks; "
		  "CPU is that of the whole process, with all its calls and the threads that "
		  "compile; memory is the highest seen."
	    : is_load(r)
		? "Times are medians over the blocks, memory is the highest seen. Time is that of "
		  "all requests of a sample. CPU counts the workspace and the services apart: "
		  "work that moves to a server is still work."
		: "Times are medians over the blocks, memory is the highest seen. Start of the "
		  "interpreter and set-up are not in the time. CPU counts the workspace and the "
		  "services apart: work that moves to a server is still work.");
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		table_add_column(t, columns[i].key, label_of(r, columns[i].key, columns[i].label),
				 columns[i].unit);
	if (series_is(r))
		table_set_fact(t, "series", json_true());
	for (size_t v = 0; v < r->variant_count; v++)
		for (int again = 0; again < 2; again++)
			for (size_t i = 0; i < r->figure_count; i++)
				if (r->figures[i].variant == (int64_t)v &&
				    r->figures[i].again == again)
					add_row(t, r, &r->figures[i]);
	chapter_end_table(c);
}

static void add_remarks(struct chapter *c, const struct result *r)
{
	for (size_t i = 0; i < r->figure_count; i++)
		if (r->figures[i].words)
			strv_addf(&c->remarks, "%s: %s: %s",
				  r->variants[r->figures[i].variant].name,
				  r->figures[i].verdict ? r->figures[i].verdict : "not measured",
				  r->figures[i].words);
	if (!isnan(r->noise_floor))
		strv_addf(&c->remarks,
			  "Noise floor %.1f%%: the baseline was measured twice in every block, and "
			  "its copies came out that far apart; no smaller difference counts.",
			  100 * r->noise_floor);
	if (r->overhead_ns > 0) {
		cleanup_free char *time = table_time_words((double)r->overhead_ns);

		strv_addf(&c->remarks,
			  "Handing input and output over takes %s of every call's time.", time);
	}
	for (size_t i = 0; i < r->warnings.len; i++)
		strv_add(&c->remarks, r->warnings.items[i]);
}

/* Cache servers count their own hits: the mean over the samples that asked one. */
static void add_hits(struct chapter *c, const struct result *r)
{
	struct table *t =
	    chapter_add_table(c, "hits", "hits", "Cache hits, as the servers count them");

	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "hits", "share of look-ups answered", TABLE_SHARE);
	table_add_column(t, "samples", "samples", TABLE_COUNT);
	for (size_t v = 0; v < r->variant_count; v++) {
		double sum = 0;
		int count = 0;

		for (size_t i = 0; i < r->sample_count; i++)
			for (size_t k = 0;
			     k < r->samples[i].service_count && r->samples[i].variant == (int64_t)v;
			     k++) {
				double hits = counters_hit_ratio(&r->samples[i].services[k]);

				sum += hits >= 0 ? hits : 0;
				count += hits >= 0;
			}
		if (count == 0)
			continue;
		table_add_text(t, r->variants[v].name);
		table_add_number(t, sum / count);
		table_add_number(t, count);
	}
	chapter_end_table(c);
}

/* Foreign code is built before it is measured; what that took is a price too. */
static void add_builds(struct chapter *c, const struct result *r)
{
	struct table *t = chapter_add_table(c, "builds", "builds", "What was built first");

	t->note =
	    xstrdup("Foreign code is compiled before anything is measured, and once more with "
		    "a sanitizer, under which it runs one trial. None of this is in the time.");
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "build_ns", "build", TABLE_NS);
	table_add_column(t, "kept", "", TABLE_TEXT);
	table_add_column(t, "sanitize_ns", "build with a sanitizer", TABLE_NS);
	table_add_column(t, "trial_ns", "trial under it", TABLE_NS);
	for (size_t i = 0; i < r->variant_count; i++) {
		const struct result_build *b = &r->variants[i].build;

		if (!b->digest)
			continue;
		table_add_text(t, r->variants[i].name);
		table_add_positive(t, (double)b->build_ns);
		table_add_text(t, b->cached ? "kept from an earlier run" : "built for this run");
		table_add_positive(t, (double)b->sanitize_ns);
		table_add_positive(t, (double)b->trial_ns);
	}
	chapter_end_table(c);
}

void chapter_figures(struct chapter *c, const struct result *r)
{
	add_remarks(c, r);
	add_figures(c, r);
	add_hits(c, r);
	add_builds(c, r);
}
