/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/summary.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	if (isnan(x) || isnan(y))
		return isnan(x) - isnan(y);
	return (x > y) - (x < y);
}

void summary_sort(double *x, size_t n)
{
	if (n > 1)
		qsort(x, n, sizeof(*x), compare_doubles);
}

double summary_mean(const double *x, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return n ? sum / (double)n : NAN;
}

double summary_variance(const double *x, size_t n)
{
	if (n < 2)
		return NAN;
	double mean = summary_mean(x, n), sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += (x[i] - mean) * (x[i] - mean);
	return sum / (double)(n - 1);
}

double summary_quantile(const double *sorted, size_t n, double p)
{
	if (n == 0 || !(p >= 0 && p <= 1))
		return NAN;
	double place = p * (double)(n - 1);
	size_t below = (size_t)place;
	if (below + 1 >= n)
		return sorted[n - 1];
	double share = place - (double)below;
	return sorted[below] + share * (sorted[below + 1] - sorted[below]);
}

double summary_median(const double *sorted, size_t n)
{
	return summary_quantile(sorted, n, 0.5);
}

/*
 * The k-th smallest distance (k from 1) from the centre. The distances to the
 * left and to the right of it are both sorted, so two fingers merge them.
 */
static double distance_select(const double *sorted, size_t n, double centre, size_t k)
{
	size_t right = 0;
	while (right < n && sorted[right] < centre)
		right++;
	size_t left = right;
	double distance = 0;
	while (k-- > 0) {
		double down = left > 0 ? centre - sorted[left - 1] : INFINITY;
		double up = right < n ? sorted[right] - centre : INFINITY;
		if (down < up)
			left--;
		else
			right++;
		distance = fmin(down, up);
	}
	return distance;
}

double summary_mad(const double *sorted, size_t n)
{
	if (n == 0)
		return NAN;
	double centre = summary_median(sorted, n);
	double low = distance_select(sorted, n, centre, (n + 1) / 2);
	double high = distance_select(sorted, n, centre, n / 2 + 1);
	return 1.482602218505602 * (low + high) / 2;
}

double summary_trimmed_mean(const double *sorted, size_t n, double fraction)
{
	size_t cut = (size_t)((double)n * fraction);
	return 2 * cut < n ? summary_mean(sorted + cut, n - 2 * cut) : NAN;
}

double summary_winsorised_variance(const double *sorted, size_t n, double fraction)
{
	size_t cut = (size_t)((double)n * fraction);
	if (n < 2 || 2 * cut >= n)
		return NAN;
	double low = sorted[cut], high = sorted[n - 1 - cut];
	double mean = 0, sum = 0;
	for (size_t i = 0; i < n; i++)
		mean += fmin(fmax(sorted[i], low), high) / (double)n;
	for (size_t i = 0; i < n; i++) {
		double d = fmin(fmax(sorted[i], low), high) - mean;
		sum += d * d;
	}
	return sum / (double)(n - 1);
}

/* How many Walsh averages are at most x: one walk with two fingers. */
static size_t walsh_count(const double *sorted, size_t n, double x)
{
	size_t count = 0, i = 0, j = n;
	while (i < j) {
		if ((sorted[i] + sorted[j - 1]) / 2 <= x) {
			count += j - i; /* i with each of i..j-1 */
			i++;
		} else {
			j--;
		}
	}
	return count;
}

/* Doubles in the order of their values, as integers: bisection then ends at an exact double. */
static int64_t order_of(double x)
{
	int64_t bits;
	memcpy(&bits, &x, sizeof(bits));
	return bits < 0 ? INT64_MIN - bits : bits;
}

static double double_at(int64_t order)
{
	int64_t bits = order < 0 ? INT64_MIN - order : order;
	double x;
	memcpy(&x, &bits, sizeof(x));
	return x;
}

double summary_walsh(const double *sorted, size_t n, size_t k)
{
	if (n == 0 || k < 1 || k > n * (n + 1) / 2)
		return NAN;
	int64_t low = order_of(sorted[0]), high = order_of(sorted[n - 1]);
	while (low < high) {
		int64_t middle = (low >> 1) + (high >> 1) + (low & high & 1);
		if (walsh_count(sorted, n, double_at(middle)) >= k)
			high = middle;
		else
			low = middle + 1;
	}
	return double_at(low);
}
