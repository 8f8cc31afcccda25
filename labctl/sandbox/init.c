/* SPDX-License-Identifier: Apache-2.0 */

/*
 * pid 1 of a sandbox, and the way from clone to exec.
 *
 *	supervisor                    init (pid 1)                    guest (pid 2)
 *	ns_fork --------------------> opens the layers and leaves
 *	user namespace, cgroups       the host's file system
 *	  -------- USERS -----------> enters the cgroups
 *	network                       builds the guest's file system,
 *	  |                           which becomes its root
 *	  -------- NETWORK ---------> joins network and user namespace
 *	                              ns_vfork ---------------------> descriptors, ids,
 *	                              |                               capabilities, seccomp,
 *	  <------- STARTED ---------- drops its capabilities <------- exec
 *	                              reaps, forwards signals
 *	  <------- ENDED ------------ the guest ended: so does init,
 *	                              and with it all of the namespace
 *
 * init does its work as the host's root; the guest never is. What init does
 * not need at once, the supervisor makes meanwhile on another CPU. The guest's
 * first process shares init's memory until exec, as after vfork, so that no page
 * table is copied; what goes wrong in it is simply written there.
 *
 * init is a fork of the supervisor and its memory is a copy of it, and
 * /proc/1/exe is the host's labctl. Both are out of reach: init is not dumpable,
 * and its memory belongs to the host's user namespace, so that reading it needs
 * CAP_SYS_PTRACE there, which nobody inside can have. (Re-executing init from
 * a sealed memfd, as others do against CVE-2019-5736, would cost 0.4 ms and
 * protect what the ids protect already: the file belongs to the host's root,
 * who does not exist inside.)
 *
 * The supervisor's death kills init (PR_SET_PDEATHSIG), and init's death every
 * process inside.
 */

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "sandbox/guest.h"
#include "sandbox/mount.h"
#include "sandbox/ns.h"
#include "sandbox/packet.h"
#include "sandbox/privilege.h"
#include "sandbox/terminal.h"

enum { STACK_SIZE = 64 * 1024 };

static _Noreturn void die(const struct plan *p, const struct err *e)
{
	static struct report r; /* too large for comfort on a stack */

	r.type = REPORT_FAILED;
	r.error = *e;
	packet_send(p->report_fd, &r, sizeof(r), -1);
	_exit(127);
}

