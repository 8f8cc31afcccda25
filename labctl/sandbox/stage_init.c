/* SPDX-License-Identifier: Apache-2.0 */

/*
 * pid 1 of a stage: init.c for guests that follow one another.
 *
 *	supervisor                    pid 1                           guest (pid 2)
 *	ns_fork --------------------> its root (stage_mount.c)
 *	  <------- CLEARED ----------
 *	cgroups, binds
 *	  -------- START -----------> memory for the guest's writes
 *	                              ns_vfork, new mount and IPC ---> enters the cgroups,
 *	                              |                 namespaces     mounts, network, ids;
 *	  <------- STARTED ---------- |                                guest.c <- exec
 *	                              reaps, forwards signals
 *	  -------- CLEAR -----------> kills and reaps all, lets the
 *	  <------- CLEARED ---------- guest's mounts go
 *
 * The same happens, and ENDED is said, when the guest's first process ends. Only then comes the
 * next guest.
 *
 * Unlike init, it stays the host's root, with all capabilities, for it has to mount for the next
 * guest; and it is in the pid namespace of each. What stands between them: it takes words from the
 * supervisor's socket alone, and never opens, follows or reads what a guest made. Its ids are none
 * of the guest's, and signals to it from within do nothing; it is not dumpable, its memory belongs
 * to the host's user namespace, and proc does not show it. It is in no cgroup that limits a guest's
 * memory or processes. While a guest's first process shares its memory (and, for want of memory,
 * may be killed with it: then the stage is made anew), no program of the guest's runs yet.
 *
 * The guest's mount namespace is held open until all processes are gone, so that taking its mounts
 * down is this process's work, and counted as such.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "sandbox/ns.h"
#include "sandbox/packet.h"
#include "sandbox/privilege.h"
#include "sandbox/stage_private.h"

enum { STACK_SIZE = 64 * 1024 };

struct inside { /* what pid 1 knows */
	/* for as long as the stage stands */
	const struct stage_plan *plan; /* its order is in memory shared with the supervisor */
	struct stage_mounts mounts;
	int signals_fd;

	/* of the guest that runs, or is to run */
	pid_t guest;    /* its first process; 0: none */
	int scratch_fd; /* the memory that it writes to; -1 between guests, as is the next */
	int mounts_fd;  /* its mount namespace */
	struct birth birth;
	int fds[PACKET_FDS_MAX]; /* came with the order to start; closed once it is born */
	size_t fd_count;
	struct report report; /* the last, or the one in the making */
};

static void say(struct inside *in, enum report_type type)
{
	in->report.type = type;
	if (packet_send(in->plan->socket_fd, &in->report, sizeof(in->report), -1))
		_exit(127); /* the supervisor is gone */
}

static void protect(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* --- the guest's first process, until it is one -------------------------------- */

static int enter_cgroups(const struct inside *in, struct err *e)
{
	for (size_t i = 0; i < in->plan->order->door_count; i++) {
		if (write(in->fds[STAGE_DOORS + i], "0", 1) < 0)
			return fail(e, ERR_HOST, errno, "enter the sandbox's control group");
	}
	if (unshare(CLONE_NEWCGROUP))
		return fail(e, ERR_HOST, errno, "make a cgroup namespace");
	return 0;
}

static int enter(const struct inside *in, struct err *e)
{
	const struct stage_order *o = in->plan->order;
	const int *binds = in->fds + STAGE_DOORS + o->door_count;

	if (enter_cgroups(in, e) ||
	    stage_mount_build(&o->plan, &in->mounts, in->scratch_fd, binds, in->plan->users_fd, e))
		return -1;
	if (setns(in->fds[STAGE_NETWORK], CLONE_NEWNET))
		return fail(e, ERR_HOST, errno, "join the sandbox's network");
	/* Only the host's root may raise a limit that labctl was started with. */
	return guest_set_rlimits(&o->spec.limits, e) ||
		       privilege_enter_userns(in->plan->users_fd, e)
		   ? -1
		   : 0;
}

static int guest_process(void *arg)
{
	struct inside *in = arg;

	if (!enter(in, &in->birth.error))
		guest_start(&in->birth, &in->birth.error);
	_exit(127);
}

/* --- pid 1 ------------------------------------------------------------------- */

/* The order's descriptors are these here. */
static void take_descriptors(struct inside *in)
{
	struct stage_order *o = in->plan->order;
	const size_t others = STAGE_DOORS + o->door_count + o->bind_count;

	for (int i = 0; i < 3; i++)
		o->plan.stdio_fd[i] = in->fds[STAGE_STDIO + i];
	o->spec.channel_fd = in->fd_count > others ? in->fds[others] : -1;
}

static void close_descriptors(struct inside *in)
{
	while (in->fd_count > 0)
		fd_close(&in->fds[--in->fd_count]);
}

static int give_birth(struct inside *in, struct err *e)
{
	static char stack[STACK_SIZE] __attribute__((aligned(16)));
	const struct stage_order *o = in->plan->order;

	in->birth = (struct birth){.plan = &o->plan, .master_fd = -1, .slave_fd = -1};
	in->scratch_fd = stage_mount_scratch(&o->plan, e);
	if (in->scratch_fd < 0)
		return -1;
	if (in->mounts.last_pid_fd >= 0)
		(void)!pwrite(in->mounts.last_pid_fd, "1", 1, 0);
	in->guest =
	    ns_vfork(CLONE_NEWNS | CLONE_NEWIPC, guest_process, in, stack + sizeof(stack), e);
	protect(); /* what shared our memory changed its ids: that undoes it */
	if (in->guest < 0) {
		in->guest = 0;
		return -1;
	}
	if (in->birth.error.kind == ERR_NONE)
		return 0;
	*e = in->birth.error;
	return -1;
}

static void open_mounts(struct inside *in)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)in->guest);
	in->mounts_fd = open(path, O_RDONLY | O_CLOEXEC);
}

