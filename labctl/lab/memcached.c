/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Memcached. It begins empty; at its share of the lab's memory it evicts.
 *
 * Who has its port need not answer, as a server that was stopped: each wait of the client library
 * for some of an answer is bounded.
 */
#include <libmemcached/memcached.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lib.h"
#include "base/mem.h"
#include "lab/service.h"
#include "spec/json.h"

enum { PORT = 11211, TIMEOUT_MS = 5000, US_PER_MS = 1000 };

static struct {
	LIB_FN(memcached_create);
	LIB_FN(memcached_server_add);
	LIB_FN(memcached_behavior_set);
	LIB_FN(memcached_stat);
	LIB_FN(memcached_stat_get_keys);
	LIB_FN(memcached_stat_get_value);
	LIB_FN(memcached_stat_free);
	LIB_FN(memcached_version);
	LIB_FN(memcached_last_error_message);
	LIB_FN(memcached_free);
} mc;

static const struct lib_symbol symbols[] = {
    LIB_SYM(mc, memcached_create),
    LIB_SYM(mc, memcached_server_add),
    LIB_SYM(mc, memcached_behavior_set),
    LIB_SYM(mc, memcached_stat),
    LIB_SYM(mc, memcached_stat_get_keys),
    LIB_SYM(mc, memcached_stat_get_value),
    LIB_SYM(mc, memcached_stat_free),
    LIB_SYM(mc, memcached_version),
    LIB_SYM(mc, memcached_last_error_message),
    LIB_SYM(mc, memcached_free),
    LIB_END,
};

static struct lib libmemcached = {
    .names = {"libmemcached.so.11"}, .package = "libmemcached-dev", .symbols = symbols};

static int load(struct err *e)
{
	return lib_open(&libmemcached, e);
}

static void command(const struct limits *lab, struct strv *argv, struct strv *env)
{
	static const char *const fixed[] = {
	    "/usr/bin/memcached",
	    "-l",
	    "127.0.0.1",
	    "-p",
	    "11211",
	    "-U",
	    "0",
	    "-t",
	    "2",
	    "-m",
	    NULL,
	};
	const int64_t share_mib = service_cache_bytes(lab) >> 20;

	(void)env;
	strv_add_all(argv, fixed);
	strv_addf(argv, "%lld", (long long)(share_mib > 0 ? share_mib : 1));
}

/* ---- asking ---- */

static void close_client(void *client)
{
	if (client)
		mc.memcached_free(client);
}

static int connect_client(const struct service_address *at, void **client, struct err *e)
{
	if (load(e))
		return -1;
	memcached_st *c = mc.memcached_create(NULL);

	mc.memcached_behavior_set(c, MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT, TIMEOUT_MS);
	mc.memcached_behavior_set(c, MEMCACHED_BEHAVIOR_POLL_TIMEOUT, TIMEOUT_MS);
	mc.memcached_behavior_set(c, MEMCACHED_BEHAVIOR_SND_TIMEOUT, TIMEOUT_MS * US_PER_MS);
	mc.memcached_behavior_set(c, MEMCACHED_BEHAVIOR_RCV_TIMEOUT, TIMEOUT_MS * US_PER_MS);
	/* By default a server that refused once is left alone for two seconds. */
	mc.memcached_behavior_set(c, MEMCACHED_BEHAVIOR_RETRY_TIMEOUT, 0);
	if (mc.memcached_server_add(c, "127.0.0.1", (in_port_t)at->port) == MEMCACHED_SUCCESS &&
	    mc.memcached_version(c) == MEMCACHED_SUCCESS) {
		*client = c;
		return 0;
	}
	fail(e, ERR_HOST, 0, "connect to Memcached: %s", mc.memcached_last_error_message(c));
	close_client(c);
	return -1;
}

static json_t *counters(void *client, struct err *e)
{
	memcached_return_t rc;
	memcached_stat_st *stat = mc.memcached_stat(client, NULL, &rc);
	char **keys = stat ? mc.memcached_stat_get_keys(client, stat, &rc) : NULL;
	json_t *out;

	if (!keys || rc != MEMCACHED_SUCCESS) {
		fail(e, ERR_HOST, 0, "read Memcached's counters: %s",
		     mc.memcached_last_error_message(client));
		mc.memcached_stat_free(client, stat);
		return NULL;
	}
	out = json_object();
	for (char **key = keys; *key; key++) {
		char *value = mc.memcached_stat_get_value(client, stat, *key, &rc);

		json_object_set_new(out, *key, json_scalar(value ? value : ""));
		free(value);
	}
	free(keys);
	mc.memcached_stat_free(client, stat);
	return out;
}

const struct service_type service_memcached = {
    .name = "memcached",
    .user = "memcache",
    .port = PORT,
    .command = command,
    .describe = service_describe,
    .load = load,
    .connect = connect_client,
    .counters = counters,
    .close = close_client,
};
