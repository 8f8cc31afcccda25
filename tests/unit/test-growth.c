/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "bench/growth.h"

/* A series whose time at each value is that of `time`, three calls each. */
static struct result series(const double *values, size_t count, double (*time)(double))
{
	struct result r = {.growths = NULL};
	struct result_growth *g = result_add_growth(&r);

	result_add_variant(&r)->name = xstrdup("baseline");
	r.exercise = xstrdup("algorithm");
	g->parameter = xstrdup("length");
	g->values = json_array();
	g->times_ns = json_array();
	for (size_t i = 0; i < count; i++) {
		json_int_t ns = llround(1e6 * time(values[i]));

		json_array_append_new(g->values, json_real(values[i]));
		json_array_append_new(g->times_ns, json_pack("[I, I, I]", ns + 100, ns, ns * 9));
	}
	return r;
}

/* A fixed part of 2 ms, as starting takes. */
static double squares(double n)
{
	return 2 + n * n / 100;
}

static double powers_of_three(double n)
{
	return 1 + pow(3, n) / 1000;
}

static void the_fixed_part_does_not_blur_the_exponent(void **state)
{
	static const double values[] = {4, 8, 16, 32, 64, 128, 256, 512};
	struct result r = series(values, 8, squares);
	(void)state;

	assert_true(growth_fit(&r.growths[0]));
	assert_true(r.growths[0].exponent > 1.9 && r.growths[0].exponent < 2.1);
	assert_true(r.growths[0].low < 2 && r.growths[0].high > 1.95);
	assert_string_equal(r.growths[0].nearest, "n^2");
	assert_int_equal(r.growths[0].fitted, 4);
	result_done(&r);
}

static void an_exponential_is_called_one(void **state)
{
	static const double values[] = {4, 5, 6, 7, 8, 9, 10};
	struct result r = series(values, 7, powers_of_three);
	(void)state;

	assert_true(growth_fit(&r.growths[0]));
	assert_string_equal(r.growths[0].nearest, "exponential");
	result_done(&r);
}

static void three_values_are_too_few(void **state)
{
	static const double values[] = {4, 8, 16};
	struct result r = series(values, 3, squares);
	cleanup(str_done) struct str out = STR_INIT;
	(void)state;

	assert_false(growth_fit(&r.growths[0]));
	assert_true(isnan(r.growths[0].exponent));
	growth_print(&r, &out);
	assert_non_null(strstr(out.data, "too few values"));
	result_done(&r);
}

static void why_a_series_ended_is_said(void **state)
{
	static const double values[] = {4, 8, 16, 32};
	struct result r = series(values, 4, squares);
	cleanup(str_done) struct str out = STR_INIT;
	(void)state;

	growth_fit(&r.growths[0]);
	r.growths[0].words = xstrdup("ended at 512: RecursionError");
	growth_print(&r, &out);
	assert_non_null(strstr(out.data, "baseline: ended at 512: RecursionError."));
	result_done(&r);
}

UNIT_TESTS(unit(the_fixed_part_does_not_blur_the_exponent), unit(an_exponential_is_called_one),
	   unit(three_values_are_too_few), unit(why_a_series_ended_is_said))
