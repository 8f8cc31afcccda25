/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which request goes when; how it goes is load-pool.c. A phase is one walk
 * through its part of the plan's requests. It ends: every turn of run_loop
 * settles a request, or waits for one no longer than its deadline, and there
 * are only so many.
 */
#include "bench/load.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "bench/load-pool.h"
#include "stats/summary.h"

static const int64_t TICK_NS = 10 * NS_PER_MS;

struct engine {
	const struct load_plan *plan;
	struct load_pool pool;
	size_t next, end; /* of the phase's requests: not yet given; one past the last */
	int64_t last_ns;  /* when the phase ends at the latest */
	int64_t tick_ns;  /* next one */
	int64_t due_ns;   /* open loop: of request `next` */
	struct rng rng;
};

const char *load_error_name(enum load_error error)
{
	static const char *const names[LOAD_ERRORS] = {
	    [LOAD_REFUSED] = "refused",   [LOAD_RESET] = "broken off",
	    [LOAD_TIMEOUT] = "timed out", [LOAD_STATUS] = "status not 2xx",
	    [LOAD_GARBLED] = "not HTTP",
	};

	return names[error];
}

size_t load_phase_errors(const struct load_phase *p)
{
	size_t sum = 0;

	for (size_t i = 0; i < LOAD_ERRORS; i++)
		sum += p->errors[i];
	return sum;
}

/* --- a phase -------------------------------------------------------------------------------- */

/* May request `next` go now, as far as the order of reads and writes is concerned? */
static bool in_order(const struct engine *g)
{
	bool write = g->plan->requests[g->next].write;
	bool writing = g->pool.writes_begun > g->pool.writes_done;

	if (g->pool.open)
		return !(write && writing);
	return write ? g->pool.busy == 0 : !writing;
}

/* Open loop: the gap to the next request of a Poisson stream. */
static int64_t draw_gap_ns(struct engine *g)
{
	return (int64_t)(-log(1 - rng_double(&g->rng)) / g->plan->rate * (double)NS_PER_S);
}

/* Gives out what may go now. */
static int dispatch(struct engine *g, struct err *e)
{
	bool open = g->pool.open;

	while (g->next < g->end && in_order(g)) {
		int64_t now = clock_now_ns();
		struct load_connection *c = load_pool_free(&g->pool);

		if (!c || (open && g->due_ns > now))
			return 0;
		if (load_pool_give(&g->pool, c, g->next++, open ? g->due_ns : now, e))
			return -1;
		if (open)
			g->due_ns += draw_gap_ns(g);
	}
	return 0;
}

/* Ends the phase early: what is on its way counts as timed out, and in the open loop also what
 * was still to come, for it would have been late. */
static void stop(struct engine *g)
{
	struct load_phase *phase = g->pool.phase;

	phase->stopped = true;
	load_pool_fail_overdue(&g->pool, INT64_MAX);
	if (g->pool.open)
		phase->errors[LOAD_TIMEOUT] += g->end - g->next;
	g->next = g->end;
}

/* Until something comes, or something is due: a tick, the phase's end, the next request. */
static int wait_events(struct engine *g, struct err *e)
{
	int64_t until = g->tick_ns < g->last_ns ? g->tick_ns : g->last_ns;

	if (g->pool.open && g->next < g->end && g->due_ns < until && load_pool_free(&g->pool) &&
	    in_order(g))
		until = g->due_ns;
	return load_pool_wait(&g->pool, until, e);
}

/* Every TICK_NS. False: whoever asked for the load wants it ended. */
static bool tick(struct engine *g, int64_t now)
{
	g->tick_ns = now + TICK_NS;
	load_pool_fail_overdue(&g->pool, now);
	return !g->plan->tick || g->plan->tick(g->plan->tick_arg);
}

static int run_loop(struct engine *g, struct err *e)
{
	while (g->next < g->end || g->pool.busy > 0) {
		int64_t now = clock_now_ns();

		if ((now >= g->tick_ns && !tick(g, now)) || now >= g->last_ns) {
			stop(g);
			break;
		}
		if (dispatch(g, e) || wait_events(g, e))
			return -1;
	}
	return 0;
}

