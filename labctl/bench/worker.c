/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One poll loop over three descriptors of a guest:
 *
 *	channel    frames both ways; non-blocking, so that a guest which does
 *	           not read cannot hold us past the deadline
 *	output     the guest's standard output and standard error, one pipe:
 *	           only counted, and its end kept for messages
 *	sandbox    readable when the guest has ended
 *
 * The channel is read before the end is looked at: a guest that answers and
 * exits at once has answered. State of a half-read or half-written frame is
 * kept in struct worker, so the caller may wait in steps (sample.c does, to
 * look at memory in between).
 *
 * frame_at_ns is taken right after the read that completes a frame: the time
 * of a sample ends when the whole result is outside, so sending a header early
 * gains nothing.
 */
#include "bench/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/receive.h"

static const int64_t SHOWN_NS = 2 * NS_PER_S; /* how long a wait goes on in silence */

int worker_start(struct worker *w, struct sandbox_spec *spec, int64_t frame_limit,
		 int64_t output_limit, struct err *e)
{
	int pair[2];
	int out[2];

	*w = (struct worker)WORKER_INIT;
	w->frame_limit = frame_limit;
	w->output_limit = output_limit;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return fail(e, ERR_HOST, errno, "make a socket pair for '%s'", spec->name);
	w->channel_fd = pair[0];
	cleanup_fd int theirs = pair[1];

	if (fd_pipe(out, e))
		return wrap(e, "start '%s'", spec->name);
	w->output_fd = out[0];
	cleanup_fd int output = out[1];

	if (fd_nonblock(w->channel_fd, e) || fd_nonblock(w->output_fd, e))
		return wrap(e, "start '%s'", spec->name);
	spec->channel_fd = theirs;
	spec->stdout_fd = output;
	spec->stderr_fd = output;
	return sandbox_start(spec, &w->sandbox, e);
}

void worker_done(struct worker *w)
{
	sandbox_destroy(w->sandbox);
	w->sandbox = NULL;
	receive_close(&w->channel_fd);
	fd_close(&w->output_fd);
	str_done(&w->frame);
	str_done(&w->tail);
}

int worker_post(struct worker *w, enum frame_type type, const struct iovec *pieces, int count,
		struct err *e)
{
	size_t size = 0;

	if (w->out_count > 0)
		return fail(e, ERR_BUG, 0, "send a frame before the last one has left");
	for (int i = 0; i < count; i++)
		size += pieces[i].iov_len;
	if (size > UINT32_MAX)
		return fail(e, ERR_SPEC, 0, "send a frame of %zu bytes: a frame holds 4 GiB", size);

	w->out_header[0] = (uint8_t)type;
	for (int i = 0; i < 4; i++)
		w->out_header[1 + i] = (uint8_t)(size >> (8 * i));
	w->out[0] = (struct iovec){w->out_header, WORKER_HEADER_SIZE};
	for (int i = 0; i < count; i++)
		w->out[1 + i] = pieces[i];
	w->out_count = 1 + count;
	return 0;
}

/* Sends what the socket takes. A guest that hung up is not an error here: its end is an event. */
static int push(struct worker *w, struct err *e)
{
	while (w->out_count > 0) {
		struct msghdr message = {.msg_iov = w->out, .msg_iovlen = (size_t)w->out_count};
		ssize_t sent = sendmsg(w->channel_fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno == EAGAIN)
			return 0;
		if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) {
			w->out_count = 0;
			return 0;
		}
		if (sent < 0)
			return fail(e, ERR_HOST, errno, "send to the guest");
		while (w->out_count > 0 && (size_t)sent >= w->out[0].iov_len) {
			sent -= (ssize_t)w->out[0].iov_len;
			memmove(w->out, w->out + 1, (size_t)--w->out_count * sizeof(w->out[0]));
		}
		if (w->out_count > 0) {
			w->out[0].iov_base = (char *)w->out[0].iov_base + sent;
			w->out[0].iov_len -= (size_t)sent;
		}
	}
	return 0;
}

/* A result is only passed on. */
static int64_t frame_limit(const struct worker *w)
{
	return w->frame_type == FRAME_RESULT || w->frame_limit < WORKER_WORDS_MAX
		   ? w->frame_limit
		   : WORKER_WORDS_MAX;
}

/* The header is whole: is it a frame that a guest may send? */
static bool header_valid(struct worker *w)
{
	uint32_t size = 0;

	for (int i = 0; i < 4; i++)
		size |= (uint32_t)w->header[1 + i] << (8 * i);
	w->frame_type = (char)w->header[0];
	if (!strchr("ROE", w->frame_type) || w->frame_type == '\0') {
		snprintf(
		    w->why, sizeof(w->why),
		    "it wrote to descriptor 3, which belongs to the harness (byte 0x%02x where "
		    "a frame begins)",
		    w->header[0]);
		return false;
	}
	const int64_t limit = frame_limit(w);

	if (size > limit) {
		char said[32];
		char taken[32];

		snprintf(w->why, sizeof(w->why), "its answer has %s; at most %s are taken",
			 str_human_bytes(size, said, sizeof(said)),
			 str_human_bytes(limit, taken, sizeof(taken)));
		return false;
	}
	str_clear(&w->frame);
	w->frame_want = size;
	return true;
}

/* Reads at most `want` bytes: their number, 0 for none now, -1 error; clears *open at the end. */
static ssize_t receive(struct worker *w, void *into, size_t want, bool *open, struct err *e)
{
	bool passed; /* no concern of ours: the frames are what counts */
	ssize_t got = receive_bytes(w->channel_fd, into, want, &passed);

	if (got > 0)
		return got;
	if (got == 0 || errno == ECONNRESET)
		*open = false;
	else if (errno != EAGAIN && errno != EINTR)
		return fail(e, ERR_HOST, errno, "read from the guest");
	return 0;
}

