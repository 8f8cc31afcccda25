/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_COURSE_H
#define LABCTL_BENCH_COURSE_H

/* The course of a run: block after block, until it may stop. */

#include "bench/run.h"

/* Fills the record's samples, plan and reason to stop. -1: as block_run. */
int course_run(struct run *r, struct err *e);

#endif
