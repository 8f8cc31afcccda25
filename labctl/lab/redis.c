/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Redis, as a cache: nothing is written to disk, and at its share of the lab's
 * memory the least recently used keys go. It begins empty.
 */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lib.h"
#include "base/mem.h"
#include "base/strv.h"
#include "lab/service.h"
#include "spec/json.h"

enum { PORT = 6379 };

static struct {
	LIB_FN(redisConnectWithTimeout);
	LIB_FN(redisSetTimeout);
	LIB_FN(redisCommand);
	LIB_FN(freeReplyObject);
	LIB_FN(redisFree);
} hi;

static const struct lib_symbol symbols[] = {
    LIB_SYM(hi, redisConnectWithTimeout), LIB_SYM(hi, redisSetTimeout), LIB_SYM(hi, redisCommand),
    LIB_SYM(hi, freeReplyObject),         LIB_SYM(hi, redisFree),       LIB_END,
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
	int64_t share = 64 << 20;

	(void)env;
	if (lab->memory_bytes && lab->memory_bytes / 4 < share)
		share = lab->memory_bytes / 4;
	strv_add_all(argv, fixed);
	strv_addf(argv, "%lld", (long long)share);
}

static json_t *describe(const struct service_address *at)
{
	return json_pack("{s:s,s:i}", "host", "127.0.0.1", "port", at->port);
}

/* ---- asking ---- */

static void close_client(void *client)
{
	if (client)
		hi.redisFree(client);
}

/* A reply that is no error, or NULL. */
static redisReply *ask(redisContext *c, const char *what, struct err *e)
{
	redisReply *r = hi.redisCommand(c, what);

	if (!r) {
		fail(e, ERR_HOST, 0, "ask Redis for %s: %s", what, c->errstr);
	} else if (r->type == REDIS_REPLY_ERROR) {
		fail(e, ERR_HOST, 0, "ask Redis for %s: %s", what, r->str);
		hi.freeReplyObject(r);
		r = NULL;
	}
	return r;
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
    .describe = describe,
    .load = load,
    .connect = connect_client,
    .counters = counters,
    .close = close_client,
};
