/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/levels.h"

#include "../golden.h"

static void agrees_with_analysis_of_variance(void **state)
{
	struct golden g = {0};

	(void)state;
	while (golden_next(&g, "levels")) {
		struct levels l;

		assert_true(levels_split(g.value, (size_t)g.arg[0], (size_t)g.arg[1], &l));
		golden_same(l.mean, g.want[0], 1e-10);
		golden_same(l.between, g.want[1], 1e-10);
		golden_same(l.within, g.want[2], 1e-10);
	}
}

static void one_process_tells_nothing(void **state)
{
	const double x[] = {1, 2, 3, 4};
	struct levels l;

	(void)state;
	assert_false(levels_split(x, 1, 4, &l));
	assert_false(levels_split(x, 4, 1, &l));
}

UNIT_TESTS(unit(agrees_with_analysis_of_variance), unit(one_process_tells_nothing))
