/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_SOLVE_WANTS_H
#define LABCTL_IMAGE_SOLVE_WANTS_H

/*
 * What is wanted, as libsolv's jobs: to install the essential packages, those
 * of the parents in just the versions that these have, and those that are
 * named; and to favour what every Debian system has. For solve.c.
 */

#include "base/err.h"
#include "image/solve-lib.h"
#include "image/solve.h"

/* Appends to jobs. ERR_SPEC names a package that is not there, and the nearest that is. */
int solve_wants(struct solve_pool *p, const struct solve_request *r, Queue *jobs, struct err *e);

/* Where several packages would do, the one of this name rather than another. */
void solve_wants_favour(struct solve_pool *p, const char *name, Queue *jobs);

#endif
