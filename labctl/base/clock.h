/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_CLOCK_H
#define LABCTL_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define NS_PER_US 1000LL
#define NS_PER_MS 1000000LL
#define NS_PER_S 1000000000LL

int64_t clock_now_ns(void);  /* CLOCK_MONOTONIC: all durations */
int64_t clock_wall_ns(void); /* CLOCK_REALTIME: only to print and record */
int64_t clock_cpu_ns(void);  /* CPU time of this process */
char *clock_iso8601(int64_t wall_ns, char *buf, size_t size); /* UTC, "2026-01-31T12:00:00Z" */
int clock_poll_ms(
    int64_t deadline_ns); /* for poll(2): >= 0, rounded up; -1 for a deadline of INT64_MAX */

#endif
