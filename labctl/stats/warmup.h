/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_STATS_WARMUP_H
#define LABCTL_STATS_WARMUP_H

/*
 * What a runtime with a compiler does to the first calls: the times of
 * consecutive iterations in one process, cut into segments of equal level.
 *
 * Times are taken as logarithms; single wild values (a garbage collection) are
 * pulled in to their neighbours, and the cuts minimise the squared distances
 * from the segments' levels plus a price per cut (Killick and others 2012;
 * the price, 15 log n, is that of Barrett and others 2017, who found most
 * programs not to warm up as textbooks say: so a series without a steady end is
 * reported as that, and never averaged).
 */

#include <stdbool.h>
#include <stddef.h>

enum { WARMUP_MIN_ITERATIONS = 20, WARMUP_MAX_SEGMENTS = 32 };

enum warmup_shape {
	WARMUP_FLAT,     /* steady from the first iteration */
	WARMUP_WARMS,    /* slow at first, then steady */
	WARMUP_SLOWS,    /* steady at the end, but was faster before */
	WARMUP_UNSTEADY, /* no steady end in these iterations */
};

struct warmup_segment {
	size_t first, count; /* iterations */
	double level;        /* typical time of one */
};

struct warmup {
	enum warmup_shape shape;
	size_t segment_count;
	struct warmup_segment segments[WARMUP_MAX_SEGMENTS];
	double cold;         /* the first iteration's time */
	size_t steady_first; /* iteration from which it is steady; n where it never is */
	double steady;       /* median time from there; NAN where it never is */
	double to_steady;    /* total time of the iterations before; NAN where it never is */
};

/* False below WARMUP_MIN_ITERATIONS, or where a time is not above 0. */
bool warmup_find(const double *times, size_t n, struct warmup *out);

const char *warmup_shape_name(enum warmup_shape shape); /* "warms up", ... */

struct warmup_series {
	double start;        /* time before the first iteration: start of the process, set-up */
	const double *times; /* iterations as measured */
	size_t n;
	double steady; /* of each further one */
};

/* After how many calls the first has cost less in total than the second, and stays so; INFINITY:
 * never. */
double warmup_break_even(const struct warmup_series *a, const struct warmup_series *b);

#endif
