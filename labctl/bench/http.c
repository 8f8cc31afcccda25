/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void http_begin(struct http *h, size_t keep)
{
	struct str line = h->line, body = h->body;

	*h = (struct http){.keep = keep, .line = line, .body = body};
	str_clear(&h->line);
	str_clear(&h->body);
}

void http_done(struct http *h)
{
	str_done(&h->line);
	str_done(&h->body);
}

static void bad(struct http *h, const char *why)
{
	h->state = HTTP_BAD;
	h->why = why;
}

/* A number of the base, the whole text; -1 for anything else, and beyond the largest body. */
static int64_t number_of(const char *text, int base)
{
	char *end;

	if (!strchr("0123456789abcdefABCDEF", text[0]) || text[0] == '\0')
		return -1;
	long long value = strtoll(text, &end, base);

	return *end != '\0' || value < 0 || value > HTTP_BODY_MAX ? -1 : value;
}

/* "HTTP/1.1 200 OK" */
static void read_status(struct http *h, const char *line)
{
	if (strncmp(line, "HTTP/1.", 7) != 0 || (line[7] != '0' && line[7] != '1') ||
	    line[8] != ' ' || strspn(line + 9, "0123456789") != 3) {
		bad(h, "its first line is not that of an HTTP/1 response");
		return;
	}
	h->keep_alive = line[7] == '1';
	h->status = (int)strtol(line + 9, NULL, 10);
}

struct fields { /* those that say where the body ends */
	bool has_length, chunked;
	int64_t length;
};

static void read_field(struct http *h, char *line, struct fields *f)
{
	char *colon = strchr(line, ':');

	if (!colon) {
		bad(h, "a line of its head has no colon");
		return;
	}
	*colon = '\0';
	char *value = colon + 1 + strspn(colon + 1, " \t");

	value[strcspn(value, " \t")] = '\0';
	if (strcasecmp(line, "content-length") == 0) {
		f->length = number_of(value, 10);
		f->has_length = true;
		if (f->length < 0)
			bad(h, "its Content-Length is no number, or larger than 1 MiB");
	} else if (strcasecmp(line, "transfer-encoding") == 0) {
		f->chunked = strcasecmp(value, "chunked") == 0;
		if (!f->chunked)
			bad(h, "its Transfer-Encoding is not chunked");
	} else if (strcasecmp(line, "connection") == 0) {
		if (strncasecmp(value, "close", 5) == 0)
			h->keep_alive = false;
		else if (strncasecmp(value, "keep-alive", 10) == 0)
			h->keep_alive = true;
	}
}

/* What follows the head. */
static void start_body(struct http *h, const struct fields *f)
{
	bool none = h->status == 204 || h->status == 304;

	str_clear(&h->line);
	if (h->status / 100 != 2 && h->keep < HTTP_BODY_ERROR)
		h->keep = HTTP_BODY_ERROR; /* it may say what went wrong */
	if (h->status < 200) {
		h->state = HTTP_HEAD; /* 100 Continue and its like: the answer is still to come */
	} else if (f->chunked && !none) {
		h->state = HTTP_CHUNK_SIZE;
	} else if (f->has_length || none) {
		h->left = none ? 0 : f->length;
		h->state = h->left > 0 ? HTTP_BODY : HTTP_DONE;
	} else {
		h->keep_alive = false;
		h->state = HTTP_UNTIL_CLOSE;
	}
}

/* The whole head is in h->line, its lines ended by "\n" and perhaps "\r". */
static void read_head(struct http *h)
{
	struct fields f = {.has_length = false};
	char *next = h->line.data;
	bool first = true;

	if (memchr(h->line.data, '\0', h->line.len)) {
		bad(h, "its head holds a zero byte");
		return;
	}
	while (h->state == HTTP_HEAD) {
		char *line = strsep(&next, "\n");
		size_t length = strlen(line);

		if (length > 0 && line[length - 1] == '\r')
			line[--length] = '\0';
		if (length == 0 && !first)
			break;
		if (first)
			read_status(h, line);
		else
			read_field(h, line, &f);
		first = false;
	}
	if (h->state == HTTP_HEAD)
		start_body(h, &f);
}

