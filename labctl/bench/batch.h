/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_BATCH_H
#define LABCTL_BENCH_BATCH_H

/*
 * A sample of a fast variant is several calls, each in a fresh process of its own, one after the
 * other; their times are added up. A call means what it always means (a program started, given one
 * input, asked for one output), so a batch changes how exactly its time is known and not what it
 * is: docs/decisions/batches.md. The baseline is never batched, nor is a load.
 */

#include <stdint.h>

#include "bench/run.h"

enum {
	BATCH_MAX = 16,    /* calls in a sample */
	BATCH_SHARE = 2,   /* batches may lengthen a block by one part in so many */
	BATCH_BLOCKS = 12, /* ... if as many blocks still fit the budget */
};

#define BATCH_SAMPLE_NS (100 * NS_PER_MS) /* what a sample should last */

struct batch_cost {       /* of one call of a variant, as block 1 showed it */
	int64_t wall_ns;  /* measured; 0: unknown, it is not batched */
	int64_t whole_ns; /* with reset, start and removal */
};

/*
 * How many calls each gets, so that a sample lasts BATCH_SAMPLE_NS and all batches together take no
 * more than spare_ns; where they would, all are cut alike. Returns what they add to a block. Pure.
 */
int64_t batch_choose(const struct batch_cost *costs, size_t count, int64_t spare_ns,
		     int64_t *calls);

/* After block 1, which took block_ns: sets the variants' calls for the rest of the run, with
 * left_ns of the budget to go. Returns what that adds to a block. */
int64_t batch_plan(struct run *r, int64_t block_ns, int64_t left_ns);

/* Adds a call to the sample of those before it: times and counters add up, peaks are the highest.
 */
void batch_add(struct result_sample *sum, const struct result_sample *call);

#endif
