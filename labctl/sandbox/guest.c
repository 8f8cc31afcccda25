/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The guest's first process, from its own namespaces to exec: descriptors, directory, signals, ids,
 * capabilities, the system call filter, in an order in which each step can still be made. It shares
 * the memory of who made it (init.c, stage_init.c), and says there what went wrong.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "sandbox/guest.h"
#include "sandbox/privilege.h"
#include "sandbox/seccomp.h"

/* Of the caller's limits these would matter. A core of at most 1 byte is how the kernel is told
 * that nothing dumps: at 0 it still runs the program that core_pattern names, as the host's root
 * (so the filter lets nobody lower it). Who may not have had any dump before cannot be given one
 * byte. */
int guest_set_rlimits(const struct limits *l, struct err *e)
{
	const struct rlimit none = {0, 0}, nothing_at_all = {1, 1};
	rlim_t nofile = l->nofile ? (rlim_t)l->nofile : 1024;
	const struct rlimit files = {nofile, nofile};

	if ((setrlimit(RLIMIT_CORE, &nothing_at_all) && setrlimit(RLIMIT_CORE, &none)) ||
	    setrlimit(RLIMIT_RTPRIO, &none) || setrlimit(RLIMIT_NICE, &none) ||
	    setrlimit(RLIMIT_NOFILE, &files))
		return fail(e, ERR_HOST, errno, "set resource limits");
	return 0;
}

/* Copies those of our sources out of the way that stand where another is to go. */
static int make_room(int fds[4], struct err *e)
{
	for (int i = 0; i < 4; i++) {
		if (fds[i] < 0 || fds[i] > 3 || fds[i] == i)
			continue;
		fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 4);
		if (fds[i] < 0)
			return fail(e, ERR_HOST, errno, "copy a descriptor");
	}
	return 0;
}

static int guest_descriptors(const struct birth *b, struct err *e)
{
	const struct plan *p = b->plan;
	int fds[4] = {p->stdio_fd[0], p->stdio_fd[1], p->stdio_fd[2], p->spec->channel_fd};
	const unsigned first_closed = fds[3] < 0 ? 3 : 4;

	for (int i = 0; i < 3 && b->slave_fd >= 0; i++)
		fds[i] = b->slave_fd;
	if (make_room(fds, e))
		return -1;
	for (int i = 0; i < (int)first_closed; i++) {
		if (fds[i] == i ? fcntl(i, F_SETFD, 0) : dup2(fds[i], i) < 0)
			return fail(e, ERR_HOST, errno, "pass descriptor %d", i);
	}
	if (close_range(first_closed, ~0U, 0))
		return fail(e, ERR_HOST, errno, "close what is not the guest's");
	if (b->slave_fd >= 0 && ioctl(0, TIOCSCTTY, 0))
		return fail(e, ERR_HOST, errno, "give the guest its terminal");
	return 0;
}

/*
 * The image may have made this path a link to a descriptor of ours, and a directory of the host's
 * leads up to all of it (CVE-2024-21626). So it is followed when ours are closed, and where it led
 * is asked: the kernel's answer begins with a slash only for what is below the root.
 */
static int enter_directory(const char *path, struct err *e)
{
	char where[4096];

	if (chdir(path))
		return fail(e, ERR_GUEST, errno, "enter '%s' in the sandbox", path);
	if (syscall(SYS_getcwd, where, sizeof(where)) > 0 && where[0] == '/')
		return 0;
	return fail(e, ERR_GUEST, EXDEV, "enter '%s' in the sandbox", path);
}

/* Handlers end with exec; what is ignored would stay so, and labctl, or who started it, may ignore
 * these. */
static void guest_signals(void)
{
	static const int often_ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD};
	sigset_t none;

	for (size_t i = 0; i < ARRAY_SIZE(often_ignored); i++)
		signal(often_ignored[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static const char *guest_path(char *const *envp)
{
	for (; envp && *envp; envp++) {
		if (!strncmp(*envp, "PATH=", 5))
			return *envp + 5;
	}
	return "/usr/local/bin:/usr/bin:/bin";
}

/* execvpe(3) with the guest's PATH, and without malloc. */
static int guest_exec(const struct sandbox_spec *s, struct err *e)
{
	static char *const no_env[] = {NULL};
	char *const *envp = s->envp ? s->envp : no_env;
	const char *program = s->argv[0];
	int sys = ENOENT;
	char path[4096];

	if (strchr(program, '/')) {
		execve(program, s->argv, envp);
		sys = errno;
	} else {
		for (const char *p = guest_path(envp); *p;) {
			size_t len = strcspn(p, ":");

			snprintf(path, sizeof(path), "%.*s/%s", (int)len, p, program);
			execve(path, s->argv, envp);
			if (errno != ENOENT && errno != ENOTDIR)
				sys = errno;
			p += len + (p[len] == ':');
		}
	}
	fail(e, ERR_GUEST, sys, "run '%s' in the sandbox", program);
	if (sys == ENOENT)
		hint(e, "there is no such program in its image");
	return -1;
}

int guest_start(struct birth *b, struct err *e)
{
	const struct plan *p = b->plan;
	const struct sandbox_spec *s = p->spec;

	setsid();
	umask(022);
	guest_signals();
	if (guest_descriptors(b, e) || enter_directory(s->cwd ? s->cwd : "/", e) ||
	    privilege_drop(s->trust, s->uid, s->gid, e) || seccomp_install(s->trust, e))
		return -1;
	b->cpu_ns = clock_cpu_ns();
	b->started_ns = clock_now_ns();
	return guest_exec(s, e);
}

int guest_main(void *arg)
{
	struct birth *b = arg;

	guest_start(b, &b->error);
	_exit(127);
}
