/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Seeing a sandbox through to its end: its reports, its outputs, its terminal,
 * the clock and the memory are waited for in one poll. A limit that is hit kills init, and
 * with it all; the reason is remembered, so that the outcome can say it.
 */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "sandbox/sandbox_private.h"
#include "sandbox/words.h"

enum { READER_MS = 1000 };

static void kill_for(struct sandbox *s, enum sandbox_ending reason)
{
	if (s->killed_for == SANDBOX_EXITED)
		s->killed_for = reason;
	pidfd_send_signal(s->pid_fd, SIGKILL, NULL, 0);
}

static int64_t min_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void move_outputs(struct sandbox *s, const struct pollfd *polled)
{
	const int64_t limit = s->limits.output_bytes ? s->limits.output_bytes : INT64_MAX;
	const int outputs = s->terminal.master_fd < 0 ? 2 : 1; /* the other one is our input */

	if (outputs == 1)
		output_move(&s->outputs[1], polled[1].revents, INT64_MAX);
	for (int i = 0; i < outputs && s->output_bytes <= limit; i++)
		s->output_bytes +=
		    output_move(&s->outputs[i], polled[i].revents, limit - s->output_bytes);
	if (s->output_bytes > limit)
		kill_for(s, SANDBOX_LIMIT_OUTPUT);
}

static void close_outputs(struct output *o)
{
	fd_close(&o[0].from_fd);
	fd_close(&o[1].from_fd);
}

/*
 * What the guest wrote before it ended is still in the pipes; of what it wrote too much, nothing
 * more is taken. The end of a pipe is not waited for: the guest may have passed its own end on, to
 * a neighbour in its lab who lives, and may go on writing. (A terminal's end comes in any case,
 * with the death of who it controls.) A reader who takes his time gets it all, unless the guest was
 * killed for a limit: then he has READER_MS to take something, or the rest is lost.
 */
static void drain_outputs(struct sandbox *s)
{
	const int64_t in_pipes = 2 << 20; /* the most that two hold */
	const int64_t last = s->output_bytes + in_pipes;
	const int patience = s->killed_for == SANDBOX_EXITED ? -1 : READER_MS;
	struct output *o = s->outputs;

	for (;;) {
		const bool too_much = s->killed_for == SANDBOX_LIMIT_OUTPUT;

		if (too_much || s->output_bytes > last)
			close_outputs(o);
		if (output_is_done(&o[0]) && output_is_done(&o[1]))
			return;
		struct pollfd polled[2] = {output_poll(&o[0]), output_poll(&o[1])};
		const bool wait =
		    s->terminal.master_fd >= 0 || o[0].start < o[0].end || o[1].start < o[1].end;
		const int ready = poll(polled, 2, wait ? patience : 0);

		s->output_lost = wait && ready == 0;
		if ((ready < 0 && errno != EINTR) || s->output_lost)
			return;
		if (ready == 0)
			close_outputs(o);
		if (!too_much)
			move_outputs(s, polled);
		for (int i = 0; i < 2 && too_much; i++)
			output_move(&o[i], polled[i].revents, 0);
	}
}

static enum sandbox_ending ending_of(const struct sandbox *s, const struct usage *u)
{
	const int status = s->report.status;

	if (s->killed_for != SANDBOX_EXITED)
		return s->killed_for;
	if (u->oom_kills && (s->report.type != REPORT_ENDED || status))
		return SANDBOX_LIMIT_MEMORY;
	if (u->pids_refused && status)
		return SANDBOX_LIMIT_PIDS;
	if (s->report.disk_full && status)
		return SANDBOX_LIMIT_DISK;
	return WIFSIGNALED(status) || s->report.type != REPORT_ENDED ? SANDBOX_SIGNALED
								     : SANDBOX_EXITED;
}

/* All the counters; or, for who does not want them, what tells why it ended. */
static int read_usage(struct sandbox *s, struct usage *u, struct err *e)
{
	if (!s->no_usage)
		return sandbox_usage(s, u, e);
	u->cpu_ns = -1;
	if (s->report.type == REPORT_ENDED && s->report.status == 0)
		return 0;
	u->oom_kills = cgroup_oom_kills(&s->cgroup);
	u->pids_refused = cgroup_pids_refused(&s->cgroup);
	return 0;
}

