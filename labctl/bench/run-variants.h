/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_RUN_VARIANTS_H
#define LABCTL_BENCH_RUN_VARIANTS_H

/*
 * Who takes part in a run: the baseline always, and first; then the variants
 * that are asked for, or all that finish in the size; last a student's file.
 * For run.c. Each has two entries of the same index: r->variants[i], what it
 * takes to run it, and r->record.variants[i], what the record says of it.
 */

#include "base/err.h"
#include "bench/run.h"

/* r->exercise and r->size are set. ERR_USAGE: a variant that is not there, or not of this size. */
int run_variants_choose(struct run *r, const struct run_options *o, struct err *e);

/* r->variants; the record's are the record's. Before r->record is given away. */
void run_variants_free(struct run *r);

#endif
