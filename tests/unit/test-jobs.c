/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/strv.h"
#include "image/jobs.h"

struct seen {
	char answer[64];
	struct err e;
	struct strv lines;
	int ended;
};

static int answer_pid(void *arg, int output_fd, char answer[JOB_ANSWER_MAX], struct err *e)
{
	(void)arg;
	(void)e;
	assert_int_equal(output_fd, -1);
	snprintf(answer, JOB_ANSWER_MAX, "%d", getppid());
	return 0;
}

static int fail_with_hint(void *arg, int output_fd, char answer[JOB_ANSWER_MAX], struct err *e)
{
	(void)arg;
	(void)output_fd;
	(void)answer;
	fail(e, ERR_SPEC, 0, "no such luck");
	return hint(e, "try again");
}

static int say_lines(void *arg, int output_fd, char answer[JOB_ANSWER_MAX], struct err *e)
{
	(void)arg;
	(void)answer;
	return fd_write_all(output_fd, "one\ntwo\nlast", 12, e);
}

static int die(void *arg, int output_fd, char answer[JOB_ANSWER_MAX], struct err *e)
{
	(void)output_fd;
	(void)answer;
	(void)e;
	raise(*(int *)arg);
	return 0;
}

static struct seen *now; /* what the callbacks write to */

static void on_line(void *arg, const char *line)
{
	(void)arg;
	strv_add(&now->lines, line);
}

static int on_end(void *arg, const char *answer, struct err *e)
{
	(void)arg;
	now->ended++;
	if (answer)
		snprintf(now->answer, sizeof(now->answer), "%s", answer);
	else
		now->e = *e;
	return 0;
}

static void run(struct seen *seen, const struct job *job)
{
	struct jobs *jobs = jobs_new();
	struct err e;

	*seen = (struct seen){.ended = 0};
	now = seen;
	assert_int_equal(jobs_start(jobs, job, &e), 0);
	while (jobs_running(jobs))
		assert_true(jobs_turn(jobs, INT64_MAX, &e) >= 0);
	assert_int_equal(seen->ended, 1);
	jobs_free(jobs);
}

static void a_job_answers(void **state)
{
	const struct job job = {.what = "answer", .run = answer_pid, .on_end = on_end};
	struct seen seen;
	char pid[16];

	(void)state;
	snprintf(pid, sizeof(pid), "%d", getpid());
	run(&seen, &job);
	assert_string_equal(seen.answer, pid);
}

static void a_job_fails_in_words(void **state)
{
	const struct job job = {.what = "fail", .run = fail_with_hint, .on_end = on_end};
	struct seen seen;

	(void)state;
	run(&seen, &job);
	assert_int_equal(seen.e.kind, ERR_SPEC);
	assert_string_equal(seen.e.msg, "no such luck");
	assert_string_equal(seen.e.hint, "try again");
}

static void its_output_comes_line_by_line(void **state)
{
	const struct job job = {
	    .what = "talk", .run = say_lines, .on_line = on_line, .on_end = on_end};
	struct seen seen;

	(void)state;
	run(&seen, &job);
	assert_int_equal(seen.lines.len, 3);
	assert_string_equal(seen.lines.items[1], "two");
	assert_string_equal(seen.lines.items[2], "last");
	strv_done(&seen.lines);
}

/* A crash is ours; a kill is the machine's (out of memory). */
static void a_job_that_dies_is_an_error(void **state)
{
	int deadly = SIGTERM;
	const struct job job = {.what = "die", .arg = &deadly, .run = die, .on_end = on_end};
	struct seen seen;

	(void)state;
	run(&seen, &job);
	assert_int_equal(seen.e.kind, ERR_BUG);
	assert_non_null(strstr(seen.e.msg, "die: "));
	assert_non_null(strstr(seen.e.msg, "SIGTERM"));
	deadly = SIGKILL;
	run(&seen, &job);
	assert_int_equal(seen.e.kind, ERR_HOST);
}

UNIT_TESTS(unit(a_job_answers), unit(a_job_fails_in_words), unit(its_output_comes_line_by_line),
	   unit(a_job_that_dies_is_an_error))
