/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/ready.h"

#include "base/clock.h"
#include "unit.h"

static const int64_t LIMIT = 10 * NS_PER_S;

static void the_limit_ends_a_guest_that_had_the_cpu(void **state)
{
	(void)state;
	assert_int_equal(ready_more_ns(LIMIT, LIMIT, 0), 0);
	assert_int_equal(ready_more_ns(LIMIT, 14 * NS_PER_S, 4 * NS_PER_S), 0);
}

static void a_starved_guest_gets_what_was_taken_from_it(void **state)
{
	(void)state;
	assert_int_equal(ready_more_ns(LIMIT, LIMIT, 8 * NS_PER_S), 8 * NS_PER_S);
	assert_int_equal(ready_more_ns(LIMIT, 18 * NS_PER_S, 14 * NS_PER_S), 6 * NS_PER_S);
	/* Not a look at the machine each millisecond. */
	assert_true(ready_more_ns(LIMIT, LIMIT, 1) >= 100 * NS_PER_MS);
}

static void patience_ends(void **state)
{
	(void)state;
	assert_int_equal(ready_more_ns(LIMIT, 58 * NS_PER_S, 57 * NS_PER_S), 2 * NS_PER_S);
	assert_int_equal(ready_more_ns(LIMIT, READY_PATIENCE * LIMIT, 59 * NS_PER_S), 0);
}

UNIT_TESTS(unit(the_limit_ends_a_guest_that_had_the_cpu),
	   unit(a_starved_guest_gets_what_was_taken_from_it), unit(patience_ends))
