/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SPEC_USAGE_H
#define LABCTL_SPEC_USAGE_H

/*
 * What a cgroup counted. It stands here, and not with the sandbox that reads
 * it, because the record of a run (result.h) keeps it and spells its keys.
 * Counters grow from the beginning of the sandbox: the difference of two
 * readings is a sample's cost. Peaks and levels are as of the reading.
 */

#include <stdint.h>

struct usage {
	int64_t cpu_ns, cpu_user_ns, cpu_system_ns;
	int64_t throttled_ns, throttled_periods;
	int64_t memory_bytes, memory_peak_bytes; /* all that is charged */
	int64_t anon_bytes, file_bytes, kernel_bytes;
	int64_t anon_peak_bytes; /* highest anon seen by sampling; -1 where nobody sampled */
	int64_t major_faults, minor_faults;
	int64_t io_read_bytes, io_write_bytes;
	int64_t pids, pids_peak;
	int64_t oom_kills, pids_refused;
	/* Of the threads that live at the reading; -1 where unknown. */
	int64_t context_switches_voluntary, context_switches_involuntary;
};

/* Calls of read(2), write(2) and their kin, and what they moved, whether from a disk or a cache;
 * -1: not counted. */
struct usage_io {
	int64_t read_calls, write_calls, read_bytes, write_bytes;
};

void usage_io_add(struct usage_io *sum, const struct usage_io *more);
void usage_io_difference(const struct usage_io *before, const struct usage_io *after,
			 struct usage_io *out);

/* after - before for counters; the later reading for levels and peaks; -1 stays -1. */
void usage_difference(const struct usage *before, const struct usage *after, struct usage *out);

/* Two such differences: counters add up, levels and peaks are the higher one's; -1 stays -1. */
void usage_add(struct usage *sum, const struct usage *more);

#endif
