/* SPDX-License-Identifier: Apache-2.0 */
/* The load generator against a small server (load-server.h). */
#include "bench/load.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "load-server.h"
#include "sandbox/ns.h"
#include "unit.h"

static struct load_plan plan_of(const char *json)
{
	struct load_plan plan = {
	    .connections = 8,
	    .seed = 11,
	    .keep_every = 1,
	    .phase_time_ns = 10 * NS_PER_S,
	    .request_time_ns = 5 * NS_PER_S,
	    .netns_fd = -1,
	    .port = server_port,
	};
	struct err e;

	if (load_parse(&plan, json, strlen(json), &e))
		fail_msg("%s", e.msg);
	return plan;
}

/* `count` requests that repeat the given ones. */
static struct load_plan plan_repeating(const char *const *items, size_t item_count, size_t count)
{
	cleanup(str_done) struct str json = STR_INIT;

	str_add(&json, "{\"requests\": [");
	for (size_t i = 0; i < count; i++)
		str_addf(&json, "%s%s", i ? "," : "", items[i % item_count]);
	str_add(&json, "]}");
	return plan_of(json.data);
}

static void run(struct load_plan *plan, struct load_result *r)
{
	struct err e;

	if (load_run(plan, r, &e))
		fail_msg("%s", e.msg);
}

