/* SPDX-License-Identifier: Apache-2.0 */
#include "../bootstrap.h"

#include "../golden.h"

static double mean(const double *x, size_t n, void *arg)
{
	(void)arg;
	return summary_mean(x, n);
}

static double mean_error(const double *x, size_t n, void *arg)
{
	(void)arg;
	return sqrt(summary_variance(x, n) / (double)n);
}

/* Two random number generators: the bounds agree to a few per cent of the width. */
static void bca_agrees_with_scipy(void **state)
{
	struct golden g = {0};

	(void)state;
	while (golden_next(&g, "bca_mean")) {
		double width = g.want[1] - g.want[0];
		struct bootstrap_bounds b =
		    bootstrap_bca(g.value, g.value_count, mean, NULL, 10000, g.arg[0], 1);

		assert_true(fabs(b.low - g.want[0]) < 0.05 * width);
		assert_true(fabs(b.high - g.want[1]) < 0.05 * width);
	}
}

static void same_seed_same_bounds(void **state)
{
	const double x[] = {3, 1, 4, 1, 5, 9, 2, 6};
	struct bootstrap_bounds a = bootstrap_bca(x, 8, mean, NULL, 500, 0.95, 7);
	struct bootstrap_bounds b = bootstrap_bca(x, 8, mean, NULL, 500, 0.95, 7);
	struct bootstrap_bounds c = bootstrap_bca(x, 8, mean, NULL, 500, 0.95, 8);

	(void)state;
	assert_true(a.low == b.low && a.high == b.high);
	assert_true(a.low != c.low || a.high != c.high);
}

static void student_is_wider_than_bca_for_few_values(void **state)
{
	const double x[] = {3, 1, 4, 1, 5, 9, 2, 6};
	struct bootstrap_bounds a = bootstrap_bca(x, 8, mean, NULL, 2000, 0.95, 7);
	struct bootstrap_bounds b = bootstrap_student(x, 8, mean, mean_error, NULL, 2000, 0.95, 7);

	(void)state;
	assert_true(b.low < 3.875 && 3.875 < b.high);
	assert_true(b.high - b.low > a.high - a.low);
}

static void constant_lists_have_no_bounds(void **state)
{
	const double x[] = {2, 2, 2, 2, 2, 2};

	(void)state;
	assert_true(isnan(bootstrap_student(x, 6, mean, mean_error, NULL, 500, 0.95, 1).low));
	assert_true(isnan(bootstrap_bca(x, 4, mean, NULL, 500, 0.95, 1).low));
}

UNIT_TESTS(unit(bca_agrees_with_scipy), unit(same_seed_same_bounds),
	   unit(student_is_wider_than_bca_for_few_values), unit(constant_lists_have_no_bounds))
