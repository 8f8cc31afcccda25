/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_SAMPLE_LOAD_H
#define LABCTL_BENCH_SAMPLE_LOAD_H

/* The part of a sample between READY and its end where the exercise measures a load. */

#include "base/err.h"
#include "base/str.h"
#include "bench/looks.h"
#include "bench/sample.h"
#include "bench/worker.h"
#include "spec/exercise.h"

/*
 * Sends the load to the application that is `w`, just after its READY. 1: the
 * load ran; out has wall_ns (closed loop), latency, ending and words, and output
 * what the judge is to check. 0: the guest ended it, as *event says. -1: the host failed.
 */
int sample_load(const struct exercise_load *load, const struct sample_request *request,
		struct worker *w, struct looks_memory *looks, struct result_sample *out,
		struct str *output, enum worker_event *event, struct err *e);

#endif