/* Adds bytes up to and with the next "\n" to h->line; *whole says whether it came. */
static size_t take_line(struct http *h, const char *data, size_t size, bool *whole)
{
	const char *end = memchr(data, '\n', size);
	size_t taken = end ? (size_t)(end - data) + 1 : size;

	*whole = end != NULL;
	if (h->line.len + taken > HTTP_HEAD_MAX) {
		bad(h, "its head is longer than 16 KiB");
		return taken;
	}
	str_addn(&h->line, data, taken);
	return taken;
}

static bool line_is_blank(const struct str *s, size_t from)
{
	return str_eq(s->data + from, "\n") || str_eq(s->data + from, "\r\n");
}

static size_t feed_head(struct http *h, const char *data, size_t size)
{
	size_t from = h->line.len;
	bool whole;

	/* Where this line began: the last one may have come in part. */
	while (from > 0 && h->line.data[from - 1] != '\n')
		from--;
	size_t taken = take_line(h, data, size, &whole);

	if (h->state == HTTP_HEAD && whole && line_is_blank(&h->line, from))
		read_head(h);
	return taken;
}

static size_t feed_body(struct http *h, const char *data, size_t size)
{
	bool bounded = h->state != HTTP_UNTIL_CLOSE;
	size_t taken = bounded && (int64_t)size > h->left ? (size_t)h->left : size;

	h->body_bytes += (int64_t)taken;
	if (h->body_bytes > HTTP_BODY_MAX) {
		bad(h, "its body is longer than 1 MiB");
		return taken;
	}
	if (h->body.len < h->keep)
		str_addn(&h->body, data,
			 taken < h->keep - h->body.len ? taken : h->keep - h->body.len);
	if (bounded) {
		h->left -= (int64_t)taken;
		if (h->left == 0)
			h->state = h->state == HTTP_BODY ? HTTP_DONE : HTTP_CHUNK_END;
	}
	return taken;
}

/* One line of the chunking is complete. */
static void end_line(struct http *h)
{
	char *line = h->line.data;

	line[strcspn(line, "\r\n; \t")] = '\0'; /* an extension after ';' means nothing to us */
	if (h->state == HTTP_CHUNK_SIZE) {
		h->left = number_of(line, 16);
		if (h->left < 0)
			bad(h, "a chunk's size is no number, or larger than 1 MiB");
		else
			h->state = h->left > 0 ? HTTP_CHUNK_DATA : HTTP_TRAILER;
	} else if (h->state == HTTP_CHUNK_END) {
		if (line[0] != '\0')
			bad(h, "a chunk is longer than its size says");
		else
			h->state = HTTP_CHUNK_SIZE;
	} else if (line[0] == '\0') { /* trailer fields end like a head */
		h->state = HTTP_DONE;
	}
	str_clear(&h->line);
}

static size_t feed_line(struct http *h, const char *data, size_t size)
{
	bool whole;
	size_t taken = take_line(h, data, size, &whole);

	if (whole && h->state != HTTP_BAD)
		end_line(h);
	return taken;
}

size_t http_feed(struct http *h, const char *data, size_t size)
{
	size_t at = 0;

	while (at < size && h->state != HTTP_DONE && h->state != HTTP_BAD) {
		switch (h->state) {
		case HTTP_HEAD:
			at += feed_head(h, data + at, size - at);
			break;
		case HTTP_BODY:
		case HTTP_UNTIL_CLOSE:
		case HTTP_CHUNK_DATA:
			at += feed_body(h, data + at, size - at);
			break;
		default:
			at += feed_line(h, data + at, size - at);
		}
	}
	return at;
}

void http_closed(struct http *h)
{
	h->keep_alive = false;
	if (h->state == HTTP_UNTIL_CLOSE)
		h->state = HTTP_DONE;
	else if (h->state != HTTP_DONE && h->state != HTTP_BAD)
		bad(h, "the connection closed in the middle of it");
}
