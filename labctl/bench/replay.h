/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_REPLAY_H
#define LABCTL_BENCH_REPLAY_H

/*
 * Running a record again: the same variants, size, limits, seed and number of
 * blocks, on the images that it names where this host still has them.
 */

#include "base/err.h"
#include "base/strv.h"
#include "bench/run.h"
#include "spec/result.h"

/* What to run; points into the record. Release with replay_options_done. */
void replay_options(const struct result *record, struct run_options *out);
void replay_options_done(struct run_options *o);

/*
 * Differences between what the record was made of and what is here now, one
 * sentence each: exercise, variants' files. Images: see run.c.
 */
void replay_differences(const struct result *record, const struct run *now, struct strv *words);

#endif
