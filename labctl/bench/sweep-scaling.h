/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_SWEEP_SCALING_H
#define LABCTL_BENCH_SWEEP_SCALING_H

/*
 * How a variant's time falls with CPUs. A time is taken relative to the
 * baseline's in the same block: the baseline works on one CPU whatever it is
 * given, so this is the speedup's inverse, and free of the machine's drift from
 * point to point. Only points of one CPU or more take part: below, the baseline
 * is held back as well. Pure.
 */

#include "spec/sweep.h"

/* Computes s->fits anew, one for each variant that enough points allow; none unless cpu is the only
 * axis. */
void sweep_scaling_fit(struct sweep *s);

struct sweep_speed {                      /* of one variant at one point */
	double cpus, speedup, efficiency; /* speedup / cpus */
	double cpu_seconds;               /* of it and its services */
};

/* False: it has no speedup there. */
bool sweep_scaling_speed(const struct sweep *s, const struct sweep_point *p, const char *variant,
			 struct sweep_speed *out);

#endif