static void closed_loop_sends_all_and_keeps_connections(void **state)
{
	const char *items[] = {"[\"GET\", \"/ok\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 1, 500);
	cleanup(load_result_done) struct load_result r;

	(void)state;
	plan.closed_requests = 500;
	run(&plan, &r);
	assert_int_equal(r.closed.answered, 500);
	assert_int_equal(load_phase_errors(&r.closed), 0);
	assert_int_equal(r.connects, 8);
	assert_int_equal(r.answer_count, 500);
	assert_string_equal(r.answers[499].body.data, "ok");
	assert_true(r.closed.wall_ns > 0 && r.closed.p50_ns > 0);
	assert_true(r.closed.p50_ns <= r.closed.p99_ns && r.closed.p99_ns <= r.closed.max_ns);
	assert_false(r.closed.stopped);
}

static void the_cold_phase_is_timed_apart(void **state)
{
	const char *items[] = {"[\"GET\", \"/stall\"]", "[\"GET\", \"/ok\"]", "[\"GET\", \"/ok\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 3, 3);
	cleanup(load_result_done) struct load_result r;

	(void)state;
	plan.cold_requests = 1;
	plan.closed_requests = 2;
	run(&plan, &r);
	assert_int_equal(r.cold.answered, 1);
	assert_int_equal(r.closed.answered, 2);
	assert_true(r.cold.wall_ns >= STALL_MS * NS_PER_MS);
	assert_int_equal(r.closed.sent, 2);
	assert_int_equal(r.answer_count, 3);
}

/* With 8 connections, every answer has the one value that the order of the list gives it. */
static void a_write_is_alone_in_the_closed_loop(void **state)
{
	const char *items[] = {"[\"GET\", \"/count\"]", "[\"GET\", \"/count\"]",
			       "[\"GET\", \"/count\"]", "[\"POST\", \"/add\", \"x\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 4, 200);
	cleanup(load_result_done) struct load_result r;

	(void)state;
	plan.closed_requests = 200;
	run(&plan, &r);
	assert_int_equal(r.answer_count, 200);
	for (size_t i = 0; i < 200; i++) {
		char want[16];

		snprintf(want, sizeof(want), "%zu", (i + 1) / 4);
		assert_string_equal(r.answers[i].body.data, want);
		if (i % 4 != 3) {
			assert_int_equal(r.answers[i].seen_least, i / 4);
			assert_int_equal(r.answers[i].seen_most, i / 4);
		}
	}
}

static void open_loop_answers_lie_within_what_they_may_have_seen(void **state)
{
	const char *items[] = {"[\"GET\", \"/count\"]", "[\"GET\", \"/count\"]",
			       "[\"POST\", \"/add\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 3, 300);
	cleanup(load_result_done) struct load_result r;

	(void)state;
	plan.rate = 3000;
	plan.open_requests = 300;
	run(&plan, &r);
	assert_int_equal(r.open.answered, 300);
	for (size_t i = 0; i < 300; i++) {
		size_t got = strtoul(r.answers[i].body.data, NULL, 10);

		assert_true(r.answers[i].open);
		assert_in_range(got, r.answers[i].seen_least, r.answers[i].seen_most);
	}
}

/*
 * One stall at the start of a stream of requests every 2 ms: in a closed loop
 * on one connection it would spoil one latency, and the median would be well
 * below a millisecond. Counted from the intended start, everyone who came
 * during the stall was late.
 */
static void open_loop_counts_from_the_intended_start(void **state)
{
	cleanup(str_done) struct str json = STR_INIT;
	struct load_result r;

	(void)state;
	str_add(&json, "{\"requests\": [[\"GET\", \"/stall\"]");
	for (int i = 0; i < 50; i++)
		str_add(&json, ",[\"GET\", \"/ok\"]");
	str_add(&json, "]}");
	cleanup(load_plan_done) struct load_plan plan = plan_of(json.data);

	plan.connections = 1;
	plan.rate = 500;
	plan.open_requests = 51;
	run(&plan, &r);
	assert_int_equal(r.open.answered, 51);
	assert_true(r.open.max_ns >= STALL_MS * NS_PER_MS);
	assert_true(r.open.p50_ns >= 20 * NS_PER_MS);
	load_result_done(&r);
}

static void open_loop_keeps_its_rate(void **state)
{
	const char *items[] = {"[\"GET\", \"/ok\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 1, 400);
	cleanup(load_result_done) struct load_result r;

	(void)state;
	plan.rate = 1000;
	plan.open_requests = 400;
	run(&plan, &r);
	/* 400 exponential steps of 1 ms: 0.4 s within 5 standard errors, and no upper bound on a
	 * busy machine. */
	assert_true(r.open.wall_ns > 300 * NS_PER_MS);
}

static void every_error_has_its_name(void **state)
{
	const char *items[] = {
	    "[\"GET\", \"/500\"]",   "[\"GET\", \"/garbage\"]", "[\"GET\", \"/drop\"]",
	    "[\"GET\", \"/never\"]", "[\"GET\", \"/extra\"]",   "[\"GET\", \"/ok\"]",
	};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 6, 6);
	cleanup(load_result_done) struct load_result r;

	(void)state;
	plan.closed_requests = 6;
	plan.connections = 1;
	plan.request_time_ns = 300 * NS_PER_MS;
	run(&plan, &r);
	assert_int_equal(r.closed.errors[LOAD_STATUS], 1);
	assert_int_equal(r.closed.errors[LOAD_GARBLED], 2);
	assert_int_equal(r.closed.errors[LOAD_RESET], 1);
	assert_int_equal(r.closed.errors[LOAD_TIMEOUT], 1);
	assert_int_equal(r.closed.answered, 1);
	assert_string_equal(r.closed.words, "GET /500 HTTP/1.1: status 500: division by zero");
}

static void a_server_that_closes_is_connected_to_again(void **state)
{
	const char *items[] = {"[\"GET\", \"/close\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 1, 40);
	cleanup(load_result_done) struct load_result r;

	(void)state;
	plan.closed_requests = 40;
	plan.connections = 2;
	run(&plan, &r);
	assert_int_equal(r.closed.answered, 40);
	assert_in_range(r.connects, 40, 42);
}

static void reaches_into_the_network_of_a_lab(void **state)
{
	const char *items[] = {"[\"GET\", \"/ok\"]"};
	struct err e;

	if (geteuid() != 0)
		skip();
	cleanup_fd int network = ns_new_network(NULL, &e);

	assert_true(network >= 0);
	start_server_in(network);
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 1, 50);
	cleanup(load_result_done) struct load_result r;

	plan.netns_fd = network;
	plan.closed_requests = 50;
	run(&plan, &r);
	stop_server(state);
	assert_int_equal(r.closed.answered, 50);
}

static void nobody_listens(void **state)
{
	const char *items[] = {"[\"GET\", \"/ok\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 1, 20);
	cleanup(load_result_done) struct load_result r;

	(void)state;
	plan.port = 1;
	plan.closed_requests = 20;
	run(&plan, &r);
	assert_int_equal(r.closed.errors[LOAD_REFUSED], 20);
	assert_non_null(strstr(r.closed.words, "refused"));
}

static bool never_again(void *arg)
{
	(*(int *)arg)++;
	return false;
}

static void the_tick_ends_a_phase(void **state)
{
	const char *items[] = {"[\"GET\", \"/never\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 1, 100);
	cleanup(load_result_done) struct load_result r;
	int ticks = 0;

	(void)state;
	plan.closed_requests = 50;
	plan.rate = 10;
	plan.open_requests = 50;
	plan.tick = never_again;
	plan.tick_arg = &ticks;
	run(&plan, &r);
	assert_true(r.closed.stopped);
	assert_int_equal(ticks, 1);
	assert_int_equal(r.open.sent, 0);
}

static void time_ends_a_phase(void **state)
{
	const char *items[] = {"[\"GET\", \"/never\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 1, 100);
	cleanup(load_result_done) struct load_result r;

	(void)state;
	plan.rate = 1000;
	plan.open_requests = 100;
	plan.phase_time_ns = 100 * NS_PER_MS;
	run(&plan, &r);
	assert_true(r.open.stopped);
	assert_int_equal(r.open.errors[LOAD_TIMEOUT], 100);
}

static void few_are_kept_and_nobody_can_tell_which(void **state)
{
	const char *items[] = {"[\"GET\", \"/ok\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 1, 1000);
	struct load_result a, b;

	(void)state;
	plan.closed_requests = 1000;
	plan.keep_every = 10;
	run(&plan, &a);
	plan.seed++;
	run(&plan, &b);
	assert_in_range(a.answer_count, 60, 140);
	assert_in_range(b.answer_count, 60, 140);
	assert_true(a.answer_count != b.answer_count ||
		    a.answers[0].request != b.answers[0].request ||
		    a.answers[1].request != b.answers[1].request);
	load_result_done(&a);
	load_result_done(&b);
}

static void the_checker_gets_json(void **state)
{
	const char *items[] = {"[\"GET\", \"/ok\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 1, 2);
	cleanup(load_result_done) struct load_result r;
	cleanup(str_done) struct str json = STR_INIT;

	(void)state;
	plan.closed_requests = 1;
	plan.open_requests = 1;
	plan.rate = 1000;
	run(&plan, &r);
	load_output(&r, &json);
	assert_string_equal(
	    json.data,
	    "{\"answers\":["
	    "{\"body\":\"ok\",\"phase\":\"closed\",\"request\":0,\"seen\":[0,0],\"status\":200},"
	    "{\"body\":\"ok\",\"phase\":\"open\",\"request\":1,\"seen\":[0,0],\"status\":200}]}");
}

static void a_workload_that_cannot_be_sent_is_refused(void **state)
{
	static const char *const texts[] = {
	    "[]",
	    "{}",
	    "{\"requests\": [[\"GET\"]]}",
	    "{\"requests\": [[\"GET\", \"no-slash\"]]}",
	    "{\"requests\": [[\"GET\", \"/two lines\\r\\nX: y\"]]}",
	    "{\"requests\": [[\"GET /x\", \"/\"]]}",
	    "{\"requests\": [[\"POST\", \"/\", 3]]}",
	    "{\"requests\": [[\"POST\", \"/\", \"a\", \"b\"]]}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct load_plan plan = {.requests = NULL};
		struct err e = {.kind = ERR_NONE};

		assert_int_equal(load_parse(&plan, texts[i], strlen(texts[i]), &e), -1);
		assert_int_equal(e.kind, ERR_SPEC);
		load_plan_done(&plan);
	}
}

static void too_few_requests_are_said_to_be(void **state)
{
	const char *items[] = {"[\"GET\", \"/ok\"]"};
	cleanup(load_plan_done) struct load_plan plan = plan_repeating(items, 1, 5);
	struct load_result r;
	struct err e;

	(void)state;
	plan.closed_requests = 6;
	assert_int_equal(load_run(&plan, &r, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
	assert_non_null(strstr(e.msg, "5 requests"));
	load_result_done(&r);
}

#define with_server(test) cmocka_unit_test_setup_teardown(test, start_server, stop_server)

UNIT_TESTS(with_server(the_cold_phase_is_timed_apart),
	   with_server(closed_loop_sends_all_and_keeps_connections),
	   with_server(a_write_is_alone_in_the_closed_loop),
	   with_server(open_loop_answers_lie_within_what_they_may_have_seen),
	   with_server(open_loop_counts_from_the_intended_start),
	   with_server(open_loop_keeps_its_rate), with_server(every_error_has_its_name),
	   with_server(a_server_that_closes_is_connected_to_again),
	   unit(reaches_into_the_network_of_a_lab), unit(nobody_listens),
	   with_server(the_tick_ends_a_phase), with_server(time_ends_a_phase),
	   with_server(few_are_kept_and_nobody_can_tell_which), with_server(the_checker_gets_json),
	   unit(a_workload_that_cannot_be_sent_is_refused), unit(too_few_requests_are_said_to_be))
