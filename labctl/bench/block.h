/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_BLOCK_H
#define LABCTL_BENCH_BLOCK_H

/* One block of a run: every entry measured once, its output judged, its figures recorded. */

#include "bench/run.h"

/*
 * Block 0: the baseline alone, never counted. It warms the host's caches up, and
 * its time bounds what the other samples may take. Then an empty program (overhead.h).
 */
int block_warm_up(struct run *r, struct err *e);

/* One process of a variant: started, given each input, asked for its output, which is judged; what
 * it gave is in `outputs` then, which may be NULL. */
int block_call(struct run *r, size_t variant, const struct payloads *inputs, uint64_t layout_seed,
	       struct payloads *outputs, struct result_sample *s, struct err *e);

/* Block `index`, from 1. -1: the host, the exercise or the baseline failed. */
int block_run(struct run *r, size_t index, struct err *e);

#endif