/* What the host's kernel keeps of a process: see the head of this file. */
static void protect_init(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* The next thing that the supervisor has made for us. */
static int await_order(const struct plan *p, enum order_type want, struct order *got, struct err *e)
{
	int fd;

	if (packet_receive(p->report_fd, got, sizeof(*got), &fd) != sizeof(*got))
		_exit(127); /* the supervisor failed, and says why itself; or it is dead */
	if (got->type != want || fd < 0)
		return fail(e, ERR_BUG, 0, "init got order %d instead of %d", got->type, want);
	return fd;
}

/* What needs no supervisor. */
static int isolate(const struct plan *p, struct err *e)
{
	const struct sandbox_spec *s = p->spec;
	const char *name = s->hostname ? s->hostname : s->name;

	if (sethostname(name, strlen(name)))
		return fail(e, ERR_HOST, errno, "set the host name '%s'", name);
	return guest_set_rlimits(&s->limits, e);
}

static int enter_cgroup(const struct cgroup *g, struct err *e)
{
	if (cgroup_enter(g, e))
		return -1;
	if (unshare(CLONE_NEWCGROUP))
		return fail(e, ERR_HOST, errno, "make a cgroup namespace");
	return 0;
}

static int enter_network(const struct plan *p, struct err *e)
{
	if (p->spec->netns_fd >= 0) {
		if (setns(p->spec->netns_fd, CLONE_NEWNET))
			return fail(e, ERR_HOST, errno, "join the lab's network");
		return 0;
	}
	struct order order;
	cleanup_fd int fd = await_order(p, ORDER_NETWORK, &order, e);

	if (fd < 0)
		return -1;
	if (setns(fd, CLONE_NEWNET))
		return fail(e, ERR_HOST, errno, "join the sandbox's network");
	return 0;
}

/* When it returns, all is isolated and limited, and init is the guest's root. */
static int prepare(const struct plan *p, struct order *order, int *scratch_fd, struct err *e)
{
	static struct mount_parts parts;

	if (isolate(p, e) || mount_prepare(p, &parts, e))
		return -1;
	*scratch_fd = parts.scratch_fd;
	cleanup_fd int users = await_order(p, ORDER_USERS, order, e);

	if (users < 0 || enter_cgroup(&order->cgroup, e) || mount_build(p, &parts, users, e) ||
	    enter_network(p, e))
		return -1;
	return privilege_enter_userns(users, e);
}

static int make_terminal(struct birth *b, struct err *e)
{
	const struct plan *p = b->plan;

	b->master_fd = b->slave_fd = -1;
	if (!p->spec->terminal)
		return 0;
	return terminal_make(p->spec->uid, &b->master_fd, &b->slave_fd, e);
}

/* Of the supervisor's descriptors, init keeps none: they hold locks and ends of other pipes. */
static void close_all_but(int a, int b)
{
	const unsigned low = (unsigned)(a < b ? a : b), high = (unsigned)(a < b ? b : a);

	close_range(0, low - 1, 0);
	if (high > low + 1)
		close_range(low + 1, high - 1, 0);
	close_range(high + 1, ~0U, 0);
}

static bool is_full(int scratch_fd)
{
	struct statfs st;

	return !fstatfs(scratch_fd, &st) && st.f_blocks && !st.f_bavail;
}

/* Reaps all, forwards to the guest's first process what the supervisor sends (a sender outside has
 * no pid here; what the guest sends us is nobody's business), and returns its status. */
static int reap(pid_t guest)
{
	siginfo_t info;
	sigset_t all;

	sigfillset(&all);
	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, WNOHANG);

		if (pid == guest)
			return status;
		if (pid > 0)
			continue;
		const int sig = sigwaitinfo(&all, &info);

		if (sig > 0 && sig != SIGCHLD && info.si_pid == 0)
			kill(guest, sig);
	}
}

static pid_t give_birth(struct birth *b, struct err *e)
{
	static char stack[STACK_SIZE] __attribute__((aligned(16)));
	pid_t guest = ns_vfork(0, guest_main, b, stack + sizeof(stack), e);

	if (guest > 0 && b->error.kind != ERR_NONE) {
		*e = b->error;
		return -1;
	}
	return guest;
}

_Noreturn void init_run(const struct plan *p)
{
	static struct report r; /* these two are too large for comfort on a stack */
	static struct birth b;
	struct err *e = &r.error;
	struct order order;
	int scratch_fd = -1;
	sigset_t all;

	b.plan = p;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	protect_init();
	close(p->supervisor_fd);
	prctl(PR_SET_NAME, "labctl-init");
	proc_title_set(
	    "labctl-init"); /* who is measured for which grade is not the guest's business */
	if (prepare(p, &order, &scratch_fd, e))
		die(p, e);
	protect_init(); /* a change of ids undoes it */
	r.cpu_base_ns = cgroup_cpu_ns(&order.cgroup);
	if (make_terminal(&b, e))
		die(p, e);
	const pid_t guest = give_birth(&b, e);

	if (guest < 0 || privilege_keep_kill(e))
		die(p, e);
	r.type = REPORT_STARTED;
	r.started_ns = b.started_ns;
	r.guest_cpu_ns = b.cpu_ns;
	if (packet_send(p->report_fd, &r, sizeof(r), b.master_fd))
		_exit(127); /* the supervisor was gone before it could be our death signal */
	close_all_but(p->report_fd, scratch_fd);
	r.status = reap(guest);
	r.type = REPORT_ENDED;
	r.ended_ns = clock_now_ns();
	r.disk_full = is_full(scratch_fd);
	packet_send(p->report_fd, &r, sizeof(r), -1);
	_exit(0);
}
