/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_STATS_BOOTSTRAP_H
#define LABCTL_STATS_BOOTSTRAP_H

/*
 * Intervals for statistics that have no formula (a percentile, a fitted
 * exponent), by resampling. Not what decides a verdict: see ratio.h, and the
 * table in docs/decisions/ that says why.
 *
 * The statistic is called on sorted lists of n values. The same seed gives the
 * same interval on every host.
 */

#include <stddef.h>
#include <stdint.h>

struct bootstrap_bounds {
	double low, high; /* NAN: n < 5, or the statistic is constant or undefined */
};

typedef double bootstrap_statistic(const double *sorted, size_t n, void *arg);

/* Bias-corrected and accelerated (Efron 1987). resamples: 2,000 or more for 95 %. */
struct bootstrap_bounds bootstrap_bca(const double *x, size_t n, bootstrap_statistic *statistic,
				      void *arg, size_t resamples, double confidence,
				      uint64_t seed);

/* Bootstrap-t: `error` estimates the statistic's standard error from the same list. */
struct bootstrap_bounds bootstrap_student(const double *x, size_t n, bootstrap_statistic *statistic,
					  bootstrap_statistic *error, void *arg, size_t resamples,
					  double confidence, uint64_t seed);

#endif
