/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_READINGS_H
#define LABCTL_BENCH_READINGS_H

/*
 * What is read before a sample's work and again after it: the host's noise,
 * counters of the services and machines, what the workspace used. The
 * difference of two readings is what the work cost. Times are ns, memory bytes.
 */

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "bench/counters.h"
#include "bench/noise.h"
#include "bench/setting.h"
#include "bench/worker.h"
#include "spec/result.h"
#include "spec/usage.h"

enum { READINGS_SERVICES_MAX = 16 }; /* machines count as services here, and come after them */

struct readings { /* zeroed by the caller */
	struct noise_reading noise;
	struct usage services[READINGS_SERVICES_MAX];
	json_t *counters[READINGS_SERVICES_MAX]; /* NULL: the service does not tell */
	struct usage usage;                      /* of the workspace, as is io */
	struct usage_io io;
};

/* Before GO and after RESULT, in opposite orders, so that each pair encloses what is read after it.
 * `ended`: the guest is gone, and its last usage holds. -1: the host failed. */
int readings_begin(struct readings *r, struct setting *s, const struct noise_watch *watch,
		   const struct worker *w, struct err *e);
int readings_end(struct readings *r, struct setting *s, const struct noise_watch *watch,
		 const struct worker *w, bool ended, struct err *e);

/* The differences into *out: usage, io, services, total_cpu_ns. *total: of all that did the work,
 * for noise_judge. */
void readings_record(const struct setting *s, const struct readings *before,
		     const struct readings *after, int64_t anon_peak_bytes,
		     struct result_sample *out, struct usage *total);

void readings_done(struct readings *r);

#endif
