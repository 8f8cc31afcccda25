/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Redis, as a cache: nothing is written to disk, and at its share of the lab's
 * memory the least recently used keys go. It begins empty.
 *
 * Who answers need not be Redis: any program of the lab may tell it to end, or to
 * listen elsewhere, and take its port. So an answer is one text of a bounded
 * length that comes whole in a bounded time, or it is none.
 */
#include <errno.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lib.h"
#include "base/mem.h"
#include "base/strv.h"
#include "lab/service.h"
#include "spec/json.h"

enum { PORT = 6379, ANSWER_MAX_BYTES = 64 << 10 };

static const int64_t ANSWER_NS = 10 * NS_PER_S;

static struct {
	LIB_FN(redisConnectWithTimeout);
	LIB_FN(redisSetTimeout);
	LIB_FN(redisAppendCommand);
	LIB_FN(redisBufferWrite);
	LIB_FN(redisBufferRead);
	LIB_FN(redisGetReplyFromReader);
	LIB_FN(freeReplyObject);
	LIB_FN(redisFree);
} hi;

static const struct lib_symbol symbols[] = {
    LIB_SYM(hi, redisConnectWithTimeout),
    LIB_SYM(hi, redisSetTimeout),
    LIB_SYM(hi, redisAppendCommand),
    LIB_SYM(hi, redisBufferWrite),
    LIB_SYM(hi, redisBufferRead),
    LIB_SYM(hi, redisGetReplyFromReader),
    LIB_SYM(hi, freeReplyObject),
    LIB_SYM(hi, redisFree),
    LIB_END,
};

/* Only the version whose header we were compiled with: a connection is a struct that we look into,
 * and its fields move from one soname to the next. */
#define TEXT(macro) TEXT_OF(macro)
#define TEXT_OF(tokens) #tokens

static struct lib hiredis = {
    .names = {"libhiredis.so." TEXT(HIREDIS_SONAME)},
    .package = "libhiredis-dev",
    .symbols = symbols,
};

static int load(struct err *e)
{
	return lib_open(&hiredis, e);
}

static void command(const struct limits *lab, struct strv *argv, struct strv *env)
{
	static const char *const fixed[] = {
	    "/usr/bin/redis-server",
	    "--port",
	    "6379",
	    "--bind",
	    "127.0.0.1",
	    "--protected-mode",
	    "no",
	    "--save",
	    "",
	    "--appendonly",
	    "no",
	    "--dir",
	    "/tmp",
	    "--daemonize",
	    "no",
	    "--supervised",
	    "systemd",
	    "--maxmemory-policy",
	    "allkeys-lru",
	    "--maxmemory",
	    NULL,
	};

	(void)env;
	strv_add_all(argv, fixed);
	strv_addf(argv, "%lld", (long long)service_cache_bytes(lab));
}

/* ---- asking ---- */

static void close_client(void *client)
{
	if (client)
		hi.redisFree(client);
}

/* Too long, or a number or an array where a text was asked for: of what has come so far. */
static const char *objection(const redisReader *r)
{
	if (r->len > ANSWER_MAX_BYTES)
		return "its answer is longer than any of Redis's";
	if (r->len > r->pos && !strchr("+-$", r->buf[r->pos]))
		return "its answer is no text";
	return NULL;
}

/* NULL: *reply is the caller's. Else why there is none. */
static const char *receive(redisContext *c, void **reply)
{
	const int64_t deadline_ns = clock_now_ns() + ANSWER_NS;
	struct pollfd polled = {.fd = c->fd, .events = POLLIN};
	const char *why = NULL;

	for (*reply = NULL; !why && !*reply;) {
		int ready = poll(&polled, 1, clock_poll_ms(deadline_ns));

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0 || clock_now_ns() > deadline_ns)
			return "its answer did not come in time";
		if (hi.redisBufferRead(c) == REDIS_OK)
			why = objection(c->reader);
		if (!why && (c->err || hi.redisGetReplyFromReader(c, reply) != REDIS_OK))
			why = c->errstr;
	}
	return why;
}

static const char *exchange(redisContext *c, const char *what, redisReply **out)
{
	void *reply = NULL;
	int sent = 0;

	if (hi.redisAppendCommand(c, what) != REDIS_OK)
		return c->errstr;
	while (!sent)
		if (hi.redisBufferWrite(c, &sent) != REDIS_OK)
			return c->errstr;
	const char *why = receive(c, &reply);

	*out = reply;
	if (!why && !(*out)->str)
		return "its answer is empty";
	return !why && (*out)->type == REDIS_REPLY_ERROR ? (*out)->str : why;
}

/* A reply that is a text, or NULL. */
static redisReply *ask(redisContext *c, const char *what, struct err *e)
{
	redisReply *r = NULL;
	const char *why = exchange(c, what, &r);

	if (!why)
		return r;
	fail(e, ERR_HOST, 0, "ask Redis for %s: %s", what, why);
	if (r)
		hi.freeReplyObject(r);
	return NULL;
}

static int connect_client(const struct service_address *at, void **client, struct err *e)
{
	const struct timeval timeout = {.tv_sec = 10};
	redisReply *r = NULL;

	if (load(e))
		return -1;
	redisContext *c = hi.redisConnectWithTimeout("127.0.0.1", at->port, timeout);

	if (!c || c->err)
		fail(e, ERR_HOST, 0, "connect to Redis: %s", c ? c->errstr : "no memory");
	else if (!hi.redisSetTimeout(c, timeout))
		r = ask(c, "PING", e);
	if (r) {
		hi.freeReplyObject(r);
		*client = c;
		return 0;
	}
	close_client(c);
	return -1;
}

/* INFO's "key:value" lines, whatever section they stand in. */
static json_t *counters(void *client, struct err *e)
{
	cleanup(strv_done) struct strv lines = STRV_INIT;
	redisReply *r = ask(client, "INFO", e);
	json_t *out;

	if (!r)
		return NULL;
	strv_split(&lines, r->str, '\n');
	hi.freeReplyObject(r);
	out = json_object();
	for (size_t i = 0; i < lines.len; i++) {
		char *line = lines.items[i];
		char *colon = strchr(line, ':');

		if (!colon || line[0] == '#')
			continue;
		*colon++ = '\0';
		colon[strcspn(colon, "\r")] = '\0';
		json_object_set_new(out, line, json_scalar(colon));
	}
	return out;
}

const struct service_type service_redis = {
    .name = "redis",
    .user = "redis",
    .port = PORT,
    .tells = true,
    .command = command,
    .describe = service_describe,
    .load = load,
    .connect = connect_client,
    .counters = counters,
    .close = close_client,
};
