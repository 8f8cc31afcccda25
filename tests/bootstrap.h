/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_TESTS_BOOTSTRAP_H
#define LABCTL_TESTS_BOOTSTRAP_H

/*
 * Intervals by resampling: what labctl's own interval is compared with
 * (bench/interval.c; docs/decisions/interval.md says why it is another).
 *
 * The statistic is called on sorted lists of n values. The same seed gives the
 * same interval on every host.
 */

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "stats/dist.h"
#include "stats/summary.h"

struct bootstrap_bounds {
	double low, high; /* NAN: n < 5, or the statistic is constant or undefined */
};

typedef double bootstrap_statistic(const double *sorted, size_t n, void *arg);

static const struct bootstrap_bounds BOOTSTRAP_NONE = {NAN, NAN};

/* What both methods draw from. */
struct bootstrap_urn {
	size_t n;
	double *sorted, *drawn;
	unsigned *count;
	struct rng rng;
};

static inline void bootstrap_urn_init(struct bootstrap_urn *u, const double *x, size_t n,
				      uint64_t seed)
{
	*u = (struct bootstrap_urn){.n = n,
				    .sorted = xmemdup(x, n * sizeof(*x)),
				    .drawn = xcalloc(n, sizeof(*x)),
				    .count = xcalloc(n, sizeof(*u->count))};
	rng_init(&u->rng, seed);
	summary_sort(u->sorted, n);
}

static inline void bootstrap_urn_done(struct bootstrap_urn *u)
{
	free(u->sorted);
	free(u->drawn);
	free(u->count);
}

/* Draws n of n with replacement. Counting how often each was drawn sorts them for nothing. */
static inline void bootstrap_draw(struct bootstrap_urn *u)
{
	double *out = u->drawn;

	memset(u->count, 0, u->n * sizeof(*u->count));
	for (size_t i = 0; i < u->n; i++)
		u->count[rng_below(&u->rng, u->n)]++;
	for (size_t i = 0; i < u->n; i++)
		for (unsigned c = 0; c < u->count[i]; c++)
			*out++ = u->sorted[i];
}

/* Efron's acceleration: the skewness of the leave-one-out values over six. */
static inline double acceleration(const double *sorted, size_t n, bootstrap_statistic *statistic,
				  void *arg, double *scratch)
{
	double mean = 0, squares = 0, cubes = 0;
	cleanup_free double *left_out = xcalloc(n, sizeof(*left_out));
	for (size_t i = 0; i < n; i++) {
		memcpy(scratch, sorted, i * sizeof(*scratch));
		memcpy(scratch + i, sorted + i + 1, (n - i - 1) * sizeof(*scratch));
		left_out[i] = statistic(scratch, n - 1, arg);
		mean += left_out[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		double d = mean - left_out[i];
		squares += d * d;
		cubes += d * d * d;
	}
	return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0;
}

/* The share of replicates below the estimate, half of the ties counted, as a normal deviate. */
static inline double bias_correction(const double *replicates, size_t resamples, double estimate)
{
	double below = 0;
	for (size_t b = 0; b < resamples; b++)
		below += replicates[b] < estimate ? 1 : replicates[b] == estimate ? 0.5 : 0;
	return dist_normal_quantile(below / (double)resamples);
}

/* Bias-corrected and accelerated (Efron 1987). resamples: 2,000 or more for 95 %. */
static inline struct bootstrap_bounds bootstrap_bca(const double *x, size_t n,
						    bootstrap_statistic *statistic, void *arg,
						    size_t resamples, double confidence,
						    uint64_t seed)
{
	if (n < 5 || resamples < 100)
		return BOOTSTRAP_NONE;
	cleanup(bootstrap_urn_done) struct bootstrap_urn u;
	cleanup_free double *replicates = xcalloc(resamples, sizeof(*replicates));

	bootstrap_urn_init(&u, x, n, seed);
	for (size_t b = 0; b < resamples; b++) {
		bootstrap_draw(&u);
		replicates[b] = statistic(u.drawn, n, arg);
	}
	summary_sort(replicates, resamples);
	double z0 = bias_correction(replicates, resamples, statistic(u.sorted, n, arg));
	double a = acceleration(u.sorted, n, statistic, arg, u.drawn);
	double z = dist_normal_quantile((1 - confidence) / 2);
	if (isnan(z0) || isnan(a))
		return BOOTSTRAP_NONE;
	double low = dist_normal_cdf(z0 + (z0 + z) / (1 - a * (z0 + z)));
	double high = dist_normal_cdf(z0 + (z0 - z) / (1 - a * (z0 - z)));
	return (struct bootstrap_bounds){summary_quantile(replicates, resamples, low),
					 summary_quantile(replicates, resamples, high)};
}

/* Bootstrap-t: `error` estimates the statistic's standard error from the same list. */
static inline struct bootstrap_bounds bootstrap_student(const double *x, size_t n,
							bootstrap_statistic *statistic,
							bootstrap_statistic *error, void *arg,
							size_t resamples, double confidence,
							uint64_t seed)
{
	if (n < 5 || resamples < 100)
		return BOOTSTRAP_NONE;
	cleanup(bootstrap_urn_done) struct bootstrap_urn u;
	cleanup_free double *t = xcalloc(resamples, sizeof(*t));

	bootstrap_urn_init(&u, x, n, seed);
	double estimate = statistic(u.sorted, n, arg), se = error(u.sorted, n, arg);
	size_t kept = 0;
	for (size_t b = 0; b < resamples; b++) {
		bootstrap_draw(&u);
		double se_b = error(u.drawn, n, arg);
		if (se_b > 0) /* a resample of equal values has no error to divide by */
			t[kept++] = (statistic(u.drawn, n, arg) - estimate) / se_b;
	}
	if (kept < resamples / 2 || !(se > 0))
		return BOOTSTRAP_NONE;
	summary_sort(t, kept);
	double tail = (1 - confidence) / 2;
	return (struct bootstrap_bounds){estimate - se * summary_quantile(t, kept, 1 - tail),
					 estimate - se * summary_quantile(t, kept, tail)};
}

#endif
