/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_SKELETON_H
#define LABCTL_BENCH_SKELETON_H

/* A teacher's new exercise: a copy of exercises/skeleton under its own name, which runs as it is.
 */

#include "base/err.h"

/* Makes the folder dir, which must not exist or be empty; its last part is the exercise's name. */
int skeleton_lay_out(const char *dir, struct err *e);

#endif
