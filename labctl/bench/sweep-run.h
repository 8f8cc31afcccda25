/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_SWEEP_RUN_H
#define LABCTL_BENCH_SWEEP_RUN_H

/*
 * Runs an exercise at every point of a sweep. The points come in random order,
 * and all have the same seed, so the same inputs. A machine that grows slower
 * meanwhile disturbs no ratio: each is taken within the blocks of its own
 * point, which has a baseline of its own.
 */

#include "base/err.h"
#include "bench/run.h"
#include "spec/exercise.h"
#include "spec/sweep.h"

/* Axes from the command line, in `s` after sweep_init; nothing runs yet. The options' limits must
 * not set what is swept. */
int sweep_run_plan(struct sweep *s, const struct exercise *x, const struct run_options *options,
		   const struct strv *axes, struct err *e);

/* The order of the points: order[i] is the index of the i-th to run. */
void sweep_run_order(const struct sweep *s, size_t *order);
/* Time for each point, if it does not become precise enough before. */
int64_t sweep_run_budget(const struct exercise *x, const struct run_options *options);

/*
 * -1 only where the host or the exercise failed. A baseline that does not live
 * through a point's limits is that point's result. SIGINT ends the sweep with
 * what there is.
 */
int sweep_run_execute(struct sweep *s, const struct exercise *x, const struct run_options *options,
		      struct err *e);

#endif
