/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/clock.h"
#include "base/mem.h"
#include "bench/batch.h"

static void fast_ones_are_called_until_a_sample_lasts(void **state)
{
	const struct batch_cost costs[] = {{0, 0},
					   {30 * NS_PER_MS, 60 * NS_PER_MS},
					   {200 * NS_PER_MS, 230 * NS_PER_MS},
					   {NS_PER_MS, 30 * NS_PER_MS}};
	int64_t calls[4];
	(void)state;

	int64_t added = batch_choose(costs, 4, 10 * NS_PER_S, calls);
	assert_int_equal(calls[0], 1); /* unknown */
	assert_int_equal(calls[1], 4); /* 3.3 of them are 100 ms */
	assert_int_equal(calls[2], 1);
	assert_int_equal(calls[3], BATCH_MAX);
	assert_int_equal(added, 3 * 60 * NS_PER_MS + (BATCH_MAX - 1) * 30 * NS_PER_MS);
}

static void what_a_block_has_no_time_for_is_left_out(void **state)
{
	const struct batch_cost costs[] = {{10 * NS_PER_MS, 50 * NS_PER_MS},
					   {20 * NS_PER_MS, 50 * NS_PER_MS}};
	int64_t calls[2];
	(void)state;

	int64_t added = batch_choose(costs, 2, 350 * NS_PER_MS, calls);
	assert_true(added <= 350 * NS_PER_MS);
	assert_int_equal(calls[0], 5); /* of 10: half, as 650 ms would be needed */
	assert_int_equal(calls[1], 3); /* of 5 */
	assert_int_equal(batch_choose(costs, 2, -NS_PER_S, calls), 0);
	assert_int_equal(calls[0], 1);
}

static struct result_sample sample(int64_t wall_ns, int64_t setup_ns)
{
	return (struct result_sample){.batch = 1,
				      .wall_ns = wall_ns,
				      .setup_ns = setup_ns,
				      .total_cpu_ns = wall_ns,
				      .usage = {.cpu_ns = wall_ns, .anon_peak_bytes = wall_ns}};
}

static void calls_add_up(void **state)
{
	struct result_sample sum = sample(100, 10);
	struct result_sample second = sample(300, 30);
	struct result_sample third = sample(200, 20);
	(void)state;

	batch_add(&sum, &second);
	batch_add(&sum, &third);
	assert_int_equal(sum.batch, 3);
	assert_int_equal(sum.wall_ns, 600);
	assert_int_equal(sum.total_cpu_ns, 600);
	assert_int_equal(sum.setup_ns, 20); /* the mean */
	assert_int_equal(sum.usage.cpu_ns, 600);
	assert_int_equal(sum.usage.anon_peak_bytes, 300); /* the highest */
	assert_int_equal(json_array_size(sum.calls_ns), 3);
	assert_int_equal(json_integer_value(json_array_get(sum.calls_ns, 1)), 300);
	result_sample_done(&sum);
}

static void one_bad_call_is_the_samples_end(void **state)
{
	struct result_sample sum = sample(100, 10);
	struct result_sample bad = sample(50, 10);
	(void)state;

	bad.ending = ENDING_WRONG;
	bad.words = xstrdup("2 is not 3");
	strv_add(&bad.taints, "steal 3.0%");
	batch_add(&sum, &bad);
	assert_int_equal(sum.ending, ENDING_WRONG);
	assert_string_equal(sum.words, "2 is not 3");
	assert_int_equal(sum.taints.len, 1);
	result_sample_done(&bad);
	result_sample_done(&sum);
}

static void services_of_all_calls_count(void **state)
{
	struct result_sample sum = sample(100, 10);
	struct result_sample more = sample(50, 10);
	struct result_service *a = result_add_service(&sum);
	struct result_service *b = result_add_service(&more);
	(void)state;

	a->name = xstrdup("redis");
	a->usage.cpu_ns = 5;
	a->counters = json_pack("{s:i, s:{s:i}}", "hits", 2, "db0", "keys", 1);
	b->usage.cpu_ns = 7;
	b->counters = json_pack("{s:i, s:i, s:{s:i}}", "hits", 3, "misses", 1, "db0", "keys", 4);
	batch_add(&sum, &more);
	a = &sum.services[0];
	assert_int_equal(a->usage.cpu_ns, 12);
	assert_int_equal(json_integer_value(json_object_get(a->counters, "hits")), 5);
	assert_int_equal(json_integer_value(json_object_get(a->counters, "misses")), 1);
	assert_int_equal(
	    json_integer_value(json_object_get(json_object_get(a->counters, "db0"), "keys")), 5);
	result_sample_done(&more);
	result_sample_done(&sum);
}

UNIT_TESTS(unit(fast_ones_are_called_until_a_sample_lasts),
	   unit(what_a_block_has_no_time_for_is_left_out), unit(calls_add_up),
	   unit(one_bad_call_is_the_samples_end), unit(services_of_all_calls_count))
