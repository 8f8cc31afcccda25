/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_STATS_AMDAHL_H
#define LABCTL_STATS_AMDAHL_H

/*
 * Amdahl's law through measured times: time(p) = one * (serial + (1 - serial) / p)
 * on p CPUs. Distances count relative to the time, and the interval of the serial
 * share is the set of shares that fit not much worse than the best (Student's,
 * n - 2 degrees), within 0 and 1.
 */

#include <stdbool.h>
#include <stddef.h>

struct amdahl {
	double serial, low, high; /* share of the work that does not speed up */
	double one;               /* time on one CPU, as fitted */
};

/* False for fewer than 3 measurements, one number of CPUs only, or values not above 0. */
bool amdahl_fit(const double *cpus, const double *times, size_t n, double confidence,
		struct amdahl *out);

#endif
