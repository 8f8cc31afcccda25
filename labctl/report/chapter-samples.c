/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was measured: every sample, the ratio of every block, response times
 * by block, and what disturbed the samples.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "bench/figures.h"
#include "bench/series.h"
#include "report/chapter.h"

static char *variant_name(const struct result *r, int64_t variant, bool again)
{
	return xasprintf("%s%s", r->variants[variant].name, again ? " again" : "");
}

static double per_call(const struct result_sample *s, int64_t ns)
{
	return (double)ns / (double)(s->batch > 0 ? s->batch : 1);
}

/* The time that is compared: of a call, and of a steady one where there is a series. */
static double time_of(const struct result_sample *s)
{
	return s->series.steady_ns > 0 ? (double)s->series.steady_ns : per_call(s, s->wall_ns);
}

/* ---- ratios by block ---- */

/* The sample of this variant that counts in this block; NULL: none that is ok. */
static const struct result_sample *counted(const struct result *r, int64_t block, int64_t variant,
					   bool again)
{
	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];

		if (s->block == block && s->variant == variant && s->again == again &&
		    s->ending == ENDING_OK && s->wall_ns > 0 && figures_counts(r, i))
			return s;
	}
	return NULL;
}

/* As the interval is computed: against both copies of the baseline, A' itself against A. */
static void add_block(struct table *t, const struct result *r, const struct result_sample *s)
{
	const struct result_sample *a = counted(r, s->block, 0, false);
	const struct result_sample *again = counted(r, s->block, 0, true);
	cleanup_free char *name = variant_name(r, s->variant, s->again);

	if (!a || !again)
		return;
	double base = time_of(a);

	if (!s->again)
		base = sqrt(base * time_of(again));
	table_add_text(t, name);
	table_add_number(t, (double)s->block);
	table_add_number(t, base / time_of(s));
	table_add_text(t, s->taints.len ? "disturbed" : "");
}

static json_t *interval_json(const struct result_interval *i)
{
	return json_pack("{s:f, s:f, s:f}", "estimate", i->estimate, "low", i->low, "high",
			 i->high);
}

static json_t *intervals_json(const struct result *r)
{
	json_t *all = json_object();

	for (size_t i = 0; i < r->figure_count; i++) {
		const struct result_figure *f = &r->figures[i];
		cleanup_free char *name = variant_name(r, f->variant, f->again);

		if ((f->variant != 0 || f->again) && !isnan(f->ratio.low) &&
		    !isnan(f->ratio.estimate))
			json_object_set_new(all, name, interval_json(&f->ratio));
	}
	return all;
}

static void add_blocks(struct chapter *c, const struct result *r)
{
	struct table *t = chapter_add_table(c, "blocks", "blocks", "Times faster, block by block");

	t->folded = true;
	t->note =
	    xstrdup("In each block every variant ran once, in random order, beside two "
		    "copies of the baseline. The band is the interval, the line its estimate; "
		    "hollow marks were disturbed and had to be used.");
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "block", "block", TABLE_COUNT);
	table_add_column(t, "times", "times faster", TABLE_TIMES);
	table_add_column(t, "taint", "disturbed", TABLE_TEXT);
	for (size_t v = 0; v < r->variant_count; v++)
		for (size_t i = 0; i < r->sample_count; i++) {
			const struct result_sample *s = &r->samples[i];

			if (s->variant == (int64_t)v && (v > 0 || s->again) &&
			    s->ending == ENDING_OK && s->wall_ns > 0 && figures_counts(r, i))
				add_block(t, r, s);
		}
	table_set_fact(t, "intervals", intervals_json(r));
	if (!isnan(r->noise_floor))
		table_set_fact(t, "noise_floor", json_real(r->noise_floor));
	chapter_end_table(c);
}

/* ---- every sample ---- */

static const struct {
	const char *key, *label;
	enum table_unit unit;
} columns[] = {
    {"variant", "variant", TABLE_TEXT},
    {"block", "block", TABLE_COUNT},
    {"position", "place in it", TABLE_COUNT},
    {"used", "used", TABLE_TEXT},
    {"wall_ns", "time", TABLE_NS},
    {"cpu_ns", "CPU", TABLE_NS},
    {"service_cpu_ns", "CPU of services", TABLE_NS},
    {"memory_peak_bytes", "memory", TABLE_BYTES},
    {"throttled_ns", "throttled", TABLE_NS},
    {"read_bytes", "read", TABLE_BYTES},
    {"write_bytes", "written", TABLE_BYTES},
    {"io_read_bytes", "from disk", TABLE_BYTES},
    {"io_write_bytes", "to disk", TABLE_BYTES},
    {"ending", "ending", TABLE_TEXT},
    {"taints", "disturbed by", TABLE_TEXT},
};

static int64_t memory_of(const struct result_sample *s)
{
	int64_t bytes = s->usage.memory_peak_bytes;

	for (size_t i = 0; i < s->service_count; i++)
		bytes += s->services[i].usage.memory_peak_bytes;
	return bytes;
}