/* Takes what has come of the header. 1: it is whole; 0: not yet; -1 error. */
static int pull_header(struct worker *w, bool *open, struct err *e)
{
	ssize_t got =
	    receive(w, w->header + w->header_have, WORKER_HEADER_SIZE - w->header_have, open, e);

	if (got <= 0)
		return (int)got;
	w->header_have += (size_t)got;
	return w->header_have == WORKER_HEADER_SIZE;
}

/* The same of the payload. What was announced is not believed: memory grows with what has come. */
static int pull_payload(struct worker *w, bool *open, struct err *e)
{
	enum { CHUNK = 1 << 16 };
	size_t left = w->frame_want - w->frame.len;
	size_t want = left < CHUNK ? left : CHUNK;

	if (left == 0)
		return 1;
	str_reserve(&w->frame, want);
	ssize_t got = receive(w, w->frame.data + w->frame.len, want, open, e);

	if (got <= 0)
		return (int)got;
	w->frame.len += (size_t)got;
	w->frame.data[w->frame.len] = '\0';
	return w->frame.len == w->frame_want;
}

/* Takes what has come of a frame. 1 with an event, 0 to go on, -1 error. */
static int pull(struct worker *w, bool *open, enum worker_event *event, struct err *e)
{
	int whole;

	if (w->header_have < WORKER_HEADER_SIZE) {
		whole = pull_header(w, open, e);
		if (whole <= 0)
			return whole;
		if (!header_valid(w)) {
			*event = WORKER_GARBLED;
			return 1;
		}
	}
	whole = pull_payload(w, open, e);
	if (whole <= 0)
		return whole;
	w->frame_at_ns = clock_now_ns();
	w->header_have = 0;
	*event = WORKER_FRAME;
	return 1;
}

static void keep_tail(struct worker *w, const char *data, size_t size)
{
	w->printed_bytes += (int64_t)size;
	if (size > WORKER_TAIL_SIZE) {
		data += size - WORKER_TAIL_SIZE;
		size = WORKER_TAIL_SIZE;
	}
	if (w->tail.len + size > 2 * WORKER_TAIL_SIZE) {
		size_t drop = w->tail.len - WORKER_TAIL_SIZE / 2;

		memmove(w->tail.data, w->tail.data + drop, w->tail.len - drop + 1);
		w->tail.len -= drop;
	}
	str_addn(&w->tail, data, size);
}

/* Takes what the guest printed; false when it was more than allowed. */
static bool drain_output(struct worker *w)
{
	char chunk[1 << 14];
	ssize_t got;

	while (w->output_fd >= 0) {
		got = read(w->output_fd, chunk, sizeof(chunk));
		if (got < 0)
			break;
		if (got == 0) {
			fd_close(&w->output_fd);
			break;
		}
		keep_tail(w, chunk, (size_t)got);
		if (w->printed_bytes > w->output_limit)
			return false;
	}
	return true;
}

/* The guest has ended; what it said last is in `outcome`, what it printed last in `tail`. */
static int finish(struct worker *w, enum worker_event *event, struct err *e)
{
	drain_output(w);
	if (sandbox_wait(w->sandbox, INT64_MAX, &w->outcome, e) < 0)
		return wrap(e, "learn how the guest ended");
	*event = WORKER_ENDED;
	return 0;
}

/* Handles what poll(2) reported: 1 with an event, 0 to go on, -1 error. */
static int handle(struct worker *w, const struct pollfd *watch, bool *open,
		  enum worker_event *event, struct err *e)
{
	if (watch[0].revents) {
		int rc = pull(w, open, event, e);

		if (rc)
			return rc;
	}
	if (watch[1].revents && !drain_output(w)) {
		*event = WORKER_FLOOD;
		return 1;
	}
	/* While the channel still gives, an ended guest's last frame is being read. */
	if (watch[2].revents && !(*open && (watch[0].revents & POLLIN)))
		return finish(w, event, e) ? -1 : 1;
	return 0;
}

int worker_wait(struct worker *w, int64_t deadline_ns, enum worker_event *event, struct err *e)
{
	bool open = true;

	for (;;) {
		if (push(w, e))
			return -1;
		short want = w->out_count > 0 ? POLLIN | POLLOUT : POLLIN;
		struct pollfd watch[3] = {
		    {.fd = open ? w->channel_fd : -1, .events = want},
		    {.fd = w->output_fd, .events = POLLIN},
		    {.fd = sandbox_wait_fd(w->sandbox), .events = POLLIN},
		};

		if (poll(watch, 3, clock_poll_ms(deadline_ns)) < 0 && errno != EINTR)
			return fail(e, ERR_HOST, errno, "wait for the guest");
		int rc = handle(w, watch, &open, event, e);

		if (rc)
			return rc < 0 ? -1 : 0;
		if (clock_now_ns() >= deadline_ns) {
			*event = WORKER_DEADLINE;
			return 0;
		}
	}
}

int worker_wait_shown(struct worker *w, int64_t deadline_ns, int64_t done, const char *what,
		      enum worker_event *event, struct err *e)
{
	int64_t begin = clock_now_ns();

	for (int64_t now = begin;; now = clock_now_ns()) {
		int64_t next = now + SHOWN_NS < deadline_ns ? now + SHOWN_NS : deadline_ns;

		if (worker_wait(w, next, event, e))
			return -1;
		if (*event != WORKER_DEADLINE || next == deadline_ns)
			return 0;
		cleanup_free char *detail =
		    xasprintf("%s, %lld s", what, (long long)((next - begin) / NS_PER_S));

		log_progress_update(done, detail);
	}
}
