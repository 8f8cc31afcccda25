/* SPDX-License-Identifier: Apache-2.0 */

/* The difference of two readings of a cgroup. */

#include "spec/usage.h"

static int64_t minus(int64_t after, int64_t before)
{
	return after < 0 || before < 0 ? -1 : after - before;
}

/* A sum over what lives shrinks when a thread ends: then nothing is known. */
static int64_t of_living(int64_t after, int64_t before)
{
	return after < before ? -1 : minus(after, before);
}

void usage_difference(const struct usage *before, const struct usage *after, struct usage *out)
{
	struct usage d = *after; /* levels and peaks: the later reading */

	d.cpu_ns = minus(after->cpu_ns, before->cpu_ns);
	d.cpu_user_ns = minus(after->cpu_user_ns, before->cpu_user_ns);
	d.cpu_system_ns = minus(after->cpu_system_ns, before->cpu_system_ns);
	d.throttled_ns = minus(after->throttled_ns, before->throttled_ns);
	d.throttled_periods = minus(after->throttled_periods, before->throttled_periods);
	d.major_faults = minus(after->major_faults, before->major_faults);
	d.minor_faults = minus(after->minor_faults, before->minor_faults);
	d.io_read_bytes = minus(after->io_read_bytes, before->io_read_bytes);
	d.io_write_bytes = minus(after->io_write_bytes, before->io_write_bytes);
	d.oom_kills = minus(after->oom_kills, before->oom_kills);
	d.pids_refused = minus(after->pids_refused, before->pids_refused);
	d.context_switches_voluntary =
	    of_living(after->context_switches_voluntary, before->context_switches_voluntary);
	d.context_switches_involuntary =
	    of_living(after->context_switches_involuntary, before->context_switches_involuntary);
	*out = d;
}
