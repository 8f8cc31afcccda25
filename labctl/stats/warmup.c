/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/warmup.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "stats/summary.h"

static const double SAME = 0.02;         /* levels closer than this are one */
static const double LEAST_NOISE = 0.002; /* changes far below SAME are not looked for */

enum { REACH = 5 }; /* neighbours on each side that an iteration is compared with */

/* Noise from one iteration to the next, free of the levels: they cancel in differences. */
static double noise_of(const double *x, size_t n)
{
	cleanup_free double *step = xcalloc(n, sizeof(*step));

	for (size_t i = 0; i + 1 < n; i++)
		step[i] = x[i + 1] - x[i];
	summary_sort(step, n - 1);
	return fmax(summary_mad(step, n - 1) / M_SQRT2, LEAST_NOISE);
}

/* Log times, each at most three times the noise away from the median around it. */
static void pull_in(const double *times, size_t n, double *out, double *noise)
{
	cleanup_free double *raw = xcalloc(n, sizeof(*raw));

	for (size_t i = 0; i < n; i++)
		raw[i] = log(times[i]);
	*noise = noise_of(raw, n);
	for (size_t i = 0; i < n; i++) {
		size_t from = i < REACH ? 0 : i - REACH;
		size_t to = i + REACH < n ? i + REACH + 1 : n;
		double around[2 * REACH + 1];

		memcpy(around, raw + from, (to - from) * sizeof(*around));
		summary_sort(around, to - from);
		double median = summary_median(around, to - from);

		out[i] = fmin(fmax(raw[i], median - 3 * *noise), median + 3 * *noise);
	}
}

/* The first iterations are what warm-up is about: they are never pulled in. */
static void keep_beginning(const double *times, double *x)
{
	for (size_t i = 0; i < REACH; i++)
		x[i] = log(times[i]);
}

struct sums { /* running totals, so that any stretch's cost is three subtractions */
	double *x, *xx;
	double noise;
};

static double stretch_cost(const struct sums *s, size_t from, size_t to)
{
	double sum = s->x[to] - s->x[from];
	double squares = s->xx[to] - s->xx[from];
	double cost = (squares - sum * sum / (double)(to - from)) / (s->noise * s->noise);

	return fmax(cost, 0);
}

/*
 * Optimal partitioning with pruning (PELT): best[j] is the least cost of the
 * first j iterations, cut[j] where their last segment begins. A beginning that
 * is already dearer without the price can never win again and is dropped.
 */
static void cut_up(const struct sums *s, size_t n, double price, size_t *cut)
{
	cleanup_free double *best = xcalloc(n + 1, sizeof(*best));
	cleanup_free size_t *open = xcalloc(n + 1, sizeof(*open));
	size_t open_count = 1;

	best[0] = -price;
	for (size_t to = 1; to <= n; to++) {
		size_t kept = 0;

		best[to] = INFINITY;
		for (size_t k = 0; k < open_count; k++) {
			double cost = best[open[k]] + stretch_cost(s, open[k], to) + price;

			if (cost < best[to]) {
				best[to] = cost;
				cut[to] = open[k];
			}
		}
		for (size_t k = 0; k < open_count; k++)
			if (best[open[k]] + stretch_cost(s, open[k], to) <= best[to])
				open[kept++] = open[k];
		open[kept++] = to;
		open_count = kept;
	}
}

static struct warmup_segment segment_of(const struct sums *s, size_t from, size_t to)
{
	double mean = (s->x[to] - s->x[from]) / (double)(to - from);

	return (struct warmup_segment){from, to - from, exp(mean)};
}

/* Follows the cuts from the end; where there are too many, the earliest share one segment. */
static void collect_segments(const struct sums *s, const size_t *cut, size_t n, struct warmup *out)
{
	struct warmup_segment reversed[WARMUP_MAX_SEGMENTS];
	size_t count = 0, to = n;

	while (to > 0) {
		size_t from = count == WARMUP_MAX_SEGMENTS - 1 ? 0 : cut[to];

		reversed[count++] = segment_of(s, from, to);
		to = from;
	}
	out->segment_count = count;
	for (size_t i = 0; i < count; i++)
		out->segments[i] = reversed[count - 1 - i];
}

