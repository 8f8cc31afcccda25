/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/complexity.h"

#include "../golden.h"

static void exponent_agrees_with_scipy(void **state)
{
	struct golden g = {0};

	(void)state;
	while (golden_next(&g, "complexity")) {
		size_t n = g.value_count / 2;
		struct complexity c;

		assert_true(complexity_fit(g.value, g.value + n, n, g.arg[0], &c));
		golden_same(c.exponent, g.want[0], 1e-10);
		golden_same(c.low, g.want[1], 1e-9);
		golden_same(c.high, g.want[2], 1e-9);
	}
}

static enum complexity_growth growth_of(double (*time)(double), const double *sizes, size_t n)
{
	struct complexity c;
	double times[16];

	for (size_t i = 0; i < n; i++)
		times[i] = time(sizes[i]) * (i % 2 ? 1.01 : 0.99);
	assert_true(complexity_fit(sizes, times, n, 0.95, &c));
	return c.best;
}

static double constant(double n)
{
	return 7 + 0 * n;
}

static double linear(double n)
{
	return 3e-6 * n;
}

static double linear_log(double n)
{
	return 2e-6 * n * log(n);
}

static double quadratic(double n)
{
	return 1e-8 * n * n;
}

static double exponential(double n)
{
	return 1e-7 * pow(1.618, n);
}

static void growths_are_recognised(void **state)
{
	const double wide[] = {100, 1000, 10000, 100000}, small[] = {16, 20, 24, 28};

	(void)state;
	assert_int_equal(growth_of(constant, wide, 4), GROWTH_CONSTANT);
	assert_int_equal(growth_of(linear, wide, 4), GROWTH_LINEAR);
	assert_int_equal(growth_of(linear_log, wide, 4), GROWTH_LINEAR_LOG);
	assert_int_equal(growth_of(quadratic, wide, 4), GROWTH_QUADRATIC);
	assert_int_equal(growth_of(quadratic, small, 4), GROWTH_QUADRATIC);
	assert_int_equal(growth_of(exponential, small, 4), GROWTH_EXPONENTIAL);
}

static void the_base_of_an_exponential(void **state)
{
	const double sizes[] = {10, 15, 20, 25, 30};
	double times[5];
	struct complexity c;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		times[i] = exponential(sizes[i]);
	assert_true(complexity_fit(sizes, times, 5, 0.95, &c));
	assert_true(fabs(c.base - 1.618) < 1e-6);
	assert_true(c.high - c.low > 1); /* it bends, so no exponent is claimed */
}

static void one_stalled_sample_in_three_is_outvoted(void **state)
{
	const double sizes[] = {10, 10, 10, 20, 20, 20, 40, 40, 40, 80, 80, 80};
	const double times[] = {1, 1, 9, 2, 2, 2, 4, 4, 4, 8, 8, 8};
	struct complexity c;

	(void)state;
	assert_true(complexity_fit(sizes, times, 12, 0.95, &c));
	assert_int_equal(c.sizes, 4);
	assert_true(fabs(c.exponent - 1) < 1e-9);
}

static void refuses_what_cannot_be_fitted(void **state)
{
	const double sizes[] = {1, 2, 3, 3}, four[] = {1, 2, 3, 4}, times[] = {1, 2, 0, 4};
	struct complexity c;

	(void)state;
	assert_false(complexity_fit(sizes, four, 4, 0.95, &c));
	assert_false(complexity_fit(four, times, 4, 0.95, &c));
	assert_false(complexity_fit(four, four, 3, 0.95, &c));
	assert_true(isnan(c.exponent));
}

UNIT_TESTS(unit(exponent_agrees_with_scipy), unit(growths_are_recognised),
	   unit(the_base_of_an_exponential), unit(one_stalled_sample_in_three_is_outvoted),
	   unit(refuses_what_cannot_be_fitted))
