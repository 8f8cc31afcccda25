/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A sandbox that was started: what it used, where it is, and signals. None of
 * it waits, and all of it may be asked at any time between sandbox_start and
 * sandbox_destroy.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/pidfd.h>

#include "base/fd.h"
#include "sandbox/cost.h"
#include "sandbox/sandbox_private.h"

int sandbox_usage(struct sandbox *s, struct usage *out, struct err *e)
{
	if (cgroup_usage(&s->cgroup, out, e))
		return -1;
	out->cpu_ns -= s->cpu_base_ns + s->report.cpu_base_ns;
	return 0;
}

int64_t sandbox_cost_ns(void)
{
	return cost_total_ns();
}

void sandbox_io(struct sandbox *s, struct usage_io *out)
{
	cgroup_io(&s->cgroup, out);
}

int64_t sandbox_waited_ns(struct sandbox *s)
{
	return cgroup_waited_ns(&s->cgroup);
}

int64_t sandbox_anon_bytes(struct sandbox *s)
{
	return cgroup_anon_bytes(&s->cgroup);
}

int sandbox_kill(struct sandbox *s, int signal, struct err *e)
{
	if (s->over)
		return 0;
	if (signal == SIGKILL && s->killed_for == SANDBOX_EXITED)
		s->killed_for = SANDBOX_KILLED;
	if (pidfd_send_signal(s->pid_fd, signal, NULL, 0) && errno != ESRCH)
		return fail(e, ERR_HOST, errno, "send signal %d to the sandbox", signal);
	return 0;
}

pid_t sandbox_pid(const struct sandbox *s)
{
	return s->pid;
}

const char *sandbox_cgroup(const struct sandbox *s)
{
	return s->cgroup.path;
}

int sandbox_netns_fd(struct sandbox *s, struct err *e)
{
	char path[64];

	if (s->netns_fd >= 0)
		return s->netns_fd;
	snprintf(path, sizeof(path), "/proc/%d/ns/net", s->pid);
	s->netns_fd = fd_open_at(AT_FDCWD, path, O_RDONLY, 0, e);
	if (s->netns_fd >= 0)
		undo_push(&s->undo, sandbox_undo_fd, &s->netns_fd);
	return s->netns_fd;
}
