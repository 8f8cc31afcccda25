/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_GROWTH_H
#define LABCTL_BENCH_GROWTH_H

/*
 * How time grows with the input: `run --scaling`. At each value of the exercise's scaling parameter
 * every variant is measured a few times, in random order, each in a fresh process on the same new
 * input and its output judged as ever. The exponent is fitted to the larger half of a variant's
 * values, where what does not grow no longer shows.
 *
 * A variant's series ends before a value that would take too long, judging by how it grew, and at
 * the first that fails: RecursionError at 512 letters is a finding, not an accident.
 */

#include "base/err.h"
#include "base/str.h"
#include "bench/run.h"

/* Is there a parameter to scale? ERR_USAGE where the exercise names none. */
int growth_check(const struct exercise *x, struct err *e);

/* After run_prepare, in place of run_execute: measures, and fills record.growths. */
int growth_execute(struct run *r, struct err *e);

/* Fits the times that a growth holds. False: fewer than four values. Pure. */
bool growth_fit(struct result_growth *g);

void growth_print(const struct result *r, struct str *out);

#endif
