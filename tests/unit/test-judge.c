/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/judge.h"

#include "unit.h"

static void every_call_has_a_seed_of_its_own(void **state)
{
	enum { CALLS = 200 };
	uint64_t seen[2 * CALLS];

	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		seen[i] = judge_call_seed(7, i);
		seen[CALLS + i] = judge_call_seed(8, i);
	}
	assert_int_equal(seen[0], 7);
	for (size_t i = 0; i < 2 * CALLS; i++) {
		assert_true(seen[i] < UINT64_C(1) << 53); /* JSON keeps it */
		for (size_t k = 0; k < i; k++)
			assert_true(seen[i] != seen[k]);
	}
	assert_true(judge_call_seed(7, 5) == seen[5]);
}

UNIT_TESTS(unit(every_call_has_a_seed_of_its_own))
