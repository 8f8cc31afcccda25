/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_SAMPLE_H
#define LABCTL_BENCH_SAMPLE_H

/*
 * One sample: a fresh process in a fresh sandbox, services in their initial
 * state, one input and one output (of a series: for each call), and what it cost between GO and
 * RESULT. How a sample ended is a result, whatever it is; an error is only ever the host's.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "bench/looks.h"
#include "bench/noise.h"
#include "bench/payloads.h"
#include "bench/setting.h"
#include "bench/worker.h"
#include "spec/result.h"

struct sample_request {
	const char *image;   /* NULL: the exercise's */
	const char *variant; /* path below the exercise's folder: "variants/indexed.py" ... */
	bool machines;       /* the exercise's machines are up meanwhile */
	const struct submission *submission; /* ... or a student's */
	const char *built;             /* what was built for it, a host folder; NULL: nothing */
	const struct payloads *inputs; /* one for each call of the process */
	uint64_t layout_seed;
	int64_t run_begin_ns; /* what the sample's begin_ns counts from */
	int64_t time_ns;      /* from GO to RESULT, at most; of all calls together */
	int64_t setup_ns;     /* from exec to READY, at most, less what others take of the CPUs */
	bool quota;           /* throttling is part of the measurement */
	const struct noise_watch *watch;
	const struct noise_rules *rules;
};

/*
 * Fills *out (zeroed by the caller, who sets block, position, variant, again
 * and input_seed); outputs, empty before, gets the bytes of each RESULT, python (may be NULL)
 * what READY told, "CPython 3.13.5". Outputs are not judged here.
 */
int sample_run(struct setting *s, const struct sample_request *request, struct result_sample *out,
	       struct payloads *outputs, char **python, struct err *e);

/* Limits that were met on the way to an end of another kind, in words: often its cause. The
 * caller's; NULL: none was. */
char *sample_limits_met(const struct result_sample *s);

/* GO with one input, and waits for an answer, looking at memory meanwhile: out->wall_ns is the time
 * from the one to the other. For what else sends GO (series.c). */
int sample_go(struct worker *w, const struct sample_request *r, const struct str *input,
	      struct looks_memory *looks, struct result_sample *out, enum worker_event *event,
	      struct err *e);

#endif
