/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A limit is a word written to a file of the group. Versions 1 and 2 of the
 * kernel's interface name the files differently, and not every kernel has all;
 * here alone stands which file says what.
 */

#include "sandbox/cgroup_limits.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "sandbox/device.h"

/* Writes a knob of one controller of the group. */
static int set_knob(const struct cgroup *g, const struct cgroup_host *h, int c, const char *file,
		    const char *value, struct err *e)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", g->path, file);
	if (!fd_write_knob_at(h->top_fd[c], path, value, e))
		return 0;
	if (e->sys == ENOENT)
		hint(e, "this kernel or host does not offer '%s' to labctl; see 'labctl doctor'",
		     file);
	return wrap(e, "set a limit");
}

static int set_knob_int(const struct cgroup *g, const struct cgroup_host *h, int c,
			const char *file, int64_t value, struct err *e)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	return set_knob(g, h, c, file, text, e);
}

static int limit_memory(const struct cgroup *g, const struct cgroup_host *h, const struct limits *l,
			struct err *e)
{
	if (h->place[CGROUP_MEMORY].version == 2) {
		if (set_knob_int(g, h, CGROUP_MEMORY, "memory.max", l->memory_bytes, e) ||
		    set_knob(g, h, CGROUP_MEMORY, "memory.oom.group", "1", e))
			return -1;
		struct err no_swap; /* the file is absent where the kernel has no swap */

		set_knob(g, h, CGROUP_MEMORY, "memory.swap.max", "0", &no_swap);
		return 0;
	}
	if (set_knob_int(g, h, CGROUP_MEMORY, "memory.limit_in_bytes", l->memory_bytes, e))
		return -1;
	struct err no_swap; /* the same: swap accounting may be off */

	set_knob_int(g, h, CGROUP_MEMORY, "memory.memsw.limit_in_bytes", l->memory_bytes, &no_swap);
	return 0;
}

/* On version 1, what the kernel holds for Internet sockets is a counter of its own; and a group's
 * sockets are counted, there and in the groups above, only if it was given a limit, even none. */
static void limit_sockets(const struct cgroup *g, const struct cgroup_host *h,
			  const struct limits *l)
{
	struct err absent; /* the file is, where the kernel does not count them */

	if (g->made >> CGROUP_MEMORY & 1 && h->place[CGROUP_MEMORY].version == 1)
		set_knob_int(g, h, CGROUP_MEMORY, "memory.kmem.tcp.limit_in_bytes",
			     l->memory_bytes ? l->memory_bytes : -1, &absent);
}

static int limit_quota(const struct cgroup *g, const struct cgroup_host *h, const struct limits *l,
		       struct err *e)
{
	int64_t period_ns = l->cpu_period_ns > 0 ? l->cpu_period_ns : LIMITS_CPU_PERIOD_NS;
	long long period_us = period_ns / NS_PER_US;
	long long quota_us = (long long)(l->cpu * (double)period_us + 0.5);
	char text[64];

	if (quota_us < 1000) { /* the kernel's least: stretch the period instead */
		period_us = (long long)(1000 / l->cpu);
		quota_us = 1000;
	}
	if (h->place[CGROUP_CPU].version == 2) {
		snprintf(text, sizeof(text), "%lld %lld", quota_us, period_us);
		return set_knob(g, h, CGROUP_CPU, "cpu.max", text, e);
	}
	if (set_knob_int(g, h, CGROUP_CPU, "cpu.cfs_period_us", period_us, e))
		return -1;
	return set_knob_int(g, h, CGROUP_CPU, "cpu.cfs_quota_us", quota_us, e);
}

static int limit_pids(const struct cgroup *g, const struct cgroup_host *h, const struct limits *l,
		      struct err *e)
{
	/* One more than asked where pid 1 is ours. */
	return set_knob_int(g, h, CGROUP_PIDS, "pids.max", l->pids + !g->without_init, e);
}

