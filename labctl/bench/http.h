/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_HTTP_H
#define LABCTL_BENCH_HTTP_H

/*
 * Reads one HTTP/1.1 (or 1.0) response out of bytes that come in pieces. The
 * sender is the program under test: heads without end, false lengths and
 * garbage end in HTTP_BAD with words for its author, never in more memory than
 * the limits here.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
	HTTP_HEAD_MAX = 16384,   /* status line and fields; trailers too */
	HTTP_BODY_MAX = 1 << 20, /* of one response */
	HTTP_BODY_ERROR = 512,   /* kept in any case of a response that is not 2xx */
};

enum http_state {
	HTTP_HEAD,
	HTTP_BODY,        /* `left` bytes of it are missing */
	HTTP_UNTIL_CLOSE, /* no length given: the body ends with the connection */
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_END, /* the line break after a chunk's data */
	HTTP_TRAILER,
	HTTP_DONE,
	HTTP_BAD,
};

struct http {
	enum http_state state;
	int status;
	bool keep_alive; /* another request may follow on this connection */
	size_t keep;     /* bytes of the body to keep; the rest is counted and forgotten */
	int64_t left;
	int64_t body_bytes;
	struct str line; /* the head as far as it has come, or a line of the chunking */
	struct str body;
	const char *why; /* HTTP_BAD */
};

#define HTTP_INIT                                                                                  \
	{                                                                                          \
		.line = STR_INIT, .body = STR_INIT                                                 \
	}

void http_begin(struct http *h, size_t keep); /* the next response; the memory is used again */
void http_done(struct http *h);

/* Takes what has come and returns how many bytes belonged to this response; the state says more. */
size_t http_feed(struct http *h, const char *data, size_t size);

/* The connection was closed: the end of a body without a length, or HTTP_BAD. */
void http_closed(struct http *h);

#endif