/* The phase's quantiles, of p->latencies. */
static void sum_up(struct load_pool *p)
{
	size_t n = p->latency_count;

	summary_sort(p->latencies, n);
	if (n == 0)
		return;
	p->phase->p50_ns = (int64_t)summary_quantile(p->latencies, n, 0.50);
	p->phase->p95_ns = (int64_t)summary_quantile(p->latencies, n, 0.95);
	p->phase->p99_ns = (int64_t)summary_quantile(p->latencies, n, 0.99);
	p->phase->max_ns = (int64_t)p->latencies[n - 1];
}

static int run_phase(struct engine *g, struct load_phase *phase, size_t first, size_t count,
		     struct err *e)
{
	cleanup_free double *latencies = xcalloc(count + 1, sizeof(*latencies));
	struct load_pool *p = &g->pool;

	p->phase = phase;
	p->latencies = latencies;
	p->latency_count = 0;
	p->begin_ns = clock_now_ns();
	g->next = first;
	g->end = first + count;
	g->last_ns = p->begin_ns + g->plan->phase_time_ns;
	if (p->open)
		g->last_ns += (int64_t)((double)count / g->plan->rate * (double)NS_PER_S);
	g->tick_ns = p->begin_ns + TICK_NS;
	g->due_ns = p->begin_ns;
	int rc = run_loop(g, e);

	sum_up(p);
	return rc;
}

/* --- the whole ------------------------------------------------------------------------------ */

static int check_plan(const struct load_plan *plan, struct err *e)
{
	size_t open = plan->rate > 0 ? plan->open_requests : 0;
	size_t wanted = plan->cold_requests + plan->closed_requests + open;

	if (plan->connections < 1 || plan->connections > LOAD_CONNECTIONS_MAX)
		return fail(e, ERR_SPEC, 0, "%zu connections: between 1 and %d, please",
			    plan->connections, LOAD_CONNECTIONS_MAX);
	if (plan->request_count < wanted) {
		fail(e, ERR_SPEC, 0,
		     "workload.py made %zu requests, and the load takes %zu (%zu cold, %zu "
		     "in closed loop, %zu in open loop)",
		     plan->request_count, wanted, plan->cold_requests, plan->closed_requests, open);
		return hint(e, "make more in workload.py, or lower `load` in exercise.yaml");
	}
	return 0;
}

static int compare_answers(const void *a, const void *b)
{
	const struct load_answer *x = a, *y = b;

	return (x->request > y->request) - (x->request < y->request);
}

static int run_phases(struct engine *g, struct err *e)
{
	const struct load_plan *plan = g->plan;
	struct load_result *out = g->pool.out;
	size_t warm = plan->cold_requests;

	if (load_pool_connect(&g->pool, e) || run_phase(g, &out->cold, 0, warm, e))
		return -1;
	if (out->cold.stopped)
		return 0;
	if (run_phase(g, &out->closed, warm, plan->closed_requests, e))
		return -1;
	if (plan->rate <= 0 || out->closed.stopped)
		return 0;
	g->pool.open = true;
	return run_phase(g, &out->open, warm + plan->closed_requests, plan->open_requests, e);
}

int load_run(const struct load_plan *plan, struct load_result *out, struct err *e)
{
	struct engine g = {.plan = plan};

	*out = (struct load_result){.answers = NULL};
	if (check_plan(plan, e) || load_pool_open(&g.pool, plan, out, e))
		return -1;
	rng_init(&g.rng, plan->seed);
	int rc = run_phases(&g, e);

	load_pool_close(&g.pool);
	if (out->answer_count > 1)
		qsort(out->answers, out->answer_count, sizeof(*out->answers), compare_answers);
	return rc;
}

void load_result_done(struct load_result *r)
{
	for (size_t i = 0; i < r->answer_count; i++)
		str_done(&r->answers[i].body);
	free(r->answers);
	free(r->cold.words);
	free(r->closed.words);
	free(r->open.words);
	*r = (struct load_result){.answers = NULL};
}
