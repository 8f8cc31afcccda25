/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "bench/series.h"
#include "stats/summary.h"

struct series { /* one figure of every block that counts */
	double *items;
	size_t count;
};

static void series_done(struct series *s)
{
	free(s->items);
}

static bool same_entry(const struct result_sample *a, const struct result_sample *b)
{
	return a->variant == b->variant && a->again == b->again;
}

bool figures_counts(const struct result *r, size_t sample)
{
	const struct result_sample *s = &r->samples[sample];

	if (s->block == 0)
		return false;
	for (size_t i = sample + 1; i < r->sample_count && r->samples[i].block == s->block; i++)
		if (same_entry(&r->samples[i], s))
			return false;
	return true;
}

/* The sample of A or A' that counts in this block; NULL: none that is ok. */
static const struct result_sample *baseline_of(const struct result *r, int64_t block, bool again)
{
	const struct result_sample key = {.variant = 0, .again = again};

	for (size_t i = r->sample_count; i-- > 0 && r->samples[i].block >= block;)
		if (r->samples[i].block == block && same_entry(&r->samples[i], &key))
			return r->samples[i].ending == ENDING_OK ? &r->samples[i] : NULL;
	return NULL;
}

size_t figures_blocks(const struct result *r)
{
	size_t blocks = 0;

	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];

		blocks +=
		    s->variant == 0 && !s->again && s->ending == ENDING_OK && figures_counts(r, i);
	}
	return blocks;
}

/* The looks that were planned, as ratio.h wants them. */
static struct looks planned_looks(const struct result_plan *plan)
{
	struct looks looks = {.count = 0};

	for (size_t i = 0; i < plan->look_count && i < RATIO_MAX_LOOKS; i++) {
		looks.blocks[looks.count] = (size_t)plan->looks[i].blocks;
		looks.confidence[looks.count++] = plan->looks[i].confidence;
	}
	if (looks.count == 0) {
		looks.confidence[0] = plan->confidence;
		looks.count = 1;
	}
	return looks;
}

double figures_target(double ratio, double precision, bool exact)
{
	static const double PER_DOUBLING = 0.05;
	double loose = exact ? 0 : PER_DOUBLING * fabs(log2(ratio));

	return loose > precision ? loose : precision;
}

/* Of a series, of a call at its end. */
static int64_t wall_of(const struct result_sample *s)
{
	if (s->series.calls_ns)
		return s->series.steady_ns;
	return s->wall_ns / (s->batch > 0 ? s->batch : 1);
}

static int64_t cold_of(const struct result_sample *s)
{
	return s->series.cold_ns;
}

static int64_t cpu_of(const struct result_sample *s)
{
	return s->total_cpu_ns / (s->batch > 0 ? s->batch : 1);
}

/* Per block that has all three, log(A / variant) and log(A' / variant); for A' itself only the
 * first. */
static void compute_interval(const struct result *r, const struct result_figure *f,
			     int64_t (*what)(const struct result_sample *),
			     struct result_interval *out)
{
	const struct result_sample key = {.variant = f->variant, .again = f->again};
	const struct looks looks = planned_looks(&r->plan);
	cleanup_free double *first = xcalloc(r->sample_count + 1, sizeof(*first));
	cleanup_free double *second = xcalloc(r->sample_count + 1, sizeof(*second));
	size_t n = 0;
	struct interval i;

	for (size_t k = 0; k < r->sample_count; k++) {
		const struct result_sample *s = &r->samples[k];

		if (!same_entry(s, &key) || s->ending != ENDING_OK || !figures_counts(r, k))
			continue;
		const struct result_sample *a = baseline_of(r, s->block, false);
		const struct result_sample *again = baseline_of(r, s->block, true);

		if (!a || !again || what(a) <= 0 || what(again) <= 0 || what(s) <= 0)
			continue;
		first[n] = log((double)what(a) / (double)what(s));
		second[n++] = log((double)what(again) / (double)what(s));
	}
	ratio_interval(first, f->again ? NULL : second, n, ratio_look_confidence(&looks, n), &i);
	*out = (struct result_interval){i.estimate, i.low, i.high, (int64_t)n};
}

