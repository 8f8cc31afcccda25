/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Making, entering and removing groups. Their limits are set in
 * cgroup_limits.c, their counters read in cgroup_usage.c; cgroup_host.c finds
 * the hierarchies.
 */

#include "sandbox/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "sandbox/cgroup_host.h"
#include "sandbox/cgroup_limits.h"

static const unsigned counting_controllers =
    1u << CGROUP_CPUACCT | 1u << CGROUP_MEMORY | 1u << CGROUP_PIDS | 1u << CGROUP_IO;

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

/* In the hierarchies that the limits need, and in those of `besides` that the host has. */
static int create(struct cgroup *g, unsigned besides, const struct limits *l, const char *cpus,
		  struct err *e)
{
	const struct cgroup_host *h = cgroup_host_open(e);
	const unsigned need = cgroup_limits_need(l, cpus);

	if (!h || cgroup_limits_check(h, need, e))
		return -1;
	g->made = 0;
	if (make_dirs(g, h, need | besides, e) || cgroup_limits_set(g, h, l, cpus, e)) {
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
