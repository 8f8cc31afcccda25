/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_LOAD_POOL_H
#define LABCTL_BENCH_LOAD_POOL_H

/*
 * The fixed pool of connections that a load goes out on, and what becomes of
 * each request: answered, counted as an error, kept for the checker. Which
 * request goes when is load.c's to say, and no one else calls this.
 *
 * One thread, one epoll. Whatever goes wrong with a request is booked in the
 * phase and costs a connection, never the load: -1 with ERR_HOST means that
 * this machine failed, and only that.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/load.h"

enum { LOAD_POOL_SPARE = 16 };

struct load_connection;

struct load_pool {
	const struct load_plan *plan; /* borrowed, as is out */
	struct load_result *out;

	/* The phase that runs; set by load.c before its first request. */
	struct load_phase *phase;
	bool open; /* it is the open loop */
	int64_t begin_ns;
	double *latencies; /* ns; room for one of each request of the phase */
	size_t latency_count;

	/* The requests under way, and the writes among all so far. */
	size_t busy;
	size_t writes_begun, writes_done;

	/* load-pool.c's own. */
	int epoll_fd;
	struct load_connection *all;
	int spare[LOAD_POOL_SPARE]; /* sockets not yet used: a batch of them costs one fork */
	size_t spare_count;
};

/* -1: there is nothing to close. */
int load_pool_open(struct load_pool *p, const struct load_plan *plan, struct load_result *out,
		   struct err *e);
void load_pool_close(struct load_pool *p);

/* Connects all before the clock starts; what is refused is tried again, and counted, with its first
 * request. */
int load_pool_connect(struct load_pool *p, struct err *e);

/* A connection without a request, a connected one if there is one; NULL: all have theirs. */
struct load_connection *load_pool_free(const struct load_pool *p);

/* Sends a request of the plan on a free connection. Its latency counts from `from_ns`, its time
 * allowed from now. */
int load_pool_give(struct load_pool *p, struct load_connection *c, size_t request, int64_t from_ns,
		   struct err *e);

/* Handles what happens on the connections until something did, or it is until_ns. */
int load_pool_wait(struct load_pool *p, int64_t until_ns, struct err *e);

/* Gives up the requests that should have been answered by now_ns; INT64_MAX: all. */
void load_pool_fail_overdue(struct load_pool *p, int64_t now_ns);

#endif