/* What a median is taken of. */
static int64_t workspace_cpu_of(const struct result_sample *s)
{
	return s->usage.cpu_ns / (s->batch > 0 ? s->batch : 1);
}

static int64_t service_cpu_of(const struct result_sample *s)
{
	return cpu_of(s) - workspace_cpu_of(s);
}

static int64_t setup_of(const struct result_sample *s)
{
	return s->setup_ns;
}

static int64_t start_of(const struct result_sample *s)
{
	return s->start_ns;
}

static int64_t p50_of(const struct result_sample *s)
{
	return s->latency.p50_ns;
}

static int64_t p95_of(const struct result_sample *s)
{
	return s->latency.p95_ns;
}

static int64_t p99_of(const struct result_sample *s)
{
	return s->latency.p99_ns;
}

static int64_t throughput_of(const struct result_sample *s)
{
	return (int64_t)(s->latency.throughput * 1000);
}

static int64_t io_calls_of(const struct result_sample *s)
{
	return (s->io.read_calls + s->io.write_calls) / (s->batch > 0 ? s->batch : 1);
}

static int64_t io_bytes_of(const struct result_sample *s)
{
	return (s->io.read_bytes + s->io.write_bytes) / (s->batch > 0 ? s->batch : 1);
}

static int64_t cold_throughput_of(const struct result_sample *s)
{
	return (int64_t)(s->latency.cold_throughput * 1000);
}

/* The values, ascending, of the samples that count. */
static struct series values(const struct result *r, const struct result_figure *f,
			    int64_t (*what)(const struct result_sample *))
{
	const struct result_sample key = {.variant = f->variant, .again = f->again};
	struct series out = {.items = xcalloc(r->sample_count + 1, sizeof(double))};

	for (size_t i = 0; i < r->sample_count; i++)
		if (same_entry(&r->samples[i], &key) && r->samples[i].ending == ENDING_OK &&
		    figures_counts(r, i))
			out.items[out.count++] = (double)what(&r->samples[i]);
	summary_sort(out.items, out.count);
	return out;
}

static int64_t median(const struct result *r, const struct result_figure *f,
		      int64_t (*what)(const struct result_sample *))
{
	cleanup(series_done) struct series s = values(r, f, what);

	return s.count ? llround(summary_median(s.items, s.count)) : 0;
}

static int64_t spread(const struct result *r, const struct result_figure *f)
{
	cleanup(series_done) struct series s = values(r, f, wall_of);

	if (s.count < 2)
		return 0;
	return llround(
	    (summary_quantile(s.items, s.count, 0.75) - summary_quantile(s.items, s.count, 0.25)) /
	    2);
}

static void raise_to(int64_t *highest, int64_t value)
{
	if (value > *highest)
		*highest = value;
}

/* The memory of a sample, its services' included: what one budget has to hold. */
static void raise_memory(const struct result_sample *s, struct result_figure *f)
{
	int64_t anon = s->usage.anon_peak_bytes;
	int64_t file = s->usage.file_bytes;
	int64_t total = s->usage.memory_peak_bytes;

	for (size_t i = 0; i < s->service_count; i++) {
		anon += s->services[i].usage.anon_bytes;
		file += s->services[i].usage.file_bytes;
		total += s->services[i].usage.memory_peak_bytes;
	}
	raise_to(&f->anon_peak_bytes, anon);
	raise_to(&f->file_bytes, file);
	raise_to(&f->memory_peak_bytes, total);
}

/* Memory at its highest; counts of what went wrong. */
static void count_samples(const struct result *r, struct result_figure *f)
{
	const struct result_sample key = {.variant = f->variant, .again = f->again};

	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];

		if (!same_entry(s, &key))
			continue;
		f->samples++;
		f->tainted += s->taints.len > 0;
		f->failed += s->ending != ENDING_OK;
		raise_memory(s, f);
	}
}

/* The sample that decides against the variant: the last one, if it did not end well. */
static const struct result_sample *failure(const struct result *r, const struct result_figure *f)
{
	const struct result_sample key = {.variant = f->variant, .again = f->again};

	for (size_t i = r->sample_count; i-- > 0;)
		if (same_entry(&r->samples[i], &key))
			return r->samples[i].ending == ENDING_OK ? NULL : &r->samples[i];
	return NULL;
}

