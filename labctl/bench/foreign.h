/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_FOREIGN_H
#define LABCTL_BENCH_FOREIGN_H

/*
 * The foreign code of a run's variants: built before anything is measured, and
 * run once under a sanitizer, as an answer can be right although it was read
 * from memory that belongs to something else.
 */

#include "bench/run.h"

/* Builds what the variants ask for. One that does not build is dropped, with a sample that says
 * why; -1 where it is the baseline, or the host failed. */
int foreign_build(struct run *r, struct err *e);

/* Runs each variant that has a build with a sanitizer on this input. One that the sanitizer stops,
 * or that does not end under it, is dropped in the same way. */
int foreign_try(struct run *r, const struct str *input, struct err *e);

/* What a sanitizer printed, in words: what, where, called how; NULL: it printed nothing. Pure. */
char *foreign_finding(const char *printed);

#endif
