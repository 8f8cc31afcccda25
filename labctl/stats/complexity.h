/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_STATS_COMPLEXITY_H
#define LABCTL_STATS_COMPLEXITY_H

/*
 * How time grows with size, from measurements at four sizes or more.
 *
 * The exponent is the slope of a straight line through (log size, log time),
 * so time ~ size^exponent; its interval is Student's, and gets wide when the
 * points bend, as they do for an exponential, or where a constant part still
 * weighs. Beside it the known growths are compared by how far the points lie
 * from each; n and n log n differ little, so of neighbours the nearest is a
 * guess, and the interval of the exponent is the claim.
 */

#include <stdbool.h>
#include <stddef.h>

enum { COMPLEXITY_MIN_SIZES = 4, COMPLEXITY_MAX_SIZES = 64 };

enum complexity_growth {
	GROWTH_CONSTANT,
	GROWTH_LOG,
	GROWTH_LINEAR,
	GROWTH_LINEAR_LOG,
	GROWTH_QUADRATIC,
	GROWTH_CUBIC,
	GROWTH_EXPONENTIAL,
	GROWTH_COUNT,
};

struct complexity {
	size_t sizes; /* distinct sizes */
	double exponent, low, high;
	enum complexity_growth best; /* the growth with the least misfit */
	double base;                 /* of the exponential: time ~ base^size */
	double misfit[GROWTH_COUNT]; /* typical distance from it, relative: 0.05 is 5 % */
};

/*
 * times[i] was measured at sizes[i]; of several times at one size the median
 * counts. False where there are fewer than four distinct sizes (or more than
 * COMPLEXITY_MAX_SIZES), or a size is below 1 or a time not above 0.
 */
bool complexity_fit(const double *sizes, const double *times, size_t n, double confidence,
		    struct complexity *out);

const char *complexity_name(enum complexity_growth growth); /* "n log n" */

#endif
