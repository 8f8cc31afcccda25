/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running a program of the host. Its input is a sealed memory file rather
 * than a pipe, so nobody has to feed it and no SIGPIPE can come. Its two
 * outputs are pipes, read until the program has ended; a grandchild that keeps
 * them open does not hold us up. It gets a process group of its own, so that
 * one that overruns is killed with its children.
 */
#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/strv.h"

enum { KEPT_ERRORS = 64 * 1024 };

void proc_result_done(struct proc_result *r)
{
	str_done(&r->out);
	str_done(&r->errs);
}

static int input_fd(const char *input, size_t size, struct err *e)
{
	if (!input)
		return fd_open_at(AT_FDCWD, "/dev/null", O_RDONLY, 0, e);
	cleanup_fd int fd = memfd_create("labctl-input", MFD_CLOEXEC);

	if (fd < 0)
		return fail(e, ERR_HOST, errno, "make a memory file");
	if (fd_write_all(fd, input, size, e))
		return -1;
	lseek(fd, 0, SEEK_SET);
	return fd_take(&fd);
}

/* Starts argv with the three descriptors; signals are as a fresh program expects them. */
static int spawn(const char *const *argv, int in, int out, int errs, pid_t *pid, struct err *e)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, errs, STDERR_FILENO);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
					    POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	int sys =
	    posix_spawnp(pid, argv[0], &actions, &attr, (char *const *)(uintptr_t)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	if (sys)
		return fail(e, ERR_HOST, sys, "run %s", argv[0]);
	return 0;
}

