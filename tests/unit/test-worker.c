/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor's end against guests that keep the protocol and guests that do
 * not. Instead of a sandbox a plain child process is forked, which runs a C
 * function with the channel; so these tests need no privileges.
 */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench/fault.h"
#include "bench/worker.h"

/* ---- a sandbox that is only a child process ---- */

struct sandbox {
	pid_t pid;
	int pid_fd;
};

static void (*guest_main)(int channel);

int sandbox_start(const struct sandbox_spec *spec, struct sandbox **out, struct err *e)
{
	struct sandbox *s = xcalloc(1, sizeof(*s));

	(void)e;
	s->pid = fork();
	if (s->pid == 0) {
		dup2(spec->stdout_fd, STDOUT_FILENO);
		signal(SIGPIPE, SIG_DFL);
		guest_main(spec->channel_fd);
		_exit(0);
	}
	s->pid_fd = (int)syscall(SYS_pidfd_open, s->pid, 0);
	*out = s;
	return 0;
}

int sandbox_wait_fd(const struct sandbox *s)
{
	return s->pid_fd;
}

int sandbox_wait(struct sandbox *s, int64_t deadline_ns, struct sandbox_outcome *out, struct err *e)
{
	int status;

	(void)deadline_ns;
	(void)e;
	waitpid(s->pid, &status, 0);
	s->pid = 0;
	*out = (struct sandbox_outcome){.ending = SANDBOX_EXITED, .status = WEXITSTATUS(status)};
	if (WIFSIGNALED(status)) {
		out->ending = SANDBOX_SIGNALED;
		snprintf(out->words, sizeof(out->words), "killed by signal %d", WTERMSIG(status));
	}
	return 1;
}

void sandbox_destroy(struct sandbox *s)
{
	if (!s)
		return;
	if (s->pid) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
	}
	close(s->pid_fd);
	free(s);
}

/* ---- guests ---- */

static void put(int fd, const void *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);

		if (n <= 0)
			_exit(9);
		data = (const char *)data + n;
		size -= (size_t)n;
	}
}

static void get(int fd, void *data, size_t size)
{
	if (recv(fd, data, size, MSG_WAITALL) != (ssize_t)size)
		_exit(8);
}

static void put_header(int fd, char type, uint32_t size)
{
	uint8_t header[5] = {(uint8_t)type, (uint8_t)size, (uint8_t)(size >> 8),
			     (uint8_t)(size >> 16), (uint8_t)(size >> 24)};

	put(fd, header, sizeof(header));
}

static void hang(void)
{
	for (;;)
		pause();
}

/* Answers one GO with its own input. */
static void echo_guest(int fd)
{
	uint8_t header[5];
	uint32_t size;

	get(fd, header, sizeof(header));
	size = header[1] | header[2] << 8 | header[3] << 16 | (uint32_t)header[4] << 24;
	char *payload = malloc(size);

	get(fd, payload, size);
	put_header(fd, 'O', size);
	put(fd, payload, size);
	free(payload);
	hang();
}

static void answer_and_exit_guest(int fd)
{
	put_header(fd, 'O', 2);
	put(fd, "ok", 2);
}

static void silent_guest(int fd)
{
	(void)fd;
	hang();
}

static void half_frame_guest(int fd)
{
	put_header(fd, 'O', 100);
	put(fd, "half", 4);
	hang();
}

static void exit_guest(int fd)
{
	(void)fd;
	put(STDOUT_FILENO, "first line\nlast line\n", 21);
	_exit(3);
}

static void flood_guest(int fd)
{
	char text[4096];

	(void)fd;
	memset(text, 'x', sizeof(text));
	for (;;)
		put(STDOUT_FILENO, text, sizeof(text));
}

static void huge_guest(int fd)
{
	put_header(fd, 'O', UINT32_MAX);
	hang();
}

static void babble_guest(int fd)
{
	put(fd, "hello, supervisor", 17);
	hang();
}

/* As long as an answer may be, but JSON that labctl would read. */
static void wordy_guest(int fd)
{
	put_header(fd, 'R', WORKER_WORDS_MAX + 1);
	hang();
}

static void error_guest(int fd)
{
	static const char text[] = "{\"type\": \"KeyError\", \"message\": \"'x\\u001b[31m'\", "
				   "\"file\": \"solution.py\", \"line\": 12}";

	put_header(fd, 'E', sizeof(text) - 1);
	put(fd, text, sizeof(text) - 1);
	hang();
}

/* ---- tests ---- */

struct talk {
	struct worker worker;
	enum worker_event event;
	struct err e;
};

static void begin(struct talk *t, void (*guest)(int))
{
	struct sandbox_spec spec = SANDBOX_SPEC_INIT;

	*t = (struct talk){.worker = WORKER_INIT};
	spec.name = "test";
	guest_main = guest;
	assert_int_equal(worker_start(&t->worker, &spec, 1 << 20, 1 << 16, &t->e), 0);
	/* The guest has its own copies; with ours open it would never see the end. */
}

static void wait_event(struct talk *t, int64_t ms, enum worker_event want)
{
	int64_t deadline = clock_now_ns() + ms * NS_PER_MS;

	assert_int_equal(worker_wait(&t->worker, deadline, &t->event, &t->e), 0);
	assert_int_equal(t->event, want);
}

static void assert_words(struct talk *t, const char *want)
{
	cleanup_free char *words = fault_words(&t->worker, t->event, 2 * NS_PER_S);

	assert_string_equal(words, want);
}

