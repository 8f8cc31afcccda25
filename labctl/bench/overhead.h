/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_OVERHEAD_H
#define LABCTL_BENCH_OVERHEAD_H

/*
 * What is in every call's time whatever the program does: two frames through a socket, a process
 * woken twice, the input decoded. It is measured, never subtracted: the report sets it beside the
 * times it weighs in.
 */

#include "base/err.h"
#include "bench/payloads.h"
#include "bench/run.h"

/* The shortest of a few calls of a program that does nothing with these inputs becomes
 * record.overhead_ns. A load has none; where the program cannot run it stays unknown. */
int overhead_measure(struct run *r, const struct payloads *inputs, struct err *e);

#endif
