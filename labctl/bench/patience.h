/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_PATIENCE_H
#define LABCTL_BENCH_PATIENCE_H

/*
 * A limit of time for guests that are not being measured: it counts the time
 * that the machine left to them (ready_more_ns). On a busy machine the wait is
 * longer, and shown while it lasts.
 */

#include <stdint.h>

#include "base/err.h"
#include "bench/worker.h"

struct patience {
	int64_t limit_ns;
	int64_t left_ns; /* of a wait that ended in WORKER_DEADLINE: what was left to the guest.
			    Less than the limit: the machine was too busy to tell */
};

/* As worker_wait; `what` is what the progress says meanwhile. */
int patience_wait(struct worker *w, struct patience *p, const char *what, enum worker_event *event,
		  struct err *e);

#endif
