/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_REVIEW_H
#define LABCTL_BENCH_REVIEW_H

/*
 * A reading of an exercise's files before anything runs: is all there that a
 * student, another teacher and a grader rely on? What measuring shows is
 * trial.h's.
 */

#include "base/err.h"
#include "bench/finding.h"
#include "spec/exercise.h"

/* What stands in a file of the skeleton wherever the teacher has to put their own. */
#define REVIEW_MARK "REPLACE:"

/* -1 only where a file cannot be read; one that is missing is a finding. */
int review_files(const struct exercise *x, struct findings *out, struct err *e);

#endif
