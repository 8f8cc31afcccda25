/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/sample-load.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench/load.h"

/* Answers the checker sees, about: enough to catch a program that is wrong now and then. */
static const size_t KEPT = 400;
static const int64_t REQUEST_TIME_NS = 10 * NS_PER_S;

struct watch { /* what goes on with the guest meanwhile */
	struct worker *worker;
	struct looks_memory *looks;
	enum worker_event event;
	struct err *e;
	int rc;
};

/* Takes what the guest prints, notices its end; false ends the load. */
static bool tick(void *arg)
{
	struct watch *watch = arg;
	int64_t now = clock_now_ns();

	watch->rc = worker_wait(watch->worker, now, &watch->event, watch->e);
	if (watch->rc || watch->event != WORKER_DEADLINE)
		return false;
	looks_take(watch->looks, watch->worker->sandbox, now);
	return true;
}

/* What READY told; 0: nothing listens. */
static uint16_t port_of(const struct worker *w)
{
	json_error_t why;
	json_t *ready = json_loadb(w->frame.data, w->frame.len, 0, &why);
	json_int_t port = json_integer_value(json_object_get(ready, "port"));

	json_decref(ready);
	return port > 0 && port < 65536 ? (uint16_t)port : 0;
}

static int make_plan(const struct exercise_load *load, const struct sample_request *r,
		     struct worker *w, struct result_sample *out, struct load_plan *plan,
		     struct err *e)
{
	size_t total = (size_t)(load->cold_requests + load->requests + load->open_requests);

	*plan = (struct load_plan){
	    .cold_requests = (size_t)load->cold_requests,
	    .closed_requests = (size_t)load->requests,
	    .connections = (size_t)load->connections,
	    .rate = load->rate,
	    .open_requests = (size_t)load->open_requests,
	    .seed = out->input_seed,
	    .keep_every = total / KEPT + 1,
	    .phase_time_ns = r->time_ns,
	    .request_time_ns = r->time_ns < REQUEST_TIME_NS ? r->time_ns : REQUEST_TIME_NS,
	    .port = port_of(w),
	};
	plan->netns_fd = sandbox_netns_fd(w->sandbox, e);
	if (plan->netns_fd < 0)
		return -1;
	return load_parse(plan, r->inputs->items[0].data, r->inputs->items[0].len, e);
}

/* "3 of 400 requests failed (2 timed out, 1 not HTTP): GET /x HTTP/1.1: ..." */
static char *failure_words(const struct load_phase *p, const char *loop)
{
	struct str words = STR_INIT;
	const char *separator = " (";

	str_addf(&words, "%zu of %zu requests failed in the %s loop", load_phase_errors(p), p->sent,
		 loop);
	for (size_t i = 0; i < LOAD_ERRORS; i++) {
		if (p->errors[i] == 0)
			continue;
		str_addf(&words, "%s%zu %s", separator, p->errors[i],
			 load_error_name((enum load_error)i));
		separator = ", ";
	}
	str_addf(&words, "): %s", p->words ? p->words : "out of time");
	return str_take(&words);
}

/* In the open loop a request that came too late is a slow program, not a wrong one. */
static bool is_wrong(const struct load_phase *open)
{
	return open->errors[LOAD_STATUS] || open->errors[LOAD_GARBLED] || open->errors[LOAD_RESET];
}

static void judge(const struct load_result *r, const struct sample_request *request,
		  struct result_sample *out)
{
	out->ending = ENDING_OK;
	if (r->cold.stopped || r->closed.stopped) {
		out->ending = ENDING_LIMIT_TIME;
		out->words = xasprintf("answered %zu requests in %lld s, and there were more",
				       r->cold.answered + r->closed.answered,
				       (long long)(request->time_ns / NS_PER_S));
	} else if (load_phase_errors(&r->cold) > 0) {
		out->ending = ENDING_WRONG;
		out->words = failure_words(&r->cold, "cold");
	} else if (load_phase_errors(&r->closed) > 0) {
		out->ending = ENDING_WRONG;
		out->words = failure_words(&r->closed, "closed");
	} else if (is_wrong(&r->open)) {
		out->ending = ENDING_WRONG;
		out->words = failure_words(&r->open, "open");
	}
}

static double a_second(const struct load_phase *p)
{
	return p->wall_ns > 0 ? (double)p->answered * (double)NS_PER_S / (double)p->wall_ns : 0;
}

static void note_figures(const struct load_result *r, double rate, struct result_sample *out)
{
	out->wall_ns = r->closed.wall_ns;
	out->latency = (struct result_latency){
	    .rate = rate,
	    .p50_ns = r->open.p50_ns,
	    .p95_ns = r->open.p95_ns,
	    .p99_ns = r->open.p99_ns,
	    .max_ns = r->open.max_ns,
	    .requests = (int64_t)(r->cold.sent + r->closed.sent + r->open.sent),
	    .errors = (int64_t)(load_phase_errors(&r->cold) + load_phase_errors(&r->closed) +
				load_phase_errors(&r->open)),
	    .throughput = a_second(&r->closed),
	    .cold_throughput = a_second(&r->cold),
	};
}

static int run(const struct load_plan *plan, struct watch *watch,
	       const struct sample_request *request, struct result_sample *out, struct str *output,
	       struct err *e)
{
	cleanup(load_result_done) struct load_result result = {.answers = NULL};

	if (load_run(plan, &result, e) || watch->rc)
		return -1;
	note_figures(&result, plan->rate, out);
	if (watch->event != WORKER_DEADLINE)
		return 0;
	judge(&result, request, out);
	str_clear(output);
	load_output(&result, output);
	return 1;
}

int sample_load(const struct exercise_load *load, const struct sample_request *request,
		struct worker *w, struct looks_memory *looks, struct result_sample *out,
		struct str *output, enum worker_event *event, struct err *e)
{
	cleanup(load_plan_done) struct load_plan plan = {.requests = NULL};
	struct watch watch = {w, looks, WORKER_DEADLINE, e, 0};

	if (make_plan(load, request, w, out, &plan, e))
		return -1;
	plan.tick = tick;
	plan.tick_arg = &watch;
	str_clear(output);
	if (plan.port == 0) {
		out->ending = ENDING_ERROR;
		out->words = xstrdup("the file has no handle(ctx, request): this exercise measures "
				     "a web application");
		return 1;
	}
	int rc = run(&plan, &watch, request, out, output, e);

	*event = watch.event;
	return rc;
}
