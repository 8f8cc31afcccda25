/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/series.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench/fault.h"
#include "bench/figures.h"
#include "stats/levels.h"
#include "stats/summary.h"
#include "stats/warmup.h"

static const int64_t ANSWER_NS = 5 * NS_PER_S;

/* ---- calling ---- */

/* One more call. 1: answered, 0: not, see *event. */
static int call(const struct sample_request *r, const struct str *input, struct worker *w,
		struct looks_memory *looks, struct result_sample *out, enum worker_event *event,
		struct err *e)
{
	int64_t before = out->wall_ns;
	struct sample_request rest = *r;

	rest.time_ns = r->time_ns - before; /* the limit is one for all calls */
	if (sample_go(w, &rest, input, looks, out, event, e))
		return -1;
	int64_t took = out->wall_ns;

	out->wall_ns += before;
	if (*event != WORKER_FRAME || w->frame_type != FRAME_RESULT)
		return 0;
	json_array_append_new(out->series.calls_ns, json_integer(took));
	return 1;
}

int series_run(const struct sample_request *request, struct worker *w, struct looks_memory *looks,
	       struct result_sample *out, struct payloads *outputs, int64_t limit_bytes,
	       enum worker_event *event, struct err *e)
{
	int64_t bytes = 0;
	char size[32];

	out->series.calls_ns = json_array();
	for (size_t i = 0; i < request->inputs->count; i++) {
		int rc = call(request, &request->inputs->items[i], w, looks, out, event, e);

		if (rc <= 0)
			return rc;
		/* Judged later: the judge would work beside the compiler, between two calls. */
		str_addn(payloads_add(outputs), w->frame.data, w->frame.len);
		bytes += (int64_t)w->frame.len;
		if (bytes <= limit_bytes)
			continue;
		out->ending = ENDING_LIMIT_OUTPUT;
		out->words = xasprintf("its answers to %zu calls have more than %s together", i + 1,
				       str_human_bytes(limit_bytes, size, sizeof(size)));
		return 1;
	}
	out->ending = ENDING_OK;
	return 1;
}

int series_ask(struct worker *w, struct result_sample *out, struct err *e)
{
	enum worker_event event;

	w->frame_limit = WORKER_WORDS_MAX; /* the last that it is asked */
	if (worker_post(w, FRAME_NOTES, NULL, 0, e) ||
	    worker_wait(w, clock_now_ns() + ANSWER_NS, &event, e))
		return -1;
	if (event != WORKER_FRAME || w->frame_type != FRAME_RESULT)
		return 0;
	json_t *notes = json_loadb(w->frame.data, w->frame.len, 0, NULL);
	const char *engine = json_string_value(json_object_get(notes, "engine"));
	json_int_t seen = json_integer_value(json_object_get(notes, "compilations"));

	out->series.compilations = seen > 0 ? seen : 0;
	out->series.engine = engine ? fault_clean(engine) : NULL;
	json_decref(notes);
	return 0;
}

/* ---- one series ---- */

bool series_is(const struct result *r)
{
	return str_eq(r->measure, "series");
}

/* Seconds would do as well: only ratios matter. NULL where there is none; the caller frees. */
static double *times_of(const struct result_sample *s, size_t *n)
{
	size_t count = json_array_size(s->series.calls_ns);
	double *times = count ? xcalloc(count, sizeof(*times)) : NULL;

	for (size_t i = 0; i < count; i++)
		times[i] = json_number_value(json_array_get(s->series.calls_ns, i));
	*n = count;
	return times;
}

/* What stands in where no end is steady: said so wherever it is shown. */
static double last_third(const double *times, size_t n)
{
	size_t from = n - (n + 2) / 3;
	cleanup_free double *tail = xmemdup(times + from, (n - from) * sizeof(*times));

	summary_sort(tail, n - from);
	return summary_median(tail, n - from);
}

void series_derive(struct result_sample *s)
{
	struct result_series *out = &s->series;
	struct warmup w;
	size_t n;
	cleanup_free double *times = times_of(s, &n);

	free(take_ptr(out->shape));
	out->cold_ns = out->steady_ns = out->steady_from = 0;
	if (n == 0 || !warmup_find(times, n, &w))
		return;
	bool steady = w.shape != WARMUP_UNSTEADY && !isnan(w.steady);

	out->shape = xstrdup(warmup_shape_name(w.shape));
	out->cold_ns = s->start_ns + s->setup_ns + llround(times[0]);
	out->steady_ns = llround(steady ? w.steady : last_third(times, n));
	out->steady_from = steady ? (int64_t)w.steady_first + 1 : 0;
}

/* ---- all of a variant ---- */

