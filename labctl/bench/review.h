/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_REVIEW_H
#define LABCTL_BENCH_REVIEW_H

/*
 * A reading of an exercise's files before anything runs: is all there that a
 * student, another teacher and a grader rely on? What measuring shows is
 * trial.h's.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/finding.h"
#include "spec/exercise.h"

/* What stands in a file of the skeleton wherever the teacher has to put their own. */
#define REVIEW_MARK "REPLACE:"

/* Where a line of the exercise's file begins with the text, or else holds it: counted from 1;
 * 0: none does. For findings. */
int64_t review_line(const struct exercise *x, const char *file, const char *text);
/* Where exercise.yaml speaks of the variant, or of the size: both are keys in a mapping. */
int64_t review_key_line(const struct exercise *x, const char *name);

/* -1 only where a file cannot be read; one that is missing is a finding. *runnable: all that the
 * manifest names is there, so that the rest can be tried. */
int review_files(const struct exercise *x, bool *runnable, struct findings *out, struct err *e);

#endif
