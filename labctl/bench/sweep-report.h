/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_SWEEP_REPORT_H
#define LABCTL_BENCH_SWEEP_REPORT_H

/* What a person sees of a sweep: one table, one picture, what failed and why, and how it scales
 * with CPUs. Pure: from the record alone. */

#include "base/str.h"
#include "spec/sweep.h"

void sweep_report_print(const struct sweep *s, struct str *out);

/* For --dry-run: the points in the order they would run, each with `budget_ns` at most. */
void sweep_report_plan(const struct sweep *s, const size_t *order, int64_t budget_ns,
		       struct str *out);

#endif
