/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/amdahl.h"

#include "../golden.h"

static void agrees_with_scipy(void **state)
{
	struct golden g = {0};

	(void)state;
	while (golden_next(&g, "amdahl")) {
		size_t n = g.value_count / 2;
		struct amdahl a;

		assert_true(amdahl_fit(g.value, g.value + n, n, g.arg[0], &a));
		golden_same(a.serial, g.want[0], 1e-6);
		golden_same(a.one, g.want[1], 1e-6);
		assert_true(a.low <= a.serial && a.serial <= a.high);
		assert_true(a.low >= 0 && a.high <= 1);
	}
}

static void an_exact_law_has_no_width(void **state)
{
	const double cpus[] = {1, 2, 4, 8}, times[] = {10, 6, 4, 3}; /* a fifth is serial */
	struct amdahl a;

	(void)state;
	assert_true(amdahl_fit(cpus, times, 4, 0.95, &a));
	assert_true(fabs(a.serial - 0.2) < 1e-6 && a.high - a.low < 1e-5);
	assert_true(fabs(a.one - 10) < 1e-5);
}

static void more_cpus_that_cost_time_are_all_serial(void **state)
{
	const double cpus[] = {1, 2, 4}, times[] = {10, 11, 14};
	struct amdahl a;

	(void)state;
	assert_true(amdahl_fit(cpus, times, 3, 0.95, &a));
	assert_true(a.serial > 0.999);
}

static void refuses_what_cannot_be_fitted(void **state)
{
	const double same[] = {2, 2, 2}, cpus[] = {1, 2, 4}, times[] = {1, 0.5, -1};
	struct amdahl a;

	(void)state;
	assert_false(amdahl_fit(same, cpus, 3, 0.95, &a));
	assert_false(amdahl_fit(cpus, times, 3, 0.95, &a));
	assert_false(amdahl_fit(cpus, cpus, 2, 0.95, &a));
}

UNIT_TESTS(unit(agrees_with_scipy), unit(an_exact_law_has_no_width),
	   unit(more_cpus_that_cost_time_are_all_serial), unit(refuses_what_cannot_be_fitted))