static void add_sample(struct table *t, const struct result *r, size_t index)
{
	const struct result_sample *s = &r->samples[index];
	cleanup_free char *name = variant_name(r, s->variant, s->again);
	cleanup_free char *taints = strv_join(&s->taints, ", ");
	bool used = s->ending == ENDING_OK && figures_counts(r, index);

	table_add_text(t, name);
	table_add_number(t, (double)s->block);
	table_add_number(t, (double)s->position);
	table_add_text(t, used ? "yes" : s->block == 0 ? "warm-up" : "no");
	table_add_positive(t, time_of(s));
	table_add_positive(t, per_call(s, s->usage.cpu_ns));
	table_add_positive(t, per_call(s, s->total_cpu_ns - s->usage.cpu_ns));
	table_add_positive(t, (double)memory_of(s));
	table_add_positive(t, (double)s->usage.throttled_ns);
	table_add_positive(t, (double)s->io.read_bytes);
	table_add_positive(t, (double)s->io.write_bytes);
	table_add_positive(t, (double)s->usage.io_read_bytes);
	table_add_positive(t, (double)s->usage.io_write_bytes);
	table_add_text(t, s->words ? s->words : result_ending_name(s->ending));
	table_add_text(t, taints);
}

/* In the order of the record, whatever order the samples came in. */
static json_t *names_json(const struct result *r)
{
	json_t *names = json_array();

	for (size_t i = 0; i < r->variant_count; i++)
		for (int again = 0; again < (i == 0 ? 2 : 1); again++) {
			cleanup_free char *name = variant_name(r, (int64_t)i, again);

			json_array_append_new(names, json_string(name) ?: json_string("?"));
		}
	return names;
}

static void add_samples(struct chapter *c, const struct result *r)
{
	struct table *t = chapter_add_table(c, "samples", "samples", "Every sample");

	t->folded = true;
	t->note = xstrdup("One mark is one process, fresh for the purpose. The upright line is the "
			  "median; hollow marks do not count: they warmed the host up, were "
			  "disturbed and measured again, or failed.");
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		table_add_column(t, columns[i].key,
				 series_is(r) && str_eq(columns[i].key, "wall_ns")
				     ? "a steady call"
				     : columns[i].label,
				 columns[i].unit);
	for (size_t i = 0; i < r->sample_count; i++)
		add_sample(t, r, i);
	table_set_fact(t, "names", names_json(r));
	chapter_end_table(c);
}

/* ---- response times ---- */

static void add_latency(struct chapter *c, const struct result *r)
{
	struct table *t = chapter_add_table(c, "latency", "latency", "Response times");

	t->folded = true;
	t->note = xstrdup("Requests arrive at a fixed rate whether or not earlier ones were "
			  "answered, and each is timed from when it should have started. One mark "
			  "is one block.");
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "block", "block", TABLE_COUNT);
	table_add_column(t, "p50_ns", "p50", TABLE_NS);
	table_add_column(t, "p95_ns", "p95", TABLE_NS);
	table_add_column(t, "p99_ns", "p99", TABLE_NS);
	table_add_column(t, "max_ns", "longest", TABLE_NS);
	table_add_column(t, "rate", "requests/s sent", TABLE_NUMBER);
	table_add_column(t, "throughput", "requests/s at most", TABLE_NUMBER);
	table_add_column(t, "errors", "errors", TABLE_COUNT);
	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];
		cleanup_free char *name = variant_name(r, s->variant, s->again);

		if (s->latency.requests <= 0 || s->ending != ENDING_OK || !figures_counts(r, i))
			continue;
		table_add_text(t, name);
		table_add_number(t, (double)s->block);
		table_add_positive(t, (double)s->latency.p50_ns);
		table_add_positive(t, (double)s->latency.p95_ns);
		table_add_positive(t, (double)s->latency.p99_ns);
		table_add_positive(t, (double)s->latency.max_ns);
		table_add_positive(t, s->latency.rate);
		table_add_positive(t, s->latency.throughput);
		table_add_number(t, (double)s->latency.errors);
	}
	table_set_fact(t, "names", names_json(r));
	chapter_end_table(c);
}

/* ---- what disturbed them ---- */

/* "steal 3.1%" is one of "steal". */
static size_t kind_length(const char *taint)
{
	size_t length = strcspn(taint, "0123456789");

	while (length > 0 && taint[length - 1] == ' ')
		length--;
	return length;
}

static void count_taints(const struct result *r, size_t variant, struct strv *kinds, size_t *counts,
			 size_t max)
{
	for (size_t i = 0; i < r->sample_count; i++)
		for (size_t k = 0;
		     k < r->samples[i].taints.len && r->samples[i].variant == (int64_t)variant;
		     k++) {
			const char *taint = r->samples[i].taints.items[k];
			cleanup_free char *kind = xstrndup(taint, kind_length(taint));
			size_t at = 0;

			while (at < kinds->len && !str_eq(kinds->items[at], kind))
				at++;
			if (at == max)
				continue;
			if (at == kinds->len)
				strv_add(kinds, kind);
			counts[at]++;
		}
}

static void add_taints(struct chapter *c, const struct result *r)
{
	enum { KINDS_MAX = 16 };
	struct table *t = chapter_add_table(c, "taints", NULL, "What disturbed the samples");

	t->note = xstrdup("A disturbed sample is measured again at the end of its block where the "
			  "budget allows.");
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "taint", "disturbed by", TABLE_TEXT);
	table_add_column(t, "samples", "samples", TABLE_COUNT);
	for (size_t v = 0; v < r->variant_count; v++) {
		cleanup(strv_done) struct strv kinds = STRV_INIT;
		size_t counts[KINDS_MAX] = {0};

		count_taints(r, v, &kinds, counts, KINDS_MAX);
		for (size_t k = 0; k < kinds.len; k++) {
			table_add_text(t, r->variants[v].name);
			table_add_text(t, kinds.items[k]);
			table_add_number(t, (double)counts[k]);
		}
	}
	chapter_end_table(c);
}

void chapter_samples(struct chapter *c, const struct result *r)
{
	add_blocks(c, r);
	add_samples(c, r);
	add_latency(c, r);
	add_taints(c, r);
}