/* Reads what is there. Of standard error only the end is kept: that is where the reason stands. */
static bool drain(int fd, struct str *s, size_t keep)
{
	for (;;) {
		str_reserve(s, 4096);
		ssize_t n = read(fd, s->data + s->len, s->cap - s->len - 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 && errno == EAGAIN;
		s->len += (size_t)n;
		if (keep && s->len > 2 * keep) {
			memmove(s->data, s->data + s->len - keep, keep);
			s->len = keep;
		}
		s->data[s->len] = '\0';
	}
}

/* Reads both pipes until the program ends (0) or the deadline passes (-1). */
static int follow(int pidfd, int out_fd, int errs_fd, int64_t deadline, struct proc_result *r)
{
	struct pollfd polls[3] = {
	    {.fd = pidfd, .events = POLLIN},
	    {.fd = out_fd, .events = POLLIN},
	    {.fd = errs_fd, .events = POLLIN},
	};

	for (;;) {
		int n = poll(polls, ARRAY_SIZE(polls), clock_poll_ms(deadline));

		if (n < 0 && errno != EINTR)
			return -1;
		if (n == 0 && clock_now_ns() >= deadline)
			return -1;
		if (n <= 0)
			continue;
		if (polls[1].revents && !drain(out_fd, &r->out, 0))
			polls[1].fd = -1;
		if (polls[2].revents && !drain(errs_fd, &r->errs, KEPT_ERRORS))
			polls[2].fd = -1;
		if (polls[0].revents) {
			drain(out_fd, &r->out, 0);
			drain(errs_fd, &r->errs, KEPT_ERRORS);
			return 0;
		}
	}
}

static int wait_retry(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

int proc_run(const char *const *argv, const char *input, size_t input_size, int64_t timeout_ns,
	     struct proc_result *r, struct err *e)
{
	cleanup_fd int in = input_fd(input, input_size, e);
	int out[2] = {-1, -1}, errs[2] = {-1, -1};
	pid_t pid = -1;
	int result = -1;

	if (in >= 0 && fd_pipe(out, e) == 0 && fd_pipe(errs, e) == 0 &&
	    fd_nonblock(out[0], e) == 0 && fd_nonblock(errs[0], e) == 0)
		result = spawn(argv, in, out[1], errs[1], &pid, e);
	fd_close(&out[1]);
	fd_close(&errs[1]);
	if (result == 0) {
		cleanup_fd int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

		if (follow(pidfd, out[0], errs[0], clock_now_ns() + timeout_ns, r)) {
			kill(-pid, SIGKILL);
			result = fail(e, ERR_HOST, 0, "%s did not end within %lld s", argv[0],
				      (long long)(timeout_ns / NS_PER_S));
		}
		r->status = wait_retry(pid);
	}
	fd_close(&out[0]);
	fd_close(&errs[0]);
	return result;
}

/* The last line of a text that says anything. */
static char *last_line(const struct str *s)
{
	size_t end = s->len;

	while (end && (s->data[end - 1] == '\n' || s->data[end - 1] == ' '))
		end--;
	size_t start = end;

	while (start && s->data[start - 1] != '\n')
		start--;
	return xstrndup(s->data + start, end - start);
}

int proc_must(const char *const *argv, const char *input, size_t input_size, int64_t timeout_ns,
	      enum err_kind kind, struct proc_result *r, struct err *e)
{
	char words[64];

	if (proc_run(argv, input, input_size, timeout_ns, r, e))
		return -1;
	if (r->status == 0)
		return 0;
	cleanup_free char *line = last_line(&r->errs);

	return fail(e, kind, 0, "%s: %s%s%s", argv[0],
		    proc_status_words(r->status, words, sizeof(words)), *line ? ": " : "", line);
}

bool proc_have(const char *program)
{
	const char *path = getenv("PATH");
	cleanup(strv_done) struct strv dirs = STRV_INIT;

	if (strchr(program, '/'))
		return access(program, X_OK) == 0;
	strv_split(&dirs, path && *path ? path : "/usr/sbin:/usr/bin:/sbin:/bin", ':');
	for (size_t i = 0; i < dirs.len; i++) {
		cleanup_free char *file = xasprintf("%s/%s", dirs.items[i], program);

		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

char *proc_status_words(int status, char *buf, size_t size)
{
	if (WIFEXITED(status)) {
		snprintf(buf, size, "exit %d", WEXITSTATUS(status));
	} else if (WIFSIGNALED(status)) {
		const char *name = sigabbrev_np(WTERMSIG(status));

		if (name)
			snprintf(buf, size, "killed by SIG%s", name);
		else
			snprintf(buf, size, "killed by signal %d", WTERMSIG(status));
	} else {
		snprintf(buf, size, "wait status %#x", (unsigned)status);
	}
	return buf;
}

/* The start time; its state, a letter, goes to *state. */
static uint64_t read_stat(pid_t pid, char *state)
{
	cleanup(str_done) struct str text = STR_INIT;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (fd_read_file_at(AT_FDCWD, path, &text, 4096, NULL))
		return 0;
	/* The second field is the program's name in parentheses, and may itself hold ") ". */
	char *p = strrchr(text.data, ')');

	*state = p && p[1] == ' ' ? p[2] : 'X';
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p ? strtoull(p, NULL, 10) : 0;
}

/* Of a mask of signals in /proc/<pid>/status, in hex. */
static bool holds_sigkill(const char *status, const char *key)
{
	const char *at = strstr(status, key);

	return at && strtoull(at + strlen(key), NULL, 16) >> (SIGKILL - 1) & 1;
}

/* The ninth field of stat is the kernel's flags of the process. */
static bool is_exiting(const char *stat)
{
	enum { PF_EXITING = 4 };
	const char *p = strrchr(stat, ')');

	for (int field = 2; p && field < 9; field++)
		p = strchr(p + 1, ' ');
	return !p || strtoull(p, NULL, 10) & PF_EXITING;
}

bool proc_is_doomed(pid_t pid)
{
	cleanup(str_done) struct str status = STR_INIT;
	cleanup(str_done) struct str stat = STR_INIT;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (fd_read_file_at(AT_FDCWD, path, &status, 1 << 16, NULL))
		return true;
	if (holds_sigkill(status.data, "\nSigPnd:") || holds_sigkill(status.data, "\nShdPnd:"))
		return true;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	return fd_read_file_at(AT_FDCWD, path, &stat, 4096, NULL) || is_exiting(stat.data);
}

static struct {
	char *text;
	size_t size;
} title;

/* The kernel lays the words out one behind the other. */
void proc_title_init(int argc, char **argv)
{
	title.text = argv[0];
	for (int i = 0; i < argc && argv[i] == title.text + title.size; i++)
		title.size += strlen(argv[i]) + 1;
}

void proc_title_set(const char *text)
{
	if (!title.size)
		return;
	memset(title.text, 0, title.size);
	snprintf(title.text, title.size, "%s", text);
}

uint64_t proc_start_time(pid_t pid)
{
	char state;

	return read_stat(pid, &state);
}

bool proc_is_alive(pid_t pid, uint64_t start_time)
{
	char state = 'X';

	return read_stat(pid, &state) == start_time && state != 'Z' && state != 'X';
}
