/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_READY_H
#define LABCTL_BENCH_READY_H

/*
 * From exec to READY: imports and the variant's setup(). They have a time limit, for a file may
 * loop there; but on a busy machine they may be starved of CPU for as long as the limit, and that
 * is not their fault.
 */

#include "base/err.h"
#include "bench/sample.h"
#include "bench/setting.h"
#include "bench/worker.h"
#include "spec/result.h"

/* Waits for READY. 1: ready; 0: the sample has ended, out says how; -1: the host failed. */
int ready_await(const struct setting *s, struct worker *w, const struct sample_request *r,
		struct result_sample *out, char **python, struct err *e);

/*
 * How much longer to wait for a guest that is not ready after wall_ns, of which the machine took
 * taken_ns (noise_taken_ns) from it; 0: no longer. The limit counts what was left to the guest, and
 * in all no more than READY_PATIENCE times the limit is waited. Pure.
 */
int64_t ready_more_ns(int64_t limit_ns, int64_t wall_ns, int64_t taken_ns);

enum { READY_PATIENCE = 6 };

#endif