/*
 * Measured work: what else wants these CPUs gets a hundredth of them and not its
 * fair share. labctl's own group gets the same weight, as that is what meets the
 * rest of the machine.
 */
static int set_weight(const struct cgroup *g, const struct cgroup_host *h, struct err *e)
{
	bool v2 = h->place[CGROUP_CPU].version == 2;
	const char *file = v2 ? "cpu.weight" : "cpu.shares";
	const char *most = v2 ? "10000" : "262144";

	if (fd_write_knob_at(h->top_fd[CGROUP_CPU], file, most, e))
		return wrap(e, "set the weight of labctl's group");
	return set_knob(g, h, CGROUP_CPU, file, most, e);
}

/* The device is the one below labctl's own files: there are the layers and the upper directories.
 */
static int limit_io(const struct cgroup *g, const struct cgroup_host *h, const struct limits *l,
		    struct err *e)
{
	const struct {
		const char *v1, *v2;
		int64_t bps;
	} ways[] = {{"blkio.throttle.read_bps_device", "rbps", l->io_read_bps},
		    {"blkio.throttle.write_bps_device", "wbps", l->io_write_bps}};
	unsigned major, minor;
	char text[64];

	if (device_find(path_state_dir(), &major, &minor, e))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		const bool v2 = h->place[CGROUP_IO].version == 2;

		if (!ways[i].bps)
			continue;
		snprintf(text, sizeof(text), v2 ? "%u:%u %s=%lld" : "%u:%u %s%lld", major, minor,
			 v2 ? ways[i].v2 : "", (long long)ways[i].bps);
		if (set_knob(g, h, CGROUP_IO, v2 ? "io.max" : ways[i].v1, text, e))
			return -1;
	}
	return 0;
}

static bool wants_quota(const struct limits *l)
{
	return l->cpu > 0 && l->cpu != (double)(int64_t)l->cpu;
}

unsigned cgroup_limits_need(const struct limits *l, const char *cpus)
{
	unsigned need = 0;

	if (l->memory_bytes)
		need |= 1u << CGROUP_MEMORY;
	if (l->pids)
		need |= 1u << CGROUP_PIDS;
	if (wants_quota(l))
		need |= 1u << CGROUP_CPU;
	if (cpus)
		need |= 1u << CGROUP_CPUSET;
	if (l->io_read_bps || l->io_write_bps)
		need |= 1u << CGROUP_IO;
	return need;
}

int cgroup_limits_check(const struct cgroup_host *h, unsigned need, struct err *e)
{
	static const char *const limit[CGROUP_COUNT] = {[CGROUP_CPU] = "fractions of a CPU",
							[CGROUP_CPUSET] = "whole CPUs",
							[CGROUP_MEMORY] = "memory",
							[CGROUP_PIDS] = "processes",
							[CGROUP_IO] = "block I/O"};

	for (int c = 0; c < CGROUP_COUNT; c++) {
		if (!(need >> c & 1) || h->top_fd[c] >= 0)
			continue;
		fail(e, ERR_HOST, 0, "this host cannot limit %s: it has no cgroup controller '%s'",
		     limit[c], cgroup_names[c]);
		return hint(e, "'labctl doctor' says how to get it; or ask without that limit");
	}
	return 0;
}

int cgroup_limits_set(const struct cgroup *g, const struct cgroup_host *h, const struct limits *l,
		      const char *cpus, struct err *e)
{
	limit_sockets(g, h, l);
	if (l->memory_bytes && limit_memory(g, h, l, e))
		return -1;
	if (l->pids && limit_pids(g, h, l, e))
		return -1;
	if (wants_quota(l) && limit_quota(g, h, l, e))
		return -1;
	if (l->cpu_first && h->place[CGROUP_CPU].version && set_weight(g, h, e))
		return -1;
	if (cpus && set_knob(g, h, CGROUP_CPUSET, "cpuset.cpus", cpus, e))
		return -1;
	if ((l->io_read_bps || l->io_write_bps) && limit_io(g, h, l, e))
		return -1;
	return 0;
}
