/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/dist.h"

#include "../golden.h"

static void normal_agrees_with_scipy(void **state)
{
	struct golden g = {0};

	(void)state;
	while (golden_next(&g, "normal_cdf"))
		golden_same(dist_normal_cdf(g.value[0]), g.want[0], 1e-12);
	g = (struct golden){0};
	while (golden_next(&g, "normal_quantile"))
		golden_same(dist_normal_quantile(g.value[0]), g.want[0], 1e-9);
}

static void student_agrees_with_scipy(void **state)
{
	struct golden g = {0};

	(void)state;
	while (golden_next(&g, "t_cdf"))
		golden_same(dist_t_cdf(g.value[0], g.arg[0]), g.want[0], 1e-9);
	g = (struct golden){0};
	while (golden_next(&g, "t_quantile"))
		golden_same(dist_t_quantile(g.value[0], g.arg[0]), g.want[0], 1e-9);
}

static void quantiles_of_nonsense_are_nan(void **state)
{
	(void)state;
	assert_true(isnan(dist_normal_quantile(0)));
	assert_true(isnan(dist_normal_quantile(1)));
	assert_true(isnan(dist_normal_quantile(NAN)));
	assert_true(isnan(dist_t_quantile(0.5, 0)));
	assert_true(isnan(dist_t_cdf(NAN, 3)));
}

UNIT_TESTS(unit(normal_agrees_with_scipy), unit(student_agrees_with_scipy),
	   unit(quantiles_of_nonsense_are_nan))