static bool same_level(double a, double b)
{
	return fabs(log(a / b)) <= SAME;
}

/* The steady end: the last segments of one level, if they are a fifth of the whole. */
static void judge(const double *times, size_t n, struct warmup *w)
{
	double last = w->segments[w->segment_count - 1].level;
	size_t i = w->segment_count;

	while (i > 0 && same_level(w->segments[i - 1].level, last))
		i--;
	size_t first = i == w->segment_count ? n : w->segments[i].first;

	w->shape = i == 0 ? WARMUP_FLAT : WARMUP_WARMS;
	for (size_t k = 0; k < i; k++)
		if (w->segments[k].level < last && !same_level(w->segments[k].level, last))
			w->shape = WARMUP_SLOWS;
	if ((n - first) * 5 < n) {
		w->shape = WARMUP_UNSTEADY;
		w->steady_first = n;
		w->steady = w->to_steady = NAN;
		return;
	}
	cleanup_free double *rest = xmemdup(times + first, (n - first) * sizeof(*rest));

	summary_sort(rest, n - first);
	w->steady_first = first;
	w->steady = summary_median(rest, n - first);
	w->to_steady = 0;
	for (size_t k = 0; k < first; k++)
		w->to_steady += times[k];
}

bool warmup_find(const double *times, size_t n, struct warmup *out)
{
	*out = (struct warmup){.shape = WARMUP_UNSTEADY, .steady = NAN, .to_steady = NAN};
	if (n < WARMUP_MIN_ITERATIONS)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!(times[i] > 0) || !isfinite(times[i]))
			return false;

	cleanup_free double *x = xcalloc(n, sizeof(*x));
	cleanup_free double *sum = xcalloc(n + 1, sizeof(*sum));
	cleanup_free double *squares = xcalloc(n + 1, sizeof(*squares));
	cleanup_free size_t *cut = xcalloc(n + 1, sizeof(*cut));
	struct sums s = {sum, squares, 0};

	pull_in(times, n, x, &s.noise);
	keep_beginning(times, x);
	for (size_t i = 0; i < n; i++) {
		/* Relative to the last: the squares of near equal logs would cancel badly. */
		double d = x[i] - x[n - 1];

		sum[i + 1] = sum[i] + d;
		squares[i + 1] = squares[i] + d * d;
	}
	cut_up(&s, n, 15 * log((double)n), cut);
	collect_segments(&s, cut, n, out);
	for (size_t i = 0; i < out->segment_count; i++)
		out->segments[i].level *= exp(x[n - 1]);
	out->cold = times[0];
	judge(times, n, out);
	return true;
}

const char *warmup_shape_name(enum warmup_shape shape)
{
	static const char *const names[] = {
	    [WARMUP_FLAT] = "flat",
	    [WARMUP_WARMS] = "warms up",
	    [WARMUP_SLOWS] = "slows down",
	    [WARMUP_UNSTEADY] = "no steady state",
	};

	return names[shape];
}

static double call_time(const struct warmup_series *s, size_t i)
{
	return i < s->n ? s->times[i] : s->steady;
}

double warmup_break_even(const struct warmup_series *a, const struct warmup_series *b)
{
	size_t measured = a->n > b->n ? a->n : b->n;
	double ahead = b->start - a->start; /* what a has saved so far */
	double since = ahead > 0 ? 0 : INFINITY;

	for (size_t i = 0; i < measured; i++) {
		ahead += call_time(b, i) - call_time(a, i);
		if (!(ahead > 0))
			since = INFINITY;
		else if (isinf(since))
			since = (double)(i + 1);
	}
	if (ahead > 0)
		return a->steady <= b->steady ? since : INFINITY;
	if (!(a->steady < b->steady))
		return INFINITY;
	return (double)measured + floor(-ahead / (b->steady - a->steady)) + 1;
}
