/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Making, entering and removing groups; setting limits. Reading counters is
 * in usage.c, finding the hierarchies in cgroup_host.c.
 */

#include "sandbox/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "sandbox/cgroup_host.h"
#include "sandbox/device.h"
#include "sandbox/slot.h"

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

/* The controllers that the limits cannot do without. */
static unsigned limiting_controllers(const struct limits *l, const char *cpus)
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

static const unsigned counting_controllers =
    1u << CGROUP_CPUACCT | 1u << CGROUP_MEMORY | 1u << CGROUP_PIDS | 1u << CGROUP_IO;

static int check_needs(const struct cgroup_host *h, unsigned need, struct err *e)
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

static void hand_down(const struct cgroup_host *h, int c, const char *path)
{
	if (h->place[c].version != 2)
		return;
	cleanup_fd int fd = openat(h->top_fd[c], path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	cgroup_host_hand_down(fd);
}

static int make_dir(const struct cgroup_host *h, int c, const char *path, struct err *e)
{
	if (!mkdirat(h->top_fd[c], path, 0755))
		return 0;
	return fail(e, ERR_HOST, errno, "make the control group '%s' of %s", path, cgroup_names[c]);
}

static int make_dirs(struct cgroup *g, const struct cgroup_host *h, unsigned want, struct err *e)
{
	for (int c = 0; c < CGROUP_COUNT; c++) {
		int home = h->twin[c];

		if (!(want >> c & 1) || (g->made | g->hosted) >> home & 1 || h->top_fd[home] < 0)
			continue;
		if (make_dir(h, home, g->path, e))
			return -1;
		g->made |= 1u << home;
	}
	return 0;
}

static int set_limits(const struct cgroup *g, const struct cgroup_host *h, const struct limits *l,
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

/* In the hierarchies that the limits need, and in those of `besides` that the host has. */
static int create(struct cgroup *g, unsigned besides, const struct limits *l, const char *cpus,
		  struct err *e)
{
	const struct cgroup_host *h = cgroup_host_open(e);
	const unsigned need = limiting_controllers(l, cpus);

	if (!h || check_needs(h, need, e))
		return -1;
	g->made = 0;
	if (make_dirs(g, h, need | besides, e) || set_limits(g, h, l, cpus, e)) {
		cgroup_destroy(g);
		return -1;
	}
	return 0;
}

int cgroup_create(struct cgroup *g, const struct limits *l, const char *cpus, bool counted,
		  bool inside, struct err *e)
{
	unsigned besides = inside ? ~0u : counted ? counting_controllers : 0;
	const struct limits own = {.memory_bytes = l->memory_bytes, .pids = l->pids};

	if (g->hosted)
		return create(g, besides, &own, NULL, e);
	if (l->cpu_first)
		besides |= 1u << CGROUP_CPU;
	return create(g, besides, l, cpus, e);
}

static const unsigned kept_controllers =
    1u << CGROUP_CPU | 1u << CGROUP_CPUACCT | 1u << CGROUP_CPUSET | 1u << CGROUP_IO;

/* Memory and processes are counted from the group's beginning (peaks), so each has its own; where
 * one hierarchy has all controllers, nothing can be kept. */
static bool can_keep(const struct cgroup_host *h)
{
	if (h->place[CGROUP_MEMORY].version != 1)
		return false;
	for (int c = 0; c < CGROUP_COUNT; c++) {
		if (kept_controllers >> c & 1 &&
		    (h->twin[c] == h->twin[CGROUP_MEMORY] || h->twin[c] == h->twin[CGROUP_PIDS]))
			return false;
	}
	return true;
}

int cgroup_create_kept(struct cgroup *g, const struct limits *l, const char *cpus, struct err *e)
{
	const struct cgroup_host *h = cgroup_host_open(e);
	struct limits lasting = *l;

	if (!h)
		return -1;
	if (!can_keep(h))
		return 0;
	lasting.memory_bytes = 0;
	lasting.pids = 0;
	return create(g, kept_controllers, &lasting, cpus, e);
}

void cgroup_lodge(struct cgroup *g, const struct cgroup *host, struct cgroup_files *files)
{
	snprintf(g->host_path, sizeof(g->host_path), "%s", host->path);
	g->hosted = host->made;
	g->host_files = files;
}

int cgroup_create_parent(struct cgroup *g, const struct limits *l, const char *cpus, struct err *e)
{
	if (create(g, ~0u, l, cpus, e))
		return -1;
	hand_down(cgroup_host_open(e), CGROUP_MEMORY, g->path);
	return 0;
}

bool cgroup_is_unified(void)
{
	struct err ignored;
	const struct cgroup_host *h = cgroup_host_open(&ignored);

	return h && h->place[CGROUP_MEMORY].version == 2;
}

void cgroup_find(struct cgroup *g, const char *path)
{
	*g = (struct cgroup){.made = ~0u};
	snprintf(g->path, sizeof(g->path), "%s", path);
}

static int remove_dir(int top_fd, const char *path)
{
	/* The last process of the group was reaped, yet the kernel may still be taking it out:
	 * that takes microseconds, so yield rather than sleep. */
	for (int64_t give_up = 0;;) {
		if (!unlinkat(top_fd, path, AT_REMOVEDIR) || errno == ENOENT)
			return 0;
		if (errno != EBUSY)
			return -1;
		if (!give_up)
			give_up = clock_now_ns() + NS_PER_S;
		if (clock_now_ns() > give_up)
			return -1;
		sched_yield();
	}
}

void cgroup_destroy(struct cgroup *g)
{
	struct err e;
	const struct cgroup_host *h = g && g->made ? cgroup_host_open(&e) : NULL;

	for (int c = CGROUP_COUNT - 1; h && c >= 0; c--) {
		if (g->made >> c & 1)
			remove_dir(h->top_fd[c], g->path);
	}
	if (g)
		g->made = 0;
}

int cgroup_clone_fd(const struct cgroup *g)
{
	struct err e;
	const struct cgroup_host *h = cgroup_host_open(&e);

	if (!h || !g->made || h->place[CGROUP_MEMORY].version != 2)
		return -1;
	return openat(h->top_fd[CGROUP_MEMORY], g->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int cgroup_enter(const struct cgroup *g, struct err *e)
{
	const struct cgroup_host *h = cgroup_host_open(e);
	char path[PATH_MAX];

	if (!h)
		return -1;
	for (int c = 0; c < CGROUP_COUNT; c++) {
		if (!((g->made | g->hosted) >> c & 1) || h->place[c].version != 1)
			continue;
		snprintf(path, sizeof(path), "%s/tasks",
			 g->hosted >> c & 1 ? g->host_path : g->path);
		if (fd_write_knob_at(h->top_fd[c], path, "0", e))
			return wrap(e, "enter the control group of %s", cgroup_names[c]);
	}
	return 0;
}

int cgroup_open_doors(const struct cgroup *g, int fds[CGROUP_COUNT], struct err *e)
{
	const struct cgroup_host *h = cgroup_host_open(e);
	char path[PATH_MAX];
	int count = 0;

	if (!h)
		return -1;
	snprintf(path, sizeof(path), "%s/tasks", g->path);
	for (int c = 0; c < CGROUP_COUNT; c++) {
		if (!(g->made >> c & 1))
			continue;
		fds[count] = fd_open_at(h->top_fd[c], path, O_WRONLY, 0, e);
		if (fds[count] < 0) {
			while (count > 0)
				fd_close(&fds[--count]);
			return -1;
		}
		count++;
	}
	return count;
}

int cgroup_oom_event(const struct cgroup *g)
{
	struct err ignored;
	const struct cgroup_host *h = cgroup_host_open(&ignored);
	char path[PATH_MAX], text[32];

	if (!h || h->place[CGROUP_MEMORY].version != 1 || !(g->made >> CGROUP_MEMORY & 1))
		return -1;
	snprintf(path, sizeof(path), "%s/memory.oom_control", g->path);
	cleanup_fd int control = openat(h->top_fd[CGROUP_MEMORY], path, O_RDONLY | O_CLOEXEC);
	cleanup_fd int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	snprintf(path, sizeof(path), "%s/cgroup.event_control", g->path);
	snprintf(text, sizeof(text), "%d %d", event, control);
	if (control < 0 || event < 0 ||
	    fd_write_knob_at(h->top_fd[CGROUP_MEMORY], path, text, &ignored))
		return -1;
	return fd_take(&event);
}
