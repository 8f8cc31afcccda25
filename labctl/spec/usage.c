/* SPDX-License-Identifier: Apache-2.0 */

/* The difference of two readings of a cgroup, and the sum of such differences. */

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

static void add(int64_t *sum, int64_t more)
{
	*sum = *sum < 0 || more < 0 ? -1 : *sum + more;
}

static void raise_to(int64_t *highest, int64_t value)
{
	if (value > *highest)
		*highest = value;
}

void usage_add(struct usage *sum, const struct usage *more)
{
	add(&sum->cpu_ns, more->cpu_ns);
	add(&sum->cpu_user_ns, more->cpu_user_ns);
	add(&sum->cpu_system_ns, more->cpu_system_ns);
	add(&sum->throttled_ns, more->throttled_ns);
	add(&sum->throttled_periods, more->throttled_periods);
	add(&sum->major_faults, more->major_faults);
	add(&sum->minor_faults, more->minor_faults);
	add(&sum->io_read_bytes, more->io_read_bytes);
	add(&sum->io_write_bytes, more->io_write_bytes);
	add(&sum->oom_kills, more->oom_kills);
	add(&sum->pids_refused, more->pids_refused);
	add(&sum->context_switches_voluntary, more->context_switches_voluntary);
	add(&sum->context_switches_involuntary, more->context_switches_involuntary);
	raise_to(&sum->memory_bytes, more->memory_bytes);
	raise_to(&sum->memory_peak_bytes, more->memory_peak_bytes);
	raise_to(&sum->anon_bytes, more->anon_bytes);
	raise_to(&sum->anon_peak_bytes, more->anon_peak_bytes);
	raise_to(&sum->file_bytes, more->file_bytes);
	raise_to(&sum->kernel_bytes, more->kernel_bytes);
	raise_to(&sum->pids, more->pids);
	raise_to(&sum->pids_peak, more->pids_peak);
}

void usage_io_difference(const struct usage_io *before, const struct usage_io *after,
			 struct usage_io *out)
{
	*out = (struct usage_io){
	    .read_calls = minus(after->read_calls, before->read_calls),
	    .write_calls = minus(after->write_calls, before->write_calls),
	    .read_bytes = minus(after->read_bytes, before->read_bytes),
	    .write_bytes = minus(after->write_bytes, before->write_bytes),
	};
}

void usage_io_add(struct usage_io *sum, const struct usage_io *more)
{
	add(&sum->read_calls, more->read_calls);
	add(&sum->write_calls, more->write_calls);
	add(&sum->read_bytes, more->read_bytes);
	add(&sum->write_bytes, more->write_bytes);
}
