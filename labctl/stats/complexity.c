/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/complexity.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/dist.h"
#include "stats/summary.h"

struct points {
	double size[COMPLEXITY_MAX_SIZES];
	double log_time[COMPLEXITY_MAX_SIZES];
	size_t n;
};

struct line {
	double slope, intercept;
	double slope_error; /* standard error */
	double residual;    /* root of the mean squared distance, over n - 2 */
};

/* Least squares of y on x. */
static struct line line_fit(const double *x, const double *y, size_t n)
{
	double mean_x = summary_mean(x, n), mean_y = summary_mean(y, n);
	double xx = 0, xy = 0, rest = 0;

	for (size_t i = 0; i < n; i++) {
		xx += (x[i] - mean_x) * (x[i] - mean_x);
		xy += (x[i] - mean_x) * (y[i] - mean_y);
	}
	struct line line = {.slope = xy / xx, .intercept = mean_y - xy / xx * mean_x};

	for (size_t i = 0; i < n; i++) {
		double miss = y[i] - line.intercept - line.slope * x[i];

		rest += miss * miss;
	}
	line.residual = sqrt(rest / (double)(n - 2));
	line.slope_error = line.residual / sqrt(xx);
	return line;
}

/* The median log time of every distinct size, in ascending order of size. */
static bool points_collect(const double *sizes, const double *times, size_t n, struct points *out)
{
	cleanup_free double *order = xmemdup(sizes, n * sizeof(*order));
	cleanup_free double *here = xcalloc(n, sizeof(*here));

	out->n = 0;
	summary_sort(order, n);
	for (size_t i = 0; i < n; i++) {
		size_t count = 0;

		if (i > 0 && order[i] == order[i - 1])
			continue;
		if (out->n == COMPLEXITY_MAX_SIZES || !(order[i] >= 1))
			return false;
		for (size_t j = 0; j < n; j++)
			if (sizes[j] == order[i])
				here[count++] = times[j];
		summary_sort(here, count);
		if (!(here[0] > 0) || !isfinite(here[count - 1]))
			return false;
		out->size[out->n] = order[i];
		out->log_time[out->n++] = log(summary_median(here, count));
	}
	return out->n >= COMPLEXITY_MIN_SIZES;
}

/* The logarithm of a growth at a size; n log n and log n are kept off 0 at n = 1. */
static double growth_log(enum complexity_growth growth, double size)
{
	double l = log(size), ll = log(log(size + 1));

	switch (growth) {
	case GROWTH_LOG:
		return ll;
	case GROWTH_LINEAR:
		return l;
	case GROWTH_LINEAR_LOG:
		return l + ll;
	case GROWTH_QUADRATIC:
		return 2 * l;
	case GROWTH_CUBIC:
		return 3 * l;
	default:
		return 0;
	}
}

/* How far log time is from running parallel to the growth: one free constant. */
static double growth_misfit(const struct points *p, enum complexity_growth growth)
{
	double rest[COMPLEXITY_MAX_SIZES];

	for (size_t i = 0; i < p->n; i++)
		rest[i] = p->log_time[i] - growth_log(growth, p->size[i]);
	return sqrt(summary_variance(rest, p->n));
}

bool complexity_fit(const double *sizes, const double *times, size_t n, double confidence,
		    struct complexity *out)
{
	double log_size[COMPLEXITY_MAX_SIZES];
	struct points p;

	*out = (struct complexity){.exponent = NAN, .low = NAN, .high = NAN, .base = NAN};
	if (n < COMPLEXITY_MIN_SIZES || !points_collect(sizes, times, n, &p))
		return false;
	for (size_t i = 0; i < p.n; i++)
		log_size[i] = log(p.size[i]);

	struct line power = line_fit(log_size, p.log_time, p.n);
	struct line exponential = line_fit(p.size, p.log_time, p.n);
	double t = dist_t_quantile((1 + confidence) / 2, (double)p.n - 2);

	out->sizes = p.n;
	out->exponent = power.slope;
	out->low = power.slope - t * power.slope_error;
	out->high = power.slope + t * power.slope_error;
	out->base = exp(exponential.slope);
	for (int g = 0; g < GROWTH_EXPONENTIAL; g++) {
		out->misfit[g] = growth_misfit(&p, (enum complexity_growth)g);
		if (out->misfit[g] < out->misfit[out->best])
			out->best = (enum complexity_growth)g;
	}
	out->misfit[GROWTH_EXPONENTIAL] = exponential.residual;
	/* The exponential has a constant more to bend with: it must beat a free power law too. */
	if (exponential.residual < out->misfit[out->best] &&
	    exponential.residual < power.residual && exponential.slope > 0)
		out->best = GROWTH_EXPONENTIAL;
	return true;
}

const char *complexity_name(enum complexity_growth growth)
{
	static const char *const names[GROWTH_COUNT] = {
	    [GROWTH_CONSTANT] = "constant",
	    [GROWTH_LOG] = "log n",
	    [GROWTH_LINEAR] = "n",
	    [GROWTH_LINEAR_LOG] = "n log n",
	    [GROWTH_QUADRATIC] = "n^2",
	    [GROWTH_CUBIC] = "n^3",
	    [GROWTH_EXPONENTIAL] = "exponential",
	};

	return names[growth];
}
