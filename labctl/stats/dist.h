/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_STATS_DIST_H
#define LABCTL_STATS_DIST_H

/*
 * The distributions that the other files of this layer take quantiles from.
 * Absolute error below 1e-9 where nothing else is said; checked against SciPy
 * in tests/golden.
 */

#include <stddef.h>

double dist_normal_cdf(double x);
double dist_normal_quantile(double p); /* p in (0, 1); NAN outside */

/* Student's t with df > 0 degrees of freedom, which need not be whole. */
double dist_t_cdf(double x, double df);
double dist_t_quantile(double p, double df);

/*
 * Wilcoxon's signed-rank statistic of n values without ties: how likely it is
 * to be at most k. Exact (counted) up to DIST_SIGNED_RANK_EXACT values, beyond
 * that an Edgeworth series, good to 1e-5.
 */
enum { DIST_SIGNED_RANK_EXACT = 64 };
double dist_signed_rank_cdf(double k, size_t n);

#endif