static void large_frames_go_both_ways(void **state)
{
	(void)state;
	enum { SIZE = 1 << 20 }; /* more than a socket buffer holds */
	char *big = xmalloc(SIZE);
	struct talk t;

	memset(big, 'b', SIZE);
	begin(&t, echo_guest);
	struct iovec pieces[2] = {{big, 1000}, {big + 1000, SIZE - 1000}};

	assert_int_equal(worker_post(&t.worker, FRAME_GO, pieces, 2, &t.e), 0);
	wait_event(&t, 10000, WORKER_FRAME);
	assert_int_equal(t.worker.frame_type, FRAME_RESULT);
	assert_int_equal(t.worker.frame.len, SIZE);
	assert_memory_equal(t.worker.frame.data, big, SIZE);
	worker_done(&t.worker);
	free(big);
}

static void answer_counts_though_the_guest_is_gone(void **state)
{
	(void)state;
	struct talk t;

	begin(&t, answer_and_exit_guest);
	wait_event(&t, 10000, WORKER_FRAME);
	assert_string_equal(t.worker.frame.data, "ok");
	wait_event(&t, 10000, WORKER_ENDED);
	worker_done(&t.worker);
}

static void silence_ends_at_the_deadline(void **state)
{
	(void)state;
	struct talk t;

	begin(&t, silent_guest);
	int64_t begun = clock_now_ns();

	wait_event(&t, 30, WORKER_DEADLINE);
	assert_true(clock_now_ns() - begun >= 30 * NS_PER_MS);
	assert_int_equal(fault_ending(&t.worker, t.event), ENDING_LIMIT_TIME);
	assert_words(&t, "no result within 2.00 s: an endless loop, or far too slow");
	worker_done(&t.worker);
}

static void guest_that_does_not_read_does_not_hang_us(void **state)
{
	(void)state;
	enum { SIZE = 8 << 20 };
	char *big = xcalloc(1, SIZE);
	struct iovec piece = {big, SIZE};
	struct talk t;

	begin(&t, silent_guest);
	assert_int_equal(worker_post(&t.worker, FRAME_GO, &piece, 1, &t.e), 0);
	wait_event(&t, 30, WORKER_DEADLINE);
	worker_done(&t.worker);
	free(big);
}

static void half_a_frame_is_no_frame(void **state)
{
	(void)state;
	struct talk t;

	begin(&t, half_frame_guest);
	wait_event(&t, 30, WORKER_DEADLINE);
	worker_done(&t.worker);
}

static void exit_without_result_quotes_the_last_line(void **state)
{
	(void)state;
	struct talk t;

	begin(&t, exit_guest);
	wait_event(&t, 10000, WORKER_ENDED);
	assert_int_equal(fault_ending(&t.worker, t.event), ENDING_EXITED);
	assert_words(&t, "it exited with status 3 before it gave a result; its last words: last "
			 "line");
	worker_done(&t.worker);
}

static void flood_is_stopped(void **state)
{
	(void)state;
	struct talk t;

	begin(&t, flood_guest);
	wait_event(&t, 10000, WORKER_FLOOD);
	assert_int_equal(fault_ending(&t.worker, t.event), ENDING_LIMIT_OUTPUT);
	assert_true(t.worker.tail.len <= 2 * WORKER_TAIL_SIZE);
	worker_done(&t.worker);
}

static void huge_frame_is_refused_unread(void **state)
{
	(void)state;
	struct talk t;

	begin(&t, huge_guest);
	wait_event(&t, 10000, WORKER_GARBLED);
	assert_words(&t, "stopped: its answer has 4.0 GiB; at most 1.0 MiB are taken");
	worker_done(&t.worker);
}

static void what_labctl_reads_itself_is_short(void **state)
{
	(void)state;
	struct talk t;

	begin(&t, wordy_guest);
	wait_event(&t, 10000, WORKER_GARBLED);
	assert_words(&t, "stopped: its answer has 256 KiB; at most 256 KiB are taken");
	worker_done(&t.worker);
}

static void other_bytes_are_refused(void **state)
{
	(void)state;
	struct talk t;

	begin(&t, babble_guest);
	wait_event(&t, 10000, WORKER_GARBLED);
	worker_done(&t.worker);
}

static void error_names_file_and_line_and_is_clean(void **state)
{
	(void)state;
	struct talk t;

	begin(&t, error_guest);
	wait_event(&t, 10000, WORKER_FRAME);
	assert_int_equal(fault_ending(&t.worker, t.event), ENDING_ERROR);
	assert_words(&t, "solution.py, line 12: KeyError: 'x [31m'");
	worker_done(&t.worker);
}

static void cleaning_keeps_words_and_drops_controls(void **state)
{
	(void)state;
	static const struct {
		const char *dirty, *clean;
	} cases[] = {
	    {"plain", "plain"},
	    {"two\n\n lines\t.", "two lines ."},
	    {"\033]0;title\007x", " ]0;title x"},
	    {"na\xc3\xafve \xe2\x82\xac", "na\xc3\xafve \xe2\x82\xac"},
	    {"bad \xff\xfe utf \xc3", "bad ?? utf ?"},
	    {"c1 \xc2\x9b[31m", "c1 ??[31m"},
	    {"rtl \xe2\x80\xae", "rtl ???"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_free char *got = fault_clean(cases[i].dirty);
		const char *want = cases[i].clean;

		assert_string_equal(got, want + (*want == ' '));
	}
}

UNIT_TESTS(unit(large_frames_go_both_ways), unit(answer_counts_though_the_guest_is_gone),
	   unit(silence_ends_at_the_deadline), unit(guest_that_does_not_read_does_not_hang_us),
	   unit(half_a_frame_is_no_frame), unit(exit_without_result_quotes_the_last_line),
	   unit(flood_is_stopped), unit(huge_frame_is_refused_unread),
	   unit(what_labctl_reads_itself_is_short), unit(other_bytes_are_refused),
	   unit(error_names_file_and_line_and_is_clean),
	   unit(cleaning_keeps_words_and_drops_controls))
