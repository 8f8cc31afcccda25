/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_DESK_H
#define LABCTL_BENCH_DESK_H

/* What people do with an exercise besides measuring: a student starts it, a teacher checks it. */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "bench/finding.h"
#include "spec/exercise.h"
#include "spec/result.h"

/* Makes dir with README.md, the entry file, a copy of the baseline, and the sources of its build.
 * Overwrites nothing. */
int desk_lay_out(const struct exercise *x, const char *dir, struct err *e);

/* Under sudo, what is laid out shall belong to the caller, not to root. */
void desk_give_to_caller(const char *path);

struct desk_check_options { /* zero means: the default */
	const char *size;
	int64_t budget_ns;
	int64_t seeds;
	int64_t seed; /* of the first input */
	bool quick;   /* leave out the other sizes, and run variants once instead of measuring */
};

/*
 * All that a grader relies on: the files (review.h), the seeds and sizes
 * (trial.h), then every variant measured against what the manifest expects,
 * whose table is added to `text`. -1: the host failed; the rest is findings.
 */
int desk_check(const struct exercise *x, const struct desk_check_options *options,
	       struct findings *out, struct str *text, struct err *e);

/*
 * Did others use the machine so much that this figure tells nothing of the exercise? The two copies
 * of the baseline came out far apart, a quarter of the samples was disturbed, or there are too few.
 * Pure.
 */
bool desk_is_disturbed(const struct result *r, const struct result_figure *f);

/* Did the variant end as is expected of it, right, wrong or failed, whatever its speed? Pure. */
bool desk_ends(enum exercise_expect expect, const struct result *r, const struct result_figure *f);

/* Does the figure keep what is expected of its variant? Pure. */
bool desk_keeps(enum exercise_expect expect, const struct result *r, const struct result_figure *f);

#endif
