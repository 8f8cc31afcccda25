/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_TRIAL_COURSE_H
#define LABCTL_BENCH_TRIAL_COURSE_H

/*
 * A run (run.h) whose samples a trial chooses, one at a time, and in which what
 * the exercise's own files do wrong is a finding. For trial.c and trial-sizes.c.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/finding.h"
#include "bench/payloads.h"
#include "bench/run.h"

/* Prepares the run of `options`, calls course(run, arg, e) in it, and clears it away. -1: the host
 * failed. */
int trial_course_run(const struct exercise *x, const struct run_options *options,
		     run_course *course, void *arg, struct findings *out, struct err *e);

/* One call of a variant, judged. *s is the record's; outputs may be NULL. */
int trial_course_sample(struct run *r, size_t variant, uint64_t seed, const struct payloads *inputs,
			struct payloads *outputs, struct result_sample **s, struct err *e);

#endif
