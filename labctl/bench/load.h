/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_LOAD_H
#define LABCTL_BENCH_LOAD_H

/*
 * The load on a web application under test: HTTP/1.1 over persistent
 * connections, from outside its sandbox, in one thread around epoll.
 *
 * Closed loop first: `connections` clients, each sending the next request as
 * soon as it has its answer, until a fixed number is through. The time that
 * takes is the sample's time, the number over it the throughput. Before it, where
 * asked for, goes a cold phase of the same kind, timed apart: it finds the
 * application as setup() left it, and fills whatever it keeps.
 *
 * Then open loop: request i is due at a moment fixed beforehand (a Poisson
 * stream of the given rate, from the seed), whether or not earlier ones were
 * answered. Latency counts from that moment, not from when the request got
 * onto the wire: a server that stalls for a second makes everyone late who
 * would have come in that second, and the figures say so.
 *
 * What is sent comes from the judge, as JSON (load_parse): a list that is
 * walked in order, once over: the cold part, the closed loop's, the open one's. A request that is
 * not a GET is a write. Writes are sent one at a time, in order; in the closed
 * loop a write is also sent alone, after all earlier requests and before all
 * later ones, so every answer there has one right value. In the open loop an
 * answer carries the writes it may have seen: at least those that were
 * finished when it was sent, at most those that were begun when it came.
 *
 * Answers are kept for the checker (load_output): one in keep_every, picked by
 * the seed so that a program cannot tell which, and each answer to a write. All others
 * must at least have a status of 2xx.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "bench/http.h"

enum {
	LOAD_REQUESTS_MAX = 1000000, /* of a phase */
	LOAD_CONNECTIONS_MAX = 512,
	LOAD_KEPT_MAX_BYTES = 32 << 20, /* of answers, for the checker */
};

enum load_error {
	LOAD_REFUSED, /* no connection */
	LOAD_RESET,   /* the connection broke off before the answer was whole */
	LOAD_TIMEOUT, /* no whole answer in request_time_ns, or before the phase had to end */
	LOAD_STATUS,  /* answered, but not with 2xx */
	LOAD_GARBLED, /* not HTTP, or beyond its limits */
	LOAD_ERRORS,
};

struct load_request {
	char *bytes; /* as sent, head and body */
	size_t size;
	bool write;
};

struct load_plan {
	struct load_request *requests;
	size_t request_count;

	size_t cold_requests; /* 0: no cold phase */
	size_t closed_requests, connections;
	double rate; /* open loop, a second; 0: no open loop */
	size_t open_requests;
	uint64_t seed;
	size_t keep_every;       /* 0: keep none but writes */
	int64_t phase_time_ns;   /* each phase, at most; the open loop: beyond its schedule */
	int64_t request_time_ns; /* each request, at most */

	int netns_fd; /* where the application listens; -1: our own network */
	uint16_t port;

	/* Called every 10 ms or so, while a phase runs: false ends it (the guest died). */
	bool (*tick)(void *arg);
	void *tick_arg;
};

struct load_phase {
	int64_t wall_ns; /* first request sent to last answer */
	size_t sent, answered;
	size_t errors[LOAD_ERRORS];
	int64_t p50_ns, p95_ns, p99_ns, max_ns; /* over the answered and the timed out */
	bool stopped;                           /* by tick, or out of time */
	char *words; /* the first error, for a person: "GET /x: status 500: ..."; NULL: none */
};

struct load_answer {    /* kept for the checker */
	size_t request; /* index into the plan's requests */
	bool open;      /* in the open loop */
	int status;
	size_t seen_least, seen_most; /* writes, of the same phase and those before it */
	struct str body;
};

struct load_result {
	struct load_phase cold, closed, open;
	struct load_answer *answers; /* in the order of their requests */
	size_t answer_count, answer_cap;
	int64_t kept_bytes;
	size_t connects; /* connections made in all */
};

/*
 * {"requests": [["GET", "/path"], ["POST", "/path", "body"], ...]}; other keys are the exercise's
 * own. Appends to plan->requests.
 */
int load_parse(struct load_plan *plan, const char *json, size_t size, struct err *e);
void load_plan_done(struct load_plan *plan);

/* Sends the load. -1 only where the host failed; all else is in the result, which load_result_done
 * frees in either case. */
int load_run(const struct load_plan *plan, struct load_result *out, struct err *e);
void load_result_done(struct load_result *r);

size_t load_phase_errors(const struct load_phase *p); /* all kinds together */
const char *load_error_name(enum load_error error);   /* "refused", "reset", "timed out", ... */

/*
 * For the checker, canonical JSON: {"answers": [{"request": 7, "phase": "closed", "status": 200,
 * "seen": [0, 0], "body": "..."}, ...]}. A body that is not UTF-8 is null.
 */
void load_output(const struct load_result *r, struct str *json);

#endif
