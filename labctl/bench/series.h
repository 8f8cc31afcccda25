/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_SERIES_H
#define LABCTL_BENCH_SERIES_H

/*
 * Samples of runtimes that change while they run: one process, called many
 * times, each call with an input of its own and timed from outside. What such a series
 * says (stats/warmup.h) is computed from the calls' times alone.
 *
 * Inputs of their own, as a process that is called with one input again and again could keep its
 * first answer: its calls would be fast and its outputs right without any work. All variants of a
 * block get the same inputs in the same order (docs/decisions/series.md).
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "bench/looks.h"
#include "bench/payloads.h"
#include "bench/sample.h"
#include "bench/worker.h"
#include "spec/result.h"

/*
 * Calls the worker once with each of request->inputs, just after its READY. 1: it
 * answered all; outputs has the answers, out wall_ns (of all calls), series and
 * ending, which is bad where they are of more than limit_bytes together. 0: it ended early, as
 * *event says. -1: the host failed.
 */
int series_run(const struct sample_request *request, struct worker *w, struct looks_memory *looks,
	       struct result_sample *out, struct payloads *outputs, int64_t limit_bytes,
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
