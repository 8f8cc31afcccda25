/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "spec/usage.h"

static void counters_subtract_and_levels_stay(void **state)
{
	struct usage before = {.cpu_ns = 10, .memory_bytes = 5, .anon_peak_bytes = 7};
	struct usage after = {.cpu_ns = 25, .memory_bytes = 3, .anon_peak_bytes = 9};
	struct usage d;
	(void)state;

	usage_difference(&before, &after, &d);
	assert_int_equal(d.cpu_ns, 15);
	assert_int_equal(d.memory_bytes, 3);
	assert_int_equal(d.anon_peak_bytes, 9);
}

static void unknown_stays_unknown(void **state)
{
	struct usage before = {.context_switches_voluntary = -1};
	struct usage after = {.context_switches_voluntary = 4, .context_switches_involuntary = -1};
	struct usage d;
	(void)state;

	usage_difference(&before, &after, &d);
	assert_int_equal(d.context_switches_voluntary, -1);
	assert_int_equal(d.context_switches_involuntary, -1);
}

static void may_write_over_an_argument(void **state)
{
	struct usage before = {.cpu_ns = 1}, after = {.cpu_ns = 3};
	(void)state;

	usage_difference(&before, &after, &before);
	assert_int_equal(before.cpu_ns, 2);
}

static void switches_of_ended_threads_are_unknown(void **state)
{
	struct usage before = {.context_switches_voluntary = 40};
	struct usage after = {.context_switches_voluntary = 9, .context_switches_involuntary = 2};
	struct usage d;
	(void)state;

	usage_difference(&before, &after, &d);
	assert_int_equal(d.context_switches_voluntary, -1);
	assert_int_equal(d.context_switches_involuntary, 2);
}

static void calls_that_were_not_counted_stay_unknown(void **state)
{
	struct usage_io before = {.read_calls = 3, .write_calls = -1, .read_bytes = 10};
	struct usage_io after = {.read_calls = 9, .write_calls = -1, .read_bytes = 74};
	struct usage_io d;
	(void)state;

	usage_io_difference(&before, &after, &d);
	assert_int_equal(d.read_calls, 6);
	assert_int_equal(d.read_bytes, 64);
	assert_int_equal(d.write_calls, -1);
}

UNIT_TESTS(unit(calls_that_were_not_counted_stay_unknown), unit(counters_subtract_and_levels_stay),
	   unit(unknown_stays_unknown), unit(may_write_over_an_argument),
	   unit(switches_of_ended_threads_are_unknown))
