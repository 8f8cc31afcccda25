/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/summary.h"

#include "../golden.h"

static double sorted_with_arg(const char *name, const double *x, size_t n, double arg)
{
	if (strcmp(name, "quantile") == 0)
		return summary_quantile(x, n, arg);
	if (strcmp(name, "trimmed_mean") == 0)
		return summary_trimmed_mean(x, n, arg);
	if (strcmp(name, "winsorised_variance") == 0)
		return summary_winsorised_variance(x, n, arg);
	return summary_walsh(x, n, (size_t)arg);
}

static double of(const char *name, struct golden *g)
{
	double *x = g->value;
	size_t n = g->value_count;

	if (strcmp(name, "mean") == 0)
		return summary_mean(x, n);
	if (strcmp(name, "variance") == 0)
		return summary_variance(x, n);
	summary_sort(x, n);
	if (strcmp(name, "median") == 0)
		return summary_median(x, n);
	if (strcmp(name, "mad") == 0)
		return summary_mad(x, n);
	return sorted_with_arg(name, x, n, g->arg[0]);
}

static void agrees_with_scipy(void **state)
{
	static const char *const names[] = {
	    "mean", "variance", "median", "mad", "quantile", "trimmed_mean", "winsorised_variance",
	    "walsh"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct golden g = {0};

		while (golden_next(&g, names[i]))
			golden_same(of(names[i], &g), g.want[0], 1e-12);
	}
}

static void empty_lists_give_nan(void **state)
{
	(void)state;
	assert_true(isnan(summary_mean(NULL, 0)));
	assert_true(isnan(summary_median(NULL, 0)));
	assert_true(isnan(summary_mad(NULL, 0)));
	assert_true(isnan(summary_walsh(NULL, 0, 1)));
	assert_true(isnan(summary_variance((double[]){1}, 1)));
	summary_sort(NULL, 0);
}

static void one_value_is_all_of_them(void **state)
{
	const double x[] = {-3};

	(void)state;
	assert_true(summary_median(x, 1) == -3);
	assert_true(summary_quantile(x, 1, 0.99) == -3);
	assert_true(summary_mad(x, 1) == 0);
}

static void walsh_crosses_zero_exactly(void **state)
{
	const double x[] = {-1, -0.0, 0.0, 1};

	(void)state;
	assert_true(summary_walsh(x, 4, 1) == -1);
	assert_true(summary_walsh(x, 4, 5) == 0);
	assert_true(summary_walsh(x, 4, 10) == 1);
	assert_true(isnan(summary_walsh(x, 4, 11)));
}

static void sorting_puts_nan_last(void **state)
{
	double x[] = {3, NAN, 1};

	(void)state;
	summary_sort(x, 3);
	assert_true(x[0] == 1 && x[1] == 3 && isnan(x[2]));
}

UNIT_TESTS(unit(agrees_with_scipy), unit(empty_lists_give_nan), unit(one_value_is_all_of_them),
	   unit(walsh_crosses_zero_exactly), unit(sorting_puts_nan_last))
