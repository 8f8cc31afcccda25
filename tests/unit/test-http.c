/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/http.h"

#include "base/mem.h"
#include "unit.h"

/* Feeds the text in pieces of `step` bytes; returns how many bytes the response took. */
static size_t feed(struct http *h, const char *text, size_t step)
{
	size_t size = strlen(text), at = 0;

	http_begin(h, 1000);
	while (at < size && h->state != HTTP_DONE && h->state != HTTP_BAD) {
		size_t piece = size - at < step ? size - at : step;

		at += http_feed(h, text + at, piece);
	}
	return at;
}

static void reads_a_body_of_known_length(void **state)
{
	cleanup(http_done) struct http h = HTTP_INIT;
	const char *text = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCONTENT-LENGTH: 5 \r\n"
			   "\r\nhelloHTTP/1.1";

	(void)state;
	for (size_t step = 1; step < 100; step++) {
		assert_int_equal(feed(&h, text, step), strlen(text) - 8);
		assert_int_equal(h.state, HTTP_DONE);
		assert_int_equal(h.status, 200);
		assert_true(h.keep_alive);
		assert_string_equal(h.body.data, "hello");
	}
}

static void reads_chunks(void **state)
{
	cleanup(http_done) struct http h = HTTP_INIT;
	const char *text = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n"
			   "4;x=y\r\nlong\r\n5\r\n body\r\n0\r\nTrailer: 1\r\n\r\n";

	(void)state;
	for (size_t step = 1; step < 100; step++) {
		assert_int_equal(feed(&h, text, step), strlen(text));
		assert_int_equal(h.state, HTTP_DONE);
		assert_string_equal(h.body.data, "long body");
	}
}

static void a_body_may_end_with_the_connection(void **state)
{
	cleanup(http_done) struct http h = HTTP_INIT;

	(void)state;
	feed(&h, "HTTP/1.0 200 OK\r\n\r\nall of it", 3);
	assert_int_equal(h.state, HTTP_UNTIL_CLOSE);
	http_closed(&h);
	assert_int_equal(h.state, HTTP_DONE);
	assert_false(h.keep_alive);
	assert_string_equal(h.body.data, "all of it");
}

static void some_answers_have_no_body(void **state)
{
	cleanup(http_done) struct http h = HTTP_INIT;

	(void)state;
	feed(&h, "HTTP/1.1 204 No Content\r\n\r\n", 7);
	assert_int_equal(h.state, HTTP_DONE);
	feed(&h, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n", 7);
	assert_int_equal(h.state, HTTP_DONE);
	assert_int_equal(h.status, 201);
}

static void connection_fields_decide_over_the_version(void **state)
{
	cleanup(http_done) struct http h = HTTP_INIT;

	(void)state;
	feed(&h, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 99);
	assert_false(h.keep_alive);
	feed(&h, "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", 99);
	assert_true(h.keep_alive);
}

static void keeps_no_more_than_asked(void **state)
{
	cleanup(http_done) struct http h = HTTP_INIT;
	const char *ok = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef";
	const char *broken = "HTTP/1.1 500 Oh\r\nContent-Length: 6\r\n\r\nabcdef";

	(void)state;
	http_begin(&h, 4);
	http_feed(&h, ok, strlen(ok));
	assert_int_equal(h.state, HTTP_DONE);
	assert_string_equal(h.body.data, "abcd");
	http_begin(&h, 0);
	http_feed(&h, broken, strlen(broken)); /* what it says about its failure is kept anyway */
	assert_string_equal(h.body.data, "abcdef");
}

static void refuses_what_is_not_http(void **state)
{
	static const char *const texts[] = {
	    "SSH-2.0-OpenSSH\r\n\r\n",
	    "HTTP/2 200 OK\r\n\r\n",
	    "HTTP/1.1 2000 OK\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
	};
	cleanup(http_done) struct http h = HTTP_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		feed(&h, texts[i], 5);
		assert_int_equal(h.state, HTTP_BAD);
		assert_non_null(h.why);
	}
}

static void a_head_without_end_is_cut_off(void **state)
{
	cleanup(http_done) struct http h = HTTP_INIT;

	(void)state;
	http_begin(&h, 0);
	http_feed(&h, "HTTP/1.1 200 OK\r\n", 17);
	for (int i = 0; i < 10000 && h.state == HTTP_HEAD; i++)
		http_feed(&h, "X-More: and more\r\n", 18);
	assert_int_equal(h.state, HTTP_BAD);
	assert_true(h.line.len <= HTTP_HEAD_MAX);
}

static void a_body_without_end_is_cut_off(void **state)
{
	static char block[65536];
	cleanup(http_done) struct http h = HTTP_INIT;

	(void)state;
	http_begin(&h, 100);
	http_feed(&h, "HTTP/1.1 200 OK\r\n\r\n", 19);
	for (int i = 0; i < 100 && h.state == HTTP_UNTIL_CLOSE; i++)
		http_feed(&h, block, sizeof(block));
	assert_int_equal(h.state, HTTP_BAD);
	assert_int_equal(h.body.len, 100);
}

static void a_broken_off_answer_is_no_answer(void **state)
{
	cleanup(http_done) struct http h = HTTP_INIT;

	(void)state;
	feed(&h, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", 99);
	http_closed(&h);
	assert_int_equal(h.state, HTTP_BAD);
}

UNIT_TESTS(unit(reads_a_body_of_known_length), unit(reads_chunks),
	   unit(a_body_may_end_with_the_connection), unit(some_answers_have_no_body),
	   unit(connection_fields_decide_over_the_version), unit(keeps_no_more_than_asked),
	   unit(refuses_what_is_not_http), unit(a_head_without_end_is_cut_off),
	   unit(a_body_without_end_is_cut_off), unit(a_broken_off_answer_is_no_answer))
