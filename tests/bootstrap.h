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

/* Draws n of n with replacement. Counting how often each was drawn sorts them for nothing. */
static inline void resample(const double *sorted, size_t n, struct rng *rng, unsigned *count,
			    double *out)
{
	memset(count, 0, n * sizeof(*count));
	for (size_t i = 0; i < n; i++)
		count[rng_below(rng, n)]++;
	for (size_t i = 0; i < n; i++)
		for (unsigned c = 0; c < count[i]; c++)
			*out++ = sorted[i];
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
	cleanup_free double *sorted = xmemdup(x, n * sizeof(*x));
	cleanup_free double *scratch = xcalloc(n, sizeof(*scratch));
	cleanup_free unsigned *count = xcalloc(n, sizeof(*count));
	cleanup_free double *replicates = xcalloc(resamples, sizeof(*replicates));
	struct rng rng;
	rng_init(&rng, seed);
	summary_sort(sorted, n);
	for (size_t b = 0; b < resamples; b++) {
		resample(sorted, n, &rng, count, scratch);
		replicates[b] = statistic(scratch, n, arg);
	}
	summary_sort(replicates, resamples);
	double z0 = bias_correction(replicates, resamples, statistic(sorted, n, arg));
	double a = acceleration(sorted, n, statistic, arg, scratch);
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
	cleanup_free double *sorted = xmemdup(x, n * sizeof(*x));
	cleanup_free double *scratch = xcalloc(n, sizeof(*scratch));
	cleanup_free unsigned *count = xcalloc(n, sizeof(*count));
	cleanup_free double *t = xcalloc(resamples, sizeof(*t));
	struct rng rng;
	rng_init(&rng, seed);
	summary_sort(sorted, n);
	double estimate = statistic(sorted, n, arg), se = error(sorted, n, arg);
	size_t kept = 0;
	for (size_t b = 0; b < resamples; b++) {
		resample(sorted, n, &rng, count, scratch);
		double se_b = error(scratch, n, arg);
		if (se_b > 0) /* a resample of equal values has no error to divide by */
			t[kept++] = (statistic(scratch, n, arg) - estimate) / se_b;
	}
	if (kept < resamples / 2 || !(se > 0))
		return BOOTSTRAP_NONE;
	summary_sort(t, kept);
	double tail = (1 - confidence) / 2;
	return (struct bootstrap_bounds){estimate - se * summary_quantile(t, kept, 1 - tail),
					 estimate - se * summary_quantile(t, kept, tail)};
}

#endif
