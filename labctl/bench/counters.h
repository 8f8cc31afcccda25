/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_COUNTERS_H
#define LABCTL_BENCH_COUNTERS_H

/*
 * What the services counted themselves (pg_stat_*, INFO, stats) around a
 * sample. Evidence beside the measurement, never part of it.
 */

#include <jansson.h>

#include "spec/result.h"

/*
 * Numbers of `after` less those of `before` (missing: 0), the same shape; what
 * did not change is left out, and so is an object of which nothing is left. Text
 * is kept beside numbers that changed (the query of a statement), except at the top. NULL: nothing
 * changed. The caller owns it. Pure.
 */
json_t *counters_difference(const json_t *before, const json_t *after);

/* Two such differences added up; either may be NULL. The caller owns it. Pure. */
json_t *counters_sum(const json_t *a, const json_t *b);

/* The share of look-ups that a cache server answered, of one sample; -1: it was not asked. Pure. */
double counters_hit_ratio(const struct result_service *service);

/* What a cache server threw out in one sample for want of memory. Pure. */
int64_t counters_evicted(const struct result_service *service);

#endif
