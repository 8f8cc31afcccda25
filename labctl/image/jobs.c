/* SPDX-License-Identifier: Apache-2.0 */
#include "image/jobs.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

struct running {
	struct job job;
	pid_t pid;
	int64_t began_ns;
	int result_fd;   /* one struct err: kind ERR_NONE and the answer as its text, or an error */
	int output_fd;   /* -1: closed, or none */
	struct str line; /* begun, without its end yet */
};

struct jobs {
	struct running **items;
	size_t count, cap;
};

struct jobs *jobs_new(void)
{
	return xcalloc(1, sizeof(struct jobs));
}

size_t jobs_running(const struct jobs *jobs)
{
	return jobs->count;
}

static _Noreturn void child(const struct job *job, pid_t parent, int result_fd, int output_fd)
{
	struct err e = {.kind = ERR_NONE};
	char answer[JOB_ANSWER_MAX] = "";

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before we asked */
		_exit(1);
	/* The parent's handlers are not ours. Ctrl-C is the parent's to hear: it ends us in order.
	 */
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_IGN);
	if (job->niceness)
		setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + job->niceness);
	if (job->run(job->arg, output_fd, answer, &e) == 0) {
		e = (struct err){.kind = ERR_NONE};
		snprintf(e.msg, sizeof(e.msg), "%s", answer);
	}
	/* _exit, not exit: buffers and handlers inherited from the parent are the parent's. */
	_exit(fd_write_all(result_fd, &e, sizeof(e), NULL) ? 1 : 0);
}

int jobs_start(struct jobs *jobs, const struct job *job, struct err *e)
{
	int result[2] = {-1, -1};
	int output[2] = {-1, -1};
	pid_t parent = getpid();

	if (fd_pipe(result, e) || (job->on_line && fd_pipe(output, e)))
		return wrap(e, "start '%s'", job->what);
	fflush(NULL);
	pid_t pid = fork();

	if (pid == 0)
		child(job, parent, result[1], output[1]);
	int sys = errno;

	fd_close(&result[1]);
	fd_close(&output[1]);
	if (pid < 0) {
		fd_close(&result[0]);
		fd_close(&output[0]);
		return fail(e, ERR_HOST, sys, "start '%s'", job->what);
	}
	struct running *r = xcalloc(1, sizeof(*r));

	*r = (struct running){.job = *job,
			      .pid = pid,
			      .began_ns = clock_now_ns(),
			      .result_fd = result[0],
			      .output_fd = output[0],
			      .line = STR_INIT};
	mem_grow(&jobs->items, &jobs->cap, jobs->count + 1, sizeof(*jobs->items));
	jobs->items[jobs->count++] = r;
	return 0;
}

static int64_t timeval_ns(const struct timeval *t)
{
	return t->tv_sec * NS_PER_S + t->tv_usec * NS_PER_US;
}

static void running_free(struct running *r)
{
	fd_close(&r->result_fd);
	fd_close(&r->output_fd);
	str_done(&r->line);
	free(r);
}

static void end_line(struct running *r)
{
	r->job.on_line(r->job.arg, r->line.data);
	str_clear(&r->line);
}

/* One read of the job's output; at its end the rest counts as a line. */
static void take_output(struct running *r)
{
	char buffer[16384];
	ssize_t n = read(r->output_fd, buffer, sizeof(buffer));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	for (ssize_t i = 0; i < n; i++) {
		if (buffer[i] == '\n')
			end_line(r);
		else if (buffer[i])
			str_addc(&r->line, buffer[i]);
	}
	if (n > 0)
		return;
	if (r->line.len)
		end_line(r);
	fd_close(&r->output_fd);
}

/* With --verbose: where a build's time goes, those it waited for included. */
static void say_cost(const struct running *r, const struct rusage *used)
{
	char wall[32], user[32], kernel[32];

	log_verbose("%s: %s, on the CPU %s + %s in the kernel", r->job.what,
		    str_human_ns(clock_now_ns() - r->began_ns, wall, sizeof(wall)),
		    str_human_ns(timeval_ns(&used->ru_utime), user, sizeof(user)),
		    str_human_ns(timeval_ns(&used->ru_stime), kernel, sizeof(kernel)));
}

/* The child's answer or error; a child that ended without a word was killed, or crashed. */
static int take_result(struct running *r, struct err *result)
{
	struct err ignored;
	char words[64];
	int status = 0;
	struct rusage used = {0};
	ssize_t n = fd_read_full(r->result_fd, result, sizeof(*result), &ignored);

	while (wait4(r->pid, &status, 0, &used) < 0 && errno == EINTR)
		;
	say_cost(r, &used);
	if (n == (ssize_t)sizeof(*result))
		return result->kind == ERR_NONE ? 0 : -1;
	*result = (struct err){.kind = ERR_NONE};
	return fail(result, WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL ? ERR_BUG : ERR_HOST,
		    0, "%s: the process that did it ended without an answer: %s", r->job.what,
		    proc_status_words(status, words, sizeof(words)));
}

static int finish(struct jobs *jobs, size_t index, struct err *e)
{
	struct running *r = jobs->items[index];
	struct err result = {.kind = ERR_NONE};

	jobs->items[index] = jobs->items[--jobs->count];
	while (r->output_fd >= 0)
		take_output(r);
	bool good = take_result(r, &result) == 0;
	int failed = r->job.on_end(r->job.arg, good ? result.msg : NULL, &result);

	if (failed)
		*e = result;
	running_free(r);
	return failed ? -1 : 0;
}

/* The job behind a result descriptor that is ready; there is one. */
static size_t find_result(const struct jobs *jobs, int fd)
{
	size_t i = 0;

	while (i < jobs->count && jobs->items[i]->result_fd != fd)
		i++;
	return i;
}

int jobs_turn(struct jobs *jobs, int64_t deadline_ns, struct err *e)
{
	size_t count = jobs->count;
	struct pollfd *fds;
	int ended = 0;

	if (count == 0)
		return 0;
	fds = xcalloc(count * 2, sizeof(*fds));
	for (size_t i = 0; i < count; i++) {
		fds[i] = (struct pollfd){.fd = jobs->items[i]->result_fd, .events = POLLIN};
		fds[count + i] = (struct pollfd){.fd = jobs->items[i]->output_fd, .events = POLLIN};
	}
	int n = poll(fds, count * 2, clock_poll_ms(deadline_ns));

	if (n < 0 && errno != EINTR)
		ended = fail(e, ERR_HOST, errno, "wait for a job");
	for (size_t i = 0; n > 0 && i < count; i++)
		if (fds[count + i].revents)
			take_output(jobs->items[i]);
	for (size_t i = 0; n > 0 && i < count && ended >= 0; i++)
		if (fds[i].revents)
			ended = finish(jobs, find_result(jobs, fds[i].fd), e) ? -1 : 1;
	free(fds);
	return ended;
}

void jobs_free(struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->count; i++)
		kill(jobs->items[i]->pid, SIGTERM);
	for (size_t i = 0; i < jobs->count; i++) {
		while (waitpid(jobs->items[i]->pid, NULL, 0) < 0 && errno == EINTR)
			;
		running_free(jobs->items[i]);
	}
	free(jobs->items);
	free(jobs);
}
