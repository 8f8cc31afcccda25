/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_STATS_SUMMARY_H
#define LABCTL_STATS_SUMMARY_H

/*
 * What a list of numbers is like. Functions whose argument is called `sorted`
 * want it ascending (summary_sort); the others take any order. None keeps the
 * array, allocates or changes it, except summary_sort. An empty list gives NAN.
 */

#include <stddef.h>

void summary_sort(double *x, size_t n); /* ascending, NANs last */

double summary_mean(const double *x, size_t n);
double summary_variance(const double *x, size_t n); /* divided by n - 1; NAN for n < 2 */

/* Type 7 of Hyndman and Fan (1996), R's and NumPy's default: linear between order statistics. */
double summary_quantile(const double *sorted, size_t n, double p);
double summary_median(const double *sorted, size_t n);

/* Median distance from the median, times 1.4826, so that it estimates a normal sample's sd. */
double summary_mad(const double *sorted, size_t n);

/* The mean without the floor(n * fraction) lowest and highest; 0 <= fraction < 0.5. */
double summary_trimmed_mean(const double *sorted, size_t n, double fraction);

/* The variance after those were set to the nearest value kept. */
double summary_winsorised_variance(const double *sorted, size_t n, double fraction);

/*
 * The Walsh averages are (x[i] + x[j]) / 2 for all i <= j, n(n+1)/2 of them.
 * The k-th smallest, k from 1; found without making the list, in O(n) memory-free passes.
 */
double summary_walsh(const double *sorted, size_t n, size_t k);

#endif