static void say_lost(struct sandbox_outcome *o)
{
	const size_t len = strlen(o->words);

	snprintf(o->words + len, sizeof(o->words) - len, "; nobody read the last of its output");
}

static int finish(struct sandbox *s, struct err *e)
{
	struct sandbox_outcome *o = &s->outcome;
	const bool ended = s->report.type == REPORT_ENDED;

	sandbox_reap(s);
	s->over = true;
	if (s->terminal.master_fd >= 0) { /* nobody will read our input any more */
		fd_close(&s->outputs[1].from_fd);
		s->outputs[1].start = s->outputs[1].end;
	}
	drain_outputs(s);
	if (read_usage(s, &o->usage, e))
		return -1;
	o->wall_ns = (ended ? s->report.ended_ns : clock_now_ns()) - s->report.started_ns;
	o->ending = ending_of(s, &o->usage);
	o->status = !ended                          ? SIGKILL
		    : WIFSIGNALED(s->report.status) ? WTERMSIG(s->report.status)
						    : WEXITSTATUS(s->report.status);
	words_say(o, &s->limits, slot_first_id(&s->slot));
	if (s->output_lost)
		say_lost(o);
	return 0;
}

/* Version 1 tells of it before it kills: let it, for then its log says who held the memory. */
static void kill_for_memory(struct sandbox *s)
{
	const int64_t give_up = clock_now_ns() + 100 * NS_PER_MS;
	struct pollfd report = {.fd = s->report_fd, .events = POLLIN};

	while (!cgroup_oom_kills(&s->cgroup) && clock_now_ns() < give_up) {
		if (poll(&report, 1, 1))
			break; /* it has ended */
	}
	kill_for(s, SANDBOX_LIMIT_MEMORY);
	fd_close(&s->oom_fd);
}

/* One round of waiting, until something happens or until_ns. 1: the sandbox is over. */
static int wait_once(struct sandbox *s, int64_t until_ns, struct err *e)
{
	struct pollfd polled[5] = {output_poll(&s->outputs[0]),
				   output_poll(&s->outputs[1]),
				   {.fd = s->report_fd, .events = POLLIN},
				   {.fd = s->terminal.resize_fd, .events = POLLIN},
				   {.fd = s->oom_fd, .events = POLLIN}};
	const int64_t left = until_ns == INT64_MAX ? 0 : until_ns - clock_now_ns();
	const struct timespec timeout = {.tv_sec = left > 0 ? left / NS_PER_S : 0,
					 .tv_nsec = left > 0 ? left % NS_PER_S : 0};

	if (ppoll(polled, ARRAY_SIZE(polled), until_ns == INT64_MAX ? NULL : &timeout, NULL) < 0)
		return errno == EINTR ? 0 : fail(e, ERR_HOST, errno, "wait for the sandbox");
	move_outputs(s, polled);
	if (polled[3].revents)
		terminal_resized(&s->terminal);
	if (polled[4].revents)
		kill_for_memory(s);
	if (!polled[2].revents)
		return 0;
	int heard = sandbox_read_report(s, e);

	if (heard < 0)
		return -1;
	return !heard || s->report.type == REPORT_ENDED;
}

int sandbox_wait(struct sandbox *s, int64_t deadline_ns, struct sandbox_outcome *out, struct err *e)
{
	while (!s->over) {
		int over = wait_once(s, min_ns(deadline_ns, s->deadline_ns), e);

		if (over < 0 || (over && finish(s, e)))
			return -1;
		if (over)
			break;
		const int64_t now = clock_now_ns();

		if (now >= s->deadline_ns) {
			kill_for(s, SANDBOX_LIMIT_TIME);
			s->deadline_ns = INT64_MAX;
		}
		if (now >= deadline_ns)
			return 0;
	}
	*out = s->outcome;
	return 1;
}

int sandbox_wait_fd(const struct sandbox *s)
{
	return s->report_fd;
}
