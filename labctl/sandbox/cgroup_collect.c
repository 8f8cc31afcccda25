/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Finding and removing the groups of sandboxes whose labctl was killed, and of a lab whose members
 * have other parents than its supervisor.
 *
 * A group's name ends in the slot and generation of its maker (slot.h), so the
 * cgroup tree is its own record and needs no list beside it. The kernel has
 * killed the processes already (init dies with its supervisor); the kill here is
 * for the moment in which that is still under way.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "sandbox/cgroup.h"
#include "sandbox/cgroup_host.h"
#include "sandbox/slot.h"

struct collector {
	struct slot guard;
	struct strv *names;
	int failed;
};

static void kill_members(int dir_fd)
{
	cleanup(str_done) struct str text = STR_INIT;
	struct err ignored;

	if (fd_read_file_at(dir_fd, "cgroup.procs", &text, 1 << 20, &ignored))
		return;
	for (char *p = text.data, *end; *p; p = end) {
		long pid = strtol(p, &end, 10);

		if (end == p)
			return;
		if (pid > 1)
			kill((pid_t)pid, SIGKILL);
	}
}

static int for_each_child(int dir_fd, void (*fn)(int dir_fd, const char *name, void *arg),
			  void *arg)
{
	int copy = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);

	if (!dir)
		return -1;
	for (struct dirent *d; (d = readdir(dir));) {
		if (d->d_type == DT_DIR && d->d_name[0] != '.')
			fn(dir_fd, d->d_name, arg);
	}
	closedir(dir);
	return 0;
}

static void remove_group(int dir_fd, const char *name, void *arg)
{
	const int64_t give_up = clock_now_ns() + 2 * NS_PER_S;
	struct collector *c = arg;
	cleanup_fd int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	for_each_child(fd, remove_group, c);
	while (unlinkat(dir_fd, name, AT_REMOVEDIR) && errno == EBUSY) {
		if (clock_now_ns() > give_up) {
			c->failed++;
			return;
		}
		kill_members(fd);
		sched_yield();
	}
}

static void visit_group(int dir_fd, const char *name, void *arg)
{
	struct collector *c = arg;
	uint64_t generation;
	int number;

	if (slot_parse(name, &number, &generation) &&
	    !slot_is_alive(number, generation, &c->guard)) {
		if (c->names && !strv_has(c->names, name))
			strv_add(c->names, name);
		remove_group(dir_fd, name, c);
		return;
	}
	cleanup_fd int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		for_each_child(fd, visit_group, c);
}

void cgroup_end(struct cgroup *g)
{
	struct err ignored;
	const struct cgroup_host *h = g->made ? cgroup_host_open(&ignored) : NULL;
	struct collector c = {.guard = SLOT_INIT};

	for (int i = 0; h && i < CGROUP_COUNT; i++)
		if ((g->made >> i & 1) && h->top_fd[i] >= 0)
			remove_group(h->top_fd[i], g->path, &c);
}

/* A directory's link count tells how many it holds: nearly always none, and then nothing is read.
 */
static bool has_children(int dir_fd)
{
	struct stat st;

	return !fstat(dir_fd, &st) && st.st_nlink > 2;
}

int cgroup_collect(struct strv *names, struct err *e)
{
	const struct cgroup_host *h = cgroup_host_open(e);
	struct collector c = {.guard = SLOT_INIT, .names = names};

	if (!h)
		return -1;
	for (int i = 0; i < CGROUP_COUNT; i++) {
		if (h->top_fd[i] >= 0 && h->twin[i] == i && has_children(h->top_fd[i]))
			for_each_child(h->top_fd[i], visit_group, &c);
	}
	slot_release(&c.guard);
	if (!c.failed)
		return 0;
	fail(e, ERR_HOST, EBUSY, "remove %d control groups of sandboxes that are dead", c.failed);
	return hint(e, "a process in them cannot be killed: look for state D in 'ps', then run "
		       "'labctl gc' again");
}
