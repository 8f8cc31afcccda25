/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/ns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "sandbox/cost.h"

pid_t ns_fork(uint64_t flags, int into_cgroup, int *pidfd, struct err *e)
{
	struct clone_args args = {
	    .flags = flags | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
	    .pidfd = (uintptr_t)pidfd,
	    .exit_signal = SIGCHLD,
	};

	if (into_cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)into_cgroup;
	}
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid < 0) {
		fail(e, ERR_HOST, errno, "make a process in new namespaces");
		if (errno == ENOSPC)
			hint(e,
			     "too many namespaces are in use: see /proc/sys/user/max_*_namespaces");
	}
	return (pid_t)pid;
}

pid_t ns_vfork(int flags, int (*fn)(void *), void *arg, void *stack_top, struct err *e)
{
	pid_t pid = clone(fn, stack_top, flags | CLONE_VM | CLONE_VFORK | SIGCHLD, arg);

	if (pid < 0)
		fail(e, ERR_HOST, errno, "make a process");
	return pid;
}

static int write_map(pid_t pid, const char *file, uid_t first, unsigned count, struct err *e)
{
	char path[64], map[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	snprintf(map, sizeof(map), "0 %u %u\n", first, count);
	return fd_write_knob_at(AT_FDCWD, path, map, e);
}

static int open_users(pid_t pid, uid_t first, unsigned count, struct err *e)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	if (write_map(pid, "uid_map", first, count, e) ||
	    write_map(pid, "gid_map", first, count, e))
		return -1;
	return fd_open_at(AT_FDCWD, path, O_RDONLY, 0, e);
}

static int wait_to_be_killed(void *arg)
{
	const pid_t *parent = arg;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == *parent)
		pause();
	_exit(0); /* it died before it could be our death signal */
}

/*
 * What the kernel grants a user, and not a process (watches, waiting signals, bytes in message
 * queues), is counted in the namespaces above as well, for the user who made each. Made by root, a
 * namespace would give its guests what root has left on the host, and take it from root and from
 * all other guests. So each is made by its own first id, whom nobody else is.
 */
static pid_t clone_as(uid_t owner, int (*fn)(void *), void *stack_top, int flags, void *arg)
{
	const uid_t self = geteuid();
	const int bits = prctl(PR_GET_SECUREBITS);

	prctl(PR_SET_SECUREBITS, bits | SECBIT_NO_SETUID_FIXUP); /* keeps the capabilities */
	/* the bare calls: glibc's would change every thread */
	pid_t pid = (pid_t)syscall(SYS_setresuid, -1, owner, -1);

	if (!pid)
		pid = clone(fn, stack_top, flags, arg);
	const int sys = errno;

	syscall(SYS_setresuid, -1, self, -1);
	prctl(PR_SET_SECUREBITS, bits);
	prctl(PR_SET_DUMPABLE, 1);
	errno = sys;
	return pid;
}

/* A namespace is born with a process in it, and its ids can be mapped only while that lives. The
 * process does nothing; without an exit signal it disturbs no SIGCHLD handler of ours. */
int ns_new_users(uid_t first, unsigned count, struct err *e)
{
	char stack[4096] __attribute__((aligned(16)));
	pid_t parent = getpid();
	pid_t pid = clone_as(first, wait_to_be_killed, stack + sizeof(stack),
			     CLONE_VM | CLONE_NEWUSER, &parent);

	if (pid < 0) {
		fail(e, ERR_HOST, errno, "make a user namespace");
		return hint(e, "user namespaces may be switched off, and a chroot may make "
			       "none: see 'labctl doctor'");
	}
	int fd = open_users(pid, first, count, e);

	kill(pid, SIGKILL);
	cost_reap(pid);
	return fd;
}

static int loopback_up(void)
{
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};

	return fd < 0 ? -1 : ioctl(fd, SIOCSIFFLAGS, &ifr);
}

/*
 * The namespace is made and opened by a short-lived child that shares our memory and descriptors,
 * so that no thread of ours ever changes its own network. It takes most of a millisecond, in which
 * we have other things to do. The two share errno as well, which a call touches only when it fails:
 * so the worst that can come of it is a wrong reason, if both fail at once.
 */
static int make_network(void *arg)
{
	struct ns_network *n = arg;

	if (unshare(CLONE_NEWNET) || loopback_up()) {
		n->error = errno;
		return 1;
	}
	if (n->with_sockets)
		n->sockets_fd = open("/proc/self/net/sockstat", O_RDONLY | O_CLOEXEC);
	n->fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	return 0;
}

int ns_network_begin(struct ns_network *n, char *stack, struct err *e)
{
	n->maker = clone(make_network, stack + NS_STACK_SIZE, CLONE_VM | CLONE_FILES, n);
	return n->maker < 0 ? fail(e, ERR_HOST, errno, "make a process") : 0;
}

static void await_maker(struct ns_network *n)
{
	if (n->maker > 0)
		cost_reap(n->maker);
	n->maker = 0;
}

int ns_network_end(struct ns_network *n, struct err *e)
{
	await_maker(n);
	if (n->fd < 0)
		return fail(e, ERR_HOST, n->error, "make a network with a loopback interface");
	return fd_take(&n->fd);
}

void ns_network_done(struct ns_network *n)
{
	await_maker(n);
	fd_close(&n->fd);
	fd_close(&n->sockets_fd);
}

int ns_new_network(int *sockets_fd, struct err *e)
{
	char stack[NS_STACK_SIZE] __attribute__((aligned(16)));
	cleanup(ns_network_done) struct ns_network n = NS_NETWORK_INIT;

	n.with_sockets = sockets_fd != NULL;
	if (ns_network_begin(&n, stack, e))
		return -1;
	int fd = ns_network_end(&n, e);

	if (fd >= 0 && sockets_fd)
		*sockets_fd = fd_take(&n.sockets_fd);
	return fd;
}

struct sockets {
	int netns_fd, *fds;
	size_t count;
	int error;
};

static int make_sockets(void *arg)
{
	struct sockets *want = arg;

	if (want->netns_fd >= 0 && setns(want->netns_fd, CLONE_NEWNET)) {
		want->error = errno;
		return 1;
	}
	for (size_t i = 0; i < want->count; i++) {
		want->fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (want->fds[i] < 0)
			want->error = errno;
	}
	return 0;
}

/* A socket belongs to the network it was made in, whoever uses it: so a child makes them. */
int ns_sockets(int netns_fd, int *fds, size_t count, struct err *e)
{
	char stack[16384] __attribute__((aligned(16)));
	struct sockets want = {netns_fd, fds, count, 0};

	for (size_t i = 0; i < count; i++)
		fds[i] = -1;
	if (netns_fd < 0) {
		make_sockets(&want);
	} else {
		pid_t pid = clone(make_sockets, stack + sizeof(stack),
				  CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &want);

		if (pid < 0 || waitpid(pid, NULL, 0) < 0)
			want.error = errno;
	}
	if (want.error == 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		fd_close(&fds[i]);
	return fail(e, ERR_HOST, want.error, "make a socket in the network of a sandbox");
}