static void drain_signals(const struct inside *in)
{
	struct signalfd_siginfo info[8];

	while (read(in->signals_fd, info, sizeof(info)) == sizeof(info))
		;
}

/* No process is left but this one, and no mount of the guest's. */
static void clear(struct inside *in)
{
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	in->guest = 0;
	drain_signals(in);
	fd_close(&in->mounts_fd);
	fd_close(&in->scratch_fd);
}

static void start(struct inside *in)
{
	memset(&in->report, 0, sizeof(in->report));
	take_descriptors(in);
	const int result = give_birth(in, &in->report.error);

	if (!result)
		open_mounts(in);
	close_descriptors(in);
	if (result) {
		clear(in);
		say(in, REPORT_FAILED);
		return;
	}
	in->report.started_ns = in->birth.started_ns;
	in->report.guest_cpu_ns = in->report.cpu_base_ns = in->birth.cpu_ns;
	say(in, REPORT_STARTED);
}

static void end(struct inside *in, int status)
{
	struct statfs st;

	in->report.status = status;
	in->report.ended_ns = clock_now_ns();
	in->report.disk_full =
	    !fstatfs(in->scratch_fd, &st) && st.f_blocks != 0 && st.f_bavail == 0;
	clear(in);
	say(in, REPORT_ENDED);
}

static bool is_called(const struct inside *in)
{
	struct pollfd polled = {.fd = in->plan->socket_fd, .events = POLLIN};

	return poll(&polled, 1, 0) > 0;
}

/* Forwards to the guest's first process what the supervisor sends, who has no pid here, and reaps.
 * A guest may leave orphans as fast as they are reaped: a word of the supervisor's goes first. */
static void heed_signals(struct inside *in)
{
	struct signalfd_siginfo info;

	while (read(in->signals_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGCHLD && info.ssi_pid == 0 && in->guest)
			kill(in->guest, (int)info.ssi_signo);
	}
	do {
		int status;
		const pid_t pid = waitpid(-1, &status, WNOHANG);

		if (pid <= 0)
			return;
		if (pid == in->guest) {
			end(in, status);
			return;
		}
	} while (!is_called(in));
}

static void heed_supervisor(struct inside *in)
{
	enum stage_word word;

	in->fd_count = PACKET_FDS_MAX;
	if (packet_receive_fds(in->plan->socket_fd, &word, sizeof(word), in->fds, &in->fd_count) !=
	    sizeof(word))
		_exit(0);
	if (word == STAGE_START) {
		start(in);
		return;
	}
	clear(in);
	say(in, REPORT_CLEARED);
}

/* Of the supervisor's descriptors none are kept but these: the others hold locks and ends of pipes.
 */
static void close_others(const struct inside *in)
{
	const int kept[] = {in->plan->users_fd, in->plan->socket_fd, in->mounts.last_pid_fd,
			    in->signals_fd};

	for (unsigned fd = 0;;) {
		unsigned next = ~0U;

		for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
			if (kept[i] >= (int)fd && (unsigned)kept[i] < next)
				next = (unsigned)kept[i];
		}
		if (next > fd)
			close_range(fd, next == ~0U ? ~0U : next - 1, 0);
		if (next == ~0U)
			return;
		fd = next + 1;
	}
}

static int prepare(struct inside *in, struct err *e)
{
	const char *name = in->plan->hostname;
	sigset_t all;

	sigfillset(&all);
	in->signals_fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (in->signals_fd < 0)
		return fail(e, ERR_HOST, errno, "wait for signals");
	if (sethostname(name, strlen(name)))
		return fail(e, ERR_HOST, errno, "set the host name '%s'", name);
	return cgroup_enter(in->plan->cgroup, e) || stage_mount_prepare(in->plan, &in->mounts, e);
}

_Noreturn void stage_run(const struct stage_plan *p)
{
	static struct inside in; /* too large for comfort on a stack */
	sigset_t all;

	in.plan = p;
	in.scratch_fd = in.mounts_fd = in.mounts.last_pid_fd = -1;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	protect();
	close(p->supervisor_fd);
	prctl(PR_SET_NAME, "labctl-init");
	proc_title_set("labctl-init"); /* as in init.c */
	if (prepare(&in, &in.report.error)) {
		say(&in, REPORT_FAILED);
		_exit(127);
	}
	close_others(&in);
	say(&in, REPORT_CLEARED);
	for (;;) {
		struct pollfd polled[2] = {{.fd = p->socket_fd, .events = POLLIN},
					   {.fd = in.signals_fd, .events = POLLIN}};

		if (poll(polled, 2, -1) < 0)
			_exit(127);
		if (polled[1].revents)
			heed_signals(&in);
		if (polled[0].revents)
			heed_supervisor(&in);
	}
}
