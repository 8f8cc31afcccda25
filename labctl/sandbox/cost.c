/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/cost.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"

static int64_t total_ns;

static int64_t ns_of(struct timeval t)
{
	return t.tv_sec * NS_PER_S + t.tv_usec * NS_PER_US;
}

void cost_add(int64_t cpu_ns)
{
	total_ns += cpu_ns;
}

void cost_reap(pid_t pid)
{
	struct rusage used;

	if (wait4(pid, NULL, __WALL, &used) == pid)
		cost_add(ns_of(used.ru_utime) + ns_of(used.ru_stime));
}

int64_t cost_of(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used))
		return 0;
	return used.tv_sec * NS_PER_S + used.tv_nsec;
}

/* The kernel's sums for a parent hold its children too; the clock of a process is its own, and
 * stands still, but can be read, between its end and the wait for it. */
void cost_reap_alone(pid_t pid)
{
	siginfo_t info;

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) && errno == EINTR)
		;
	cost_add(cost_of(pid));
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

int64_t cost_total_ns(void)
{
	return total_ns;
}
