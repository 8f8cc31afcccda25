/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/amdahl.h"

#include <math.h>

#include "stats/dist.h"

struct data {
	const double *cpus, *times;
	size_t n;
};

/* The least sum of squared relative distances for a serial share, and the time on one CPU. */
static double misfit(const struct data *d, double serial, double *one)
{
	double g = 0, gg = 0, rest = 0;

	for (size_t i = 0; i < d->n; i++) {
		double x = (serial + (1 - serial) / d->cpus[i]) / d->times[i];

		g += x;
		gg += x * x;
	}
	*one = g / gg;
	for (size_t i = 0; i < d->n; i++) {
		double x = *one * (serial + (1 - serial) / d->cpus[i]) / d->times[i];

		rest += (1 - x) * (1 - x);
	}
	return rest;
}

/* The misfit has one valley over [0, 1]: golden section. */
static double best_serial(const struct data *d)
{
	const double golden = 0.6180339887498949;
	double low = 0, high = 1, one;

	for (int i = 0; i < 80; i++) {
		double a = high - golden * (high - low), b = low + golden * (high - low);

		if (misfit(d, a, &one) <= misfit(d, b, &one))
			high = b;
		else
			low = a;
	}
	return (low + high) / 2;
}

/* Where the misfit passes the limit between the best share and an end. */
static double edge(const struct data *d, double best, double end, double limit)
{
	double inside = best, outside = end, one;

	if (misfit(d, end, &one) <= limit)
		return end;
	for (int i = 0; i < 60; i++) {
		double middle = (inside + outside) / 2;

		if (misfit(d, middle, &one) <= limit)
			inside = middle;
		else
			outside = middle;
	}
	return inside;
}

bool amdahl_fit(const double *cpus, const double *times, size_t n, double confidence,
		struct amdahl *out)
{
	const struct data d = {cpus, times, n};
	bool differ = false;

	*out = (struct amdahl){NAN, NAN, NAN, NAN};
	for (size_t i = 0; i < n; i++) {
		if (!(cpus[i] > 0) || !(times[i] > 0) || !isfinite(cpus[i]) || !isfinite(times[i]))
			return false;
		differ = differ || cpus[i] != cpus[0];
	}
	if (n < 3 || !differ)
		return false;

	double t = dist_t_quantile((1 + confidence) / 2, (double)n - 2);
	double best = best_serial(&d), least = misfit(&d, best, &out->one);
	double limit = least * (1 + t * t / ((double)n - 2));

	out->serial = best;
	out->low = edge(&d, best, 0, limit);
	out->high = edge(&d, best, 1, limit);
	return true;
}
