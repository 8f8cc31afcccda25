/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_WORKER_H
#define LABCTL_BENCH_WORKER_H

/*
 * The supervisor's end of the conversation with a guest (worker.py, judge.py)
 * over the stream socket that is the guest's descriptor 3. A frame, both ways:
 * one byte type, four bytes little-endian length, payload.
 *
 * The guest is hostile: a frame may come late, never, in pieces, too long, or
 * in the wrong type; the guest may die, flood its standard output, or stop
 * reading. Each is an event here, never a hang and never an error of labctl's.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/err.h"
#include "base/str.h"
#include "sandbox/sandbox.h"

enum frame_type {
	FRAME_READY = 'R',    /* from the guest: JSON, after imports and setup() */
	FRAME_GO = 'G',       /* to the guest: the input */
	FRAME_RESULT = 'O',   /* from the guest: the output, or a judge's answer */
	FRAME_ERROR = 'E',    /* from the guest: JSON, what it raised and where */
	FRAME_QUIT = 'Q',     /* to the guest: end */
	FRAME_WORKLOAD = 'W', /* to the judge: make an input */
	FRAME_CHECK = 'C',    /* to the judge: is this output right? */
	FRAME_NOTES = 'N',    /* to the guest: what did your engine do? */
};

enum {
	WORKER_HEADER_SIZE = 5,
	WORKER_TAIL_SIZE = 4096, /* of what the guest printed: the end, kept for messages */
	/* Of a frame that labctl reads itself: as values in memory, JSON takes fifty times its
	 * size, and labctl has no limit. The harness' own have a tenth of this. */
	WORKER_WORDS_MAX = 1 << 18,
};

enum worker_event {
	WORKER_FRAME,    /* a whole frame: frame_type and frame */
	WORKER_DEADLINE, /* nothing whole came in time; worker_wait may be called again */
	WORKER_ENDED,    /* the guest ended: outcome */
	WORKER_FLOOD,    /* it printed more than output_limit */
	WORKER_GARBLED,  /* what came is not the protocol, or more than frame_limit: see `why` */
};

struct worker {
	struct sandbox *sandbox;
	int64_t frame_limit;  /* bytes of one frame from the guest */
	int64_t output_limit; /* bytes of standard output and standard error together */

	char frame_type; /* of the last WORKER_FRAME */
	struct str frame;
	int64_t frame_at_ns; /* when its last byte came */
	int64_t printed_bytes;
	struct str tail; /* the end of what it printed */
	struct sandbox_outcome outcome;
	char why[200];

	/* private to worker.c */
	int channel_fd, output_fd;
	uint8_t header[WORKER_HEADER_SIZE];
	size_t header_have;
	size_t frame_want;
	uint8_t out_header[WORKER_HEADER_SIZE];
	struct iovec out[4]; /* what is still to be sent; payloads are borrowed */
	int out_count;
};

/* For a variable that worker_done may meet before worker_start did. */
#define WORKER_INIT                                                                                \
	{                                                                                          \
		.frame = STR_INIT, .tail = STR_INIT, .channel_fd = -1, .output_fd = -1             \
	}

/* Starts the sandbox of `spec` (whose channel and output descriptors it sets). */
int worker_start(struct worker *w, struct sandbox_spec *spec, int64_t frame_limit,
		 int64_t output_limit, struct err *e);
void worker_done(struct worker *w); /* kills and removes the guest */

/*
 * Begins to send a frame whose payload is the pieces in turn (at most 3). They
 * must stay until worker_wait has returned a frame. -1 only when the previous
 * frame is still on its way.
 */
int worker_post(struct worker *w, enum frame_type type, const struct iovec *pieces, int count,
		struct err *e);

/* Moves bytes both ways until an event, or until deadline_ns (monotonic). -1: the host failed. */
int worker_wait(struct worker *w, int64_t deadline_ns, enum worker_event *event, struct err *e);

/* The same, for who watches: every other second the progress, at `done` (-1: where it was), says
 * "what, 4 s". */
int worker_wait_shown(struct worker *w, int64_t deadline_ns, int64_t done, const char *what,
		      enum worker_event *event, struct err *e);

#endif
