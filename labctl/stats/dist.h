/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_STATS_DIST_H
#define LABCTL_STATS_DIST_H

/*
 * The distributions that the other files of this layer take quantiles from.
 * Absolute error below 1e-9 where nothing else is said; checked against SciPy
 * in tests/golden.
 */

double dist_normal_cdf(double x);
double dist_normal_quantile(double p); /* p in (0, 1); NAN outside */

/* Student's t with df > 0 degrees of freedom, which need not be whole. */
double dist_t_cdf(double x, double df);
double dist_t_quantile(double p, double df);

#endif