static struct interval as_interval(const struct result_interval *i)
{
	return (struct interval){i->estimate, i->low, i->high, (size_t)i->n};
}

/* What A' is held against: nothing, as it is what makes the floor. */
static struct interval noise_for(const struct result *r, const struct result_figure *f)
{
	return f->again ? (struct interval){1, 1, 1, 0} : as_interval(&r->noise);
}

bool figures_enough(const struct result *r, const struct result_figure *f, bool exact)
{
	const struct interval ratio = as_interval(&f->ratio);
	const struct interval noise = noise_for(r, f);

	return !isnan(ratio.low) &&
	       ratio_enough(&ratio, &noise,
			    figures_target(ratio.estimate, r->plan.precision, exact));
}

static void judge(struct result *r, struct result_figure *f)
{
	const struct result_sample *bad = failure(r, f);
	const struct interval ratio = as_interval(&f->ratio);
	const struct interval noise = noise_for(r, f);
	enum verdict v;

	if (bad)
		v = bad->ending == ENDING_WRONG ? VERDICT_WRONG : VERDICT_FAILED;
	else
		v = ratio_verdict(&ratio, &noise, r->plan.precision);
	f->verdict = xstrdup(ratio_verdict_words(v));
	f->words = bad ? xstrdup(bad->words) : NULL;
}

static void compute_figure(struct result *r, size_t variant, bool again)
{
	struct result_figure *f = result_add_figure(r);

	f->variant = (int64_t)variant;
	f->again = again;
	compute_interval(r, f, wall_of, &f->ratio);
	compute_interval(r, f, cpu_of, &f->cpu_ratio);
	if (variant == 0 && !again) {
		f->ratio = (struct result_interval){1, 1, 1, f->ratio.n};
		f->cpu_ratio = f->ratio;
	}
	count_samples(r, f);
	f->wall_ns = median(r, f, wall_of);
	f->wall_spread_ns = spread(r, f);
	f->cpu_ns = median(r, f, workspace_cpu_of);
	f->service_cpu_ns = median(r, f, service_cpu_of);
	f->setup_ns = median(r, f, setup_of);
	f->start_ns = median(r, f, start_of);
	f->p50_ns = median(r, f, p50_of);
	f->p95_ns = median(r, f, p95_of);
	f->p99_ns = median(r, f, p99_of);
	f->io_calls = median(r, f, io_calls_of);
	f->io_bytes = median(r, f, io_bytes_of);
	f->throughput = (double)median(r, f, throughput_of) / 1000;
	f->cold_throughput = (double)median(r, f, cold_throughput_of) / 1000;
	if (series_is(r)) {
		compute_interval(r, f, cold_of, &f->warm.cold_ratio);
		series_figure(r, f, baseline_of);
	}
}

static void drop_figures(struct result *r)
{
	for (size_t i = 0; i < r->figure_count; i++) {
		free(r->figures[i].verdict);
		free(r->figures[i].words);
	}
	r->figure_count = 0;
}

void figures_compute(struct result *r)
{
	drop_figures(r);
	for (size_t i = 0; i < r->sample_count; i++)
		series_derive(&r->samples[i]);
	compute_figure(r, 0, true);
	r->noise = r->figures[0].ratio;
	const struct interval noise = as_interval(&r->noise);

	r->noise_floor = isnan(noise.estimate) ? NAN : ratio_noise_floor(&noise);
	for (size_t i = 0; i < r->variant_count; i++)
		compute_figure(r, i, false);
	for (size_t i = 0; i < r->figure_count; i++)
		if (r->figures[i].variant != 0 || r->figures[i].again)
			judge(r, &r->figures[i]);
}

const struct result_figure *figures_find(const struct result *r, const char *variant)
{
	for (size_t i = 0; i < r->figure_count; i++)
		if (!r->figures[i].again &&
		    str_eq(r->variants[r->figures[i].variant].name, variant))
			return &r->figures[i];
	return NULL;
}
