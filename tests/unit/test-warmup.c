/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/warmup.h"

#include "../golden.h"
#include "base/rng.h"

static void cuts_are_the_best_there_are(void **state)
{
	struct golden g = {0};

	(void)state;
	while (golden_next(&g, "warmup")) {
		struct warmup w;

		assert_true(warmup_find(g.value, g.value_count, &w));
		assert_int_equal(w.segment_count, g.want_count);
		for (size_t i = 0; i < w.segment_count; i++)
			assert_int_equal(w.segments[i].first, (size_t)g.want[i]);
	}
}

/* Appends iterations of one level with 1 % of noise. */
static size_t add(double *x, size_t n, size_t count, double level, struct rng *rng)
{
	for (size_t i = 0; i < count; i++)
		x[n + i] = level * exp(0.01 * rng_normal(rng));
	return n + count;
}

static void a_warm_up_is_taken_apart(void **state)
{
	double x[200];
	struct warmup w;
	struct rng rng;

	(void)state;
	rng_init(&rng, 1);
	size_t n = add(x, add(x, 0, 15, 5, &rng), 100, 1, &rng);
	x[60] = 30; /* a collection is no new level */
	assert_true(warmup_find(x, n, &w));
	assert_int_equal(w.shape, WARMUP_WARMS);
	assert_int_equal(w.steady_first, 15);
	assert_true(fabs(w.steady - 1) < 0.01 && fabs(w.to_steady - 75) < 2);
	assert_true(w.cold == x[0]);
}

static void a_slow_first_call_is_seen(void **state)
{
	double x[60];
	struct warmup w;
	struct rng rng;

	(void)state;
	rng_init(&rng, 2);
	add(x, 0, 60, 1, &rng);
	x[0] = 40;
	assert_true(warmup_find(x, 60, &w));
	assert_int_equal(w.shape, WARMUP_WARMS);
	assert_int_equal(w.steady_first, 1);
}

static void shapes(void **state)
{
	struct warmup w;
	struct rng rng;
	double x[200];
	size_t n;

	(void)state;
	rng_init(&rng, 3);
	n = add(x, 0, 100, 1, &rng);
	assert_true(warmup_find(x, n, &w));
	assert_int_equal(w.shape, WARMUP_FLAT);
	assert_true(w.steady_first == 0 && w.to_steady == 0);
	n = add(x, n, 100, 1.2, &rng);
	assert_true(warmup_find(x, n, &w));
	assert_int_equal(w.shape, WARMUP_SLOWS);
	n = add(x, add(x, 0, 100, 1.2, &rng), 10, 1, &rng);
	assert_true(warmup_find(x, n, &w));
	assert_int_equal(w.shape, WARMUP_UNSTEADY);
	assert_true(isnan(w.steady) && w.steady_first == n);
}

static void equal_times_are_flat(void **state)
{
	double x[50];
	struct warmup w;

	(void)state;
	for (size_t i = 0; i < 50; i++)
		x[i] = 0.125;
	assert_true(warmup_find(x, 50, &w));
	assert_int_equal(w.shape, WARMUP_FLAT);
	assert_true(w.steady == 0.125);
}

static void a_staircase_fits_into_the_segments(void **state)
{
	static double x[2000];
	struct warmup w;
	struct rng rng;
	size_t n = 0;

	(void)state;
	rng_init(&rng, 4);
	for (size_t i = 0; i < 50; i++)
		n = add(x, n, 40, 1 + (double)(i % 7), &rng);
	assert_true(warmup_find(x, n, &w));
	assert_int_equal(w.segment_count, WARMUP_MAX_SEGMENTS);
	assert_int_equal(w.segments[0].first, 0);
	for (size_t i = 1; i < w.segment_count; i++)
		assert_int_equal(w.segments[i].first,
				 w.segments[i - 1].first + w.segments[i - 1].count);
}

static void refuses_too_little(void **state)
{
	double x[20] = {1, 1, 1, 0};
	struct warmup w;

	(void)state;
	assert_false(warmup_find(x, 19, &w));
	assert_false(warmup_find(x, 20, &w));
}

static void break_even(void **state)
{
	const double jit[] = {5, 5, 1}, plain[] = {2, 2, 2};
	struct warmup_series a = {10, jit, 3, 1}, b = {1, plain, 3, 2};
	struct warmup_series never = {10, jit, 3, 3}, faster = {0, plain, 3, 1};

	(void)state;
	/* After three calls 21 against 7: fourteen calls more to draw level, one to be ahead. */
	assert_true(warmup_break_even(&a, &b) == 18);
	assert_true(isinf(warmup_break_even(&never, &b)));
	assert_true(warmup_break_even(&faster, &a) == 0);
	assert_true(isinf(warmup_break_even(&b, &a)));
}

UNIT_TESTS(unit(cuts_are_the_best_there_are), unit(a_warm_up_is_taken_apart),
	   unit(a_slow_first_call_is_seen), unit(shapes), unit(equal_times_are_flat),
	   unit(a_staircase_fits_into_the_segments), unit(refuses_too_little), unit(break_even))
