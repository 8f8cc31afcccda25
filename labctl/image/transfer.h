/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_TRANSFER_H
#define LABCTL_IMAGE_TRANSFER_H

/*
 * Transfers over http, https and file, several at a time: all that labctl
 * knows of libcurl. What the bytes mean, whether they are right, and when to
 * try again is download.h's business.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum transfer_outcome {
	TRANSFER_WHOLE,    /* all that the server wanted to send */
	TRANSFER_MISSING,  /* there is no such file */
	TRANSFER_DENIED,   /* the server, or the proxy, wants a password */
	TRANSFER_NO_RANGE, /* it will not go on in the middle: start again from 0 */
	TRANSFER_BROKEN,   /* a fault that may pass: try again */
	TRANSFER_REFUSED,  /* a fault that will not pass */
	TRANSFER_STOPPED,  /* the sink said so */
};

/* Takes the next bytes; false stops the transfer. */
typedef bool transfer_sink_fn(void *arg, const void *data, size_t size);

struct transfer {
	const char *url; /* all of these are the caller's, and live until the end */
	const char *proxy;
	const char *userpwd;
	int64_t resume_from; /* bytes that are here already */
	transfer_sink_fn *sink;
	void *arg;

	enum transfer_outcome outcome;
	char why[300]; /* in words, when it is not TRANSFER_WHOLE */
	void *handle;  /* libcurl's */
};

struct transfer_pool;

struct transfer_pool *transfer_pool_open(size_t parallel, struct err *e);
void transfer_pool_close(struct transfer_pool *p); /* breaks off what is under way */

int transfer_start(struct transfer_pool *p, struct transfer *t, struct err *e);

/* The next transfer that ended, waiting up to timeout_ms; NULL when none has. */
struct transfer *transfer_wait(struct transfer_pool *p, int timeout_ms);

/* Gives up on one that was started. */
void transfer_cancel(struct transfer_pool *p, struct transfer *t);

#endif