static bool counts(const struct result *r, const struct result_figure *f, size_t i)
{
	const struct result_sample *s = &r->samples[i];

	return s->variant == f->variant && s->again == f->again && s->ending == ENDING_OK &&
	       s->series.steady_ns > 0 && figures_counts(r, i);
}

static double break_even_of(const struct result_sample *s, const struct result_sample *baseline)
{
	size_t n, m;
	cleanup_free double *times = times_of(s, &n);
	cleanup_free double *base = times_of(baseline, &m);
	const struct warmup_series a = {.start = (double)(s->start_ns + s->setup_ns),
					.times = times,
					.n = n,
					.steady = (double)s->series.steady_ns};
	const struct warmup_series b = {.start = (double)(baseline->start_ns + baseline->setup_ns),
					.times = base,
					.n = m,
					.steady = (double)baseline->series.steady_ns};

	return n && m ? warmup_break_even(&a, &b) : INFINITY;
}

static double finite_or_nan(double x)
{
	return isfinite(x) ? x : NAN;
}

/*
 * The median of the blocks, and the order statistics around it that hold the
 * true median as often as 95 in 100 (by the binomial distribution; of five
 * blocks or fewer the extremes hold it less often).
 */
static void median_interval(double *x, size_t n, struct result_interval *out)
{
	double tail = 0;
	double term = pow(0.5, (double)n);
	size_t k = 0;

	*out = (struct result_interval){NAN, NAN, NAN, (int64_t)n};
	if (n == 0)
		return;
	summary_sort(x, n);
	while (k < n / 2 && tail + term <= 0.025) {
		tail += term;
		k++;
		term = term * (double)(n - k + 1) / (double)k;
	}
	size_t low = k ? k - 1 : 0;

	out->estimate = finite_or_nan(summary_median(x, n));
	out->low = finite_or_nan(x[low]);
	out->high = finite_or_nan(x[n - 1 - low]);
}

/* The last steady calls of each process, as many as the shortest has. */
static void split_levels(const struct result *r, const struct result_figure *f,
			 struct result_warm *out)
{
	size_t processes = 0, calls = SIZE_MAX;
	struct levels l;

	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_series *s = &r->samples[i].series;

		if (!counts(r, f, i) || s->steady_from == 0)
			continue;
		size_t steady = json_array_size(s->calls_ns) - (size_t)s->steady_from + 1;

		processes++;
		calls = steady < calls ? steady : calls;
	}
	out->within = out->between = NAN;
	if (processes < 2 || calls < 2)
		return;
	cleanup_free double *x = xcalloc(processes * calls, sizeof(*x));
	size_t at = 0;

	for (size_t i = 0; i < r->sample_count; i++) {
		size_t n;

		if (!counts(r, f, i) || r->samples[i].series.steady_from == 0)
			continue;
		cleanup_free double *times = times_of(&r->samples[i], &n);

		for (size_t k = n - calls; k < n; k++)
			x[at++] = log(times[k]);
	}
	if (levels_split(x, processes, calls, &l)) {
		out->within = sqrt(l.within);
		out->between = sqrt(l.between);
	}
}

static int64_t median_of(double *x, size_t n)
{
	summary_sort(x, n);
	return n ? llround(summary_median(x, n)) : 0;
}

void series_figure(const struct result *r, struct result_figure *f,
		   const struct result_sample *(*baseline_of)(const struct result *r, int64_t block,
							      bool again))
{
	struct result_warm *w = &f->warm;
	cleanup_free double *cold = xcalloc(r->sample_count + 1, sizeof(*cold));
	cleanup_free double *from = xcalloc(r->sample_count + 1, sizeof(*from));
	cleanup_free double *compiled = xcalloc(r->sample_count + 1, sizeof(*compiled));
	cleanup_free double *even = xcalloc(r->sample_count + 1, sizeof(*even));
	size_t n = 0, steady = 0, pairs = 0;

	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];
		const struct result_sample *a;

		if (!counts(r, f, i))
			continue;
		cold[n] = (double)s->series.cold_ns;
		compiled[n++] = (double)s->series.compilations;
		if (s->series.steady_from > 0)
			from[steady++] = (double)s->series.steady_from;
		a = f->variant == 0 ? NULL : baseline_of(r, s->block, false);
		if (a)
			even[pairs++] = break_even_of(s, a);
	}
	w->cold_ns = median_of(cold, n);
	w->compilations = median_of(compiled, n);
	w->steady_from = median_of(from, steady);
	w->unsteady = (int64_t)(n - steady);
	median_interval(even, pairs, &w->break_even);
	split_levels(r, f, w);
}
