/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_SERIES_H
#define LABCTL_BENCH_SERIES_H

/*
 * Samples of runtimes that change while they run: one process, called many
 * times with the same input, each call timed from outside. What such a series
 * says (stats/warmup.h) is computed from the calls' times alone.
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "bench/looks.h"
#include "bench/sample.h"
#include "bench/worker.h"
#include "spec/result.h"

/*
 * Calls the worker, just after its READY. 1: all calls gave one and the same
 * output, which is in *output; out has wall_ns (of all calls), series and
 * ending. 0: it ended early, as *event says, or out has ending and words. -1: the
 * host failed.
 */
int series_run(int64_t calls, const struct sample_request *request, struct worker *w,
	       struct looks_memory *looks, struct result_sample *out, struct str *output,
	       enum worker_event *event, struct err *e);

/* After the last reading: asks the guest what its engine compiled. A guest that does not answer
 * has compiled nothing that anybody saw. */
int series_ask(struct worker *w, struct result_sample *out, struct err *e);

bool series_is(const struct result *r);

/* Fills what follows from series.calls_ns; nothing where there are none. Pure. */
void series_derive(struct result_sample *s);

/* Everything in f->warm but cold_ratio. baseline_of: the baseline's sample of a block, or NULL. */
void series_figure(const struct result *r, struct result_figure *f,
		   const struct result_sample *(*baseline_of)(const struct result *r, int64_t block,
							      bool again));

#endif
