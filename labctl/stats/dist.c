/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/dist.h"

#include <math.h>

double dist_normal_cdf(double x)
{
	return 0.5 * erfc(-x / M_SQRT2);
}

static double normal_density(double x)
{
	return exp(-0.5 * x * x) / sqrt(2 * M_PI);
}

/*
 * Newton's method on the lower half. There the distribution function is
 * convex, so that a start left of the root climbs to it without overshooting
 * more than once; -sqrt(-2 log p) is such a start.
 */
double dist_normal_quantile(double p)
{
	if (!(p > 0 && p < 1))
		return NAN;
	if (p > 0.5)
		return -dist_normal_quantile(1 - p);
	if (p == 0.5)
		return 0;
	double x = -sqrt(-2 * log(p));
	for (int i = 0; i < 100; i++) {
		double step = (dist_normal_cdf(x) - p) / normal_density(x);
		/* Far out the density is tiny and a full step is worthless. */
		step = fmax(-1, fmin(1, step));
		x -= step;
		if (fabs(step) < 1e-14 * (1 + fabs(x)))
			break;
	}
	return x;
}

/* The continued fraction of the incomplete beta function, by Lentz's method. */
static double beta_fraction(double a, double b, double x)
{
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1);
	d = 1 / (fabs(d) < tiny ? tiny : d);
	double f = d;
	for (int m = 1; m < 1000; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		f *= d * (fabs(c) < tiny ? tiny : c);
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		double change = d * (fabs(c) < tiny ? tiny : c);
		f *= change;
		if (fabs(change - 1) < 1e-15)
			break;
	}
	return f;
}

static double incomplete_beta(double a, double b, double x)
{
	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	/* The fraction converges fast on one side of the mean only. */
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(a, b, x) / a;
	return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double dist_t_cdf(double x, double df)
{
	if (!(df > 0) || isnan(x))
		return NAN;
	double tail = 0.5 * incomplete_beta(df / 2, 0.5, df / (df + x * x));
	return x < 0 ? tail : 1 - tail;
}

double dist_t_quantile(double p, double df)
{
	if (!(p > 0 && p < 1) || !(df > 0))
		return NAN;
	if (p > 0.5)
		return -dist_t_quantile(1 - p, df);
	double low = -1, high = 0;
	while (dist_t_cdf(low, df) > p && low > -1e300)
		low *= 2;
	for (int i = 0; i < 100 && high - low > 1e-14 * -low; i++) {
		double middle = (low + high) / 2;
		if (dist_t_cdf(middle, df) < p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}
