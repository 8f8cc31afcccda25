/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_STATS_LEVELS_H
#define LABCTL_STATS_LEVELS_H

/*
 * Two levels of variance: between processes (layout, hash seed, address space)
 * and between iterations within one (Kalibera and Jones 2013). It tells where
 * to repeat: with little variance between processes, more iterations in each
 * are the cheaper way to the same width.
 */

#include <stdbool.h>
#include <stddef.h>

struct levels {
	double mean;
	double between; /* variance of the processes' true means, at least 0 */
	double within;  /* variance of an iteration within its process */
};

/* x holds `iterations` values of each process, one process after the other. False below 2 by 2. */
bool levels_split(const double *x, size_t processes, size_t iterations, struct levels *out);

#endif
