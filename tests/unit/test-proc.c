/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/proc.h"

static int run_sh(const char *script, const char *input, int64_t timeout_ns, struct proc_result *r,
		  struct err *e)
{
	const char *const argv[] = {"sh", "-c", script, NULL};

	return proc_run(argv, input, input ? strlen(input) : 0, timeout_ns, r, e);
}

static void captures_both_outputs(void **state)
{
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	struct err e;

	(void)state;
	assert_int_equal(run_sh("cat; echo oops >&2; exit 3", "in", 10 * NS_PER_S, &r, &e), 0);
	assert_string_equal(r.out.data, "in");
	assert_string_equal(r.errs.data, "oops\n");
	char words[64];

	assert_string_equal(proc_status_words(r.status, words, sizeof(words)), "exit 3");
}

static void large_output_is_whole_and_long_complaints_keep_their_end(void **state)
{
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	struct err e;

	(void)state;
	assert_int_equal(run_sh("yes | head -c 1000000; yes no | head -c 1000000 >&2; "
				"echo end >&2",
				NULL, 30 * NS_PER_S, &r, &e),
			 0);
	assert_int_equal(r.out.len, 1000000);
	assert_true(r.errs.len <= 2 * 64 * 1024);
	assert_true(str_ends(r.errs.data, "end\n"));
}

static void must_quotes_the_last_complaint(void **state)
{
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	const char *const argv[] = {"sh", "-c", "echo one >&2; echo two >&2; exit 1", NULL};
	struct err e;

	(void)state;
	assert_int_equal(proc_must(argv, NULL, 0, 10 * NS_PER_S, ERR_SPEC, &r, &e), -1);
	assert_string_equal(e.msg, "sh: exit 1: two");
	assert_int_equal(e.kind, ERR_SPEC);
}

static void one_that_overruns_is_killed_with_its_children(void **state)
{
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	int64_t begun = clock_now_ns();
	struct err e;

	(void)state;
	assert_int_equal(run_sh("sleep 60 & echo $!; wait", NULL, NS_PER_S / 5, &r, &e), -1);
	assert_true(clock_now_ns() - begun < 10 * NS_PER_S);
	int64_t child;

	r.out.data[strcspn(r.out.data, "\n")] = '\0';
	assert_int_equal(str_to_int64(r.out.data, 2, INT32_MAX, &child, &e), 0);
	for (int64_t deadline = begun + 10 * NS_PER_S; clock_now_ns() < deadline;)
		if (proc_start_time((pid_t)child) == 0 || kill((pid_t)child, 0))
			return;
	fail_msg("the child still runs");
}

static void a_grandchild_with_our_pipe_does_not_hold_us_up(void **state)
{
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	int64_t begun = clock_now_ns();
	struct err e;

	(void)state;
	assert_int_equal(run_sh("sleep 20 & echo $!", NULL, 60 * NS_PER_S, &r, &e), 0);
	assert_true(clock_now_ns() - begun < 10 * NS_PER_S);
	kill((pid_t)strtol(r.out.data, NULL, 10), SIGKILL);
}

static void a_missing_program_is_named(void **state)
{
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	const char *const argv[] = {"no-such-program", NULL};
	struct err e;

	(void)state;
	assert_int_equal(proc_run(argv, NULL, 0, NS_PER_S, &r, &e), -1);
	assert_string_equal(e.msg, "run no-such-program: No such file or directory");
	assert_false(proc_have("no-such-program"));
	assert_true(proc_have("sh"));
}

static void a_start_time_names_a_process(void **state)
{
	(void)state;
	assert_true(proc_start_time(getpid()) > 0);
	assert_true(proc_start_time(getpid()) == proc_start_time(getpid()));
	assert_true(proc_start_time(INT32_MAX) == 0);
}

static void a_zombie_is_not_alive(void **state)
{
	pid_t child = fork();
	siginfo_t info;

	(void)state;
	if (child == 0)
		_exit(0);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	assert_true(proc_start_time(child) > 0);
	assert_false(proc_is_alive(child, proc_start_time(child)));
	assert_true(proc_is_doomed(child));
	waitid(P_PID, (id_t)child, &info, WEXITED);
	assert_true(proc_is_alive(getpid(), proc_start_time(getpid())));
	assert_false(proc_is_alive(getpid(), proc_start_time(getpid()) + 1));
	assert_false(proc_is_doomed(getpid()));
}

static void a_title_takes_the_place_of_all_words(void **state)
{
	char words[] = "labctl\0run\0--try\0secret.py";
	char *argv[] = {words, words + 7, words + 11, words + 17, NULL};

	(void)state;
	proc_title_init(4, argv);
	proc_title_set("labctl-init");
	assert_string_equal(words, "labctl-init");
	for (size_t i = strlen(words); i < sizeof(words); i++)
		assert_int_equal(words[i], 0);
	proc_title_set("a title that is longer than the words were");
	assert_string_equal(words, "a title that is longer tha");
}

UNIT_TESTS(unit(captures_both_outputs),
	   unit(large_output_is_whole_and_long_complaints_keep_their_end),
	   unit(must_quotes_the_last_complaint),
	   unit(one_that_overruns_is_killed_with_its_children),
	   unit(a_grandchild_with_our_pipe_does_not_hold_us_up), unit(a_missing_program_is_named),
	   unit(a_start_time_names_a_process), unit(a_zombie_is_not_alive),
	   unit(a_title_takes_the_place_of_all_words))
