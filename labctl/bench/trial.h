/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_TRIAL_H
#define LABCTL_BENCH_TRIAL_H

/*
 * What a grader relies on, tried out on many seeds: a seed gives the same
 * input again, the oracle takes the baseline's output and no rubbish, each
 * wrong answer is caught, and each size fits the limits. Times are not judged
 * here: see desk.h.
 */

#include <stdint.h>

#include "base/err.h"
#include "bench/finding.h"
#include "spec/exercise.h"

/* `seeds` inputs of size `size`; the first of them is that of `seed`, if it is not 0. -1: the host
 * failed; what the exercise does wrong is a finding. */
int trial_seeds(const struct exercise *x, const char *size, int64_t seeds, int64_t seed,
		struct findings *out, struct err *e);

/* One sample of the baseline in each size of the manifest, against its limits. */
int trial_sizes(const struct exercise *x, struct findings *out, struct err *e);

/* One sample of each variant that is no wrong answer: does it end as expected? For who has no time
 * to measure. */
int trial_right(const struct exercise *x, const char *size, struct findings *out, struct err *e);

#endif
