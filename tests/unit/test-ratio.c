/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/ratio.h"

#include "../golden.h"
#include "../noise.h"

static void check_golden(const char *name)
{
	struct golden g = {0};

	while (golden_next(&g, name)) {
		bool pairs = strcmp(name, "ratio") == 0;
		size_t n = pairs ? g.value_count / 2 : g.value_count;
		struct interval i;

		ratio_interval(g.value, pairs ? g.value + n : NULL, n, g.arg[0], &i);
		golden_same(i.estimate, g.want[0], 1e-10);
		golden_same(i.low, g.want[1], 1e-10);
		golden_same(i.high, g.want[2], 1e-10);
		assert_int_equal(i.n, n);
	}
}

static void agrees_with_root_finding(void **state)
{
	(void)state;
	check_golden("ratio");
	check_golden("ratio_single");
}

static void too_few_blocks_give_nan(void **state)
{
	const double x[] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
	struct interval i;

	(void)state;
	ratio_interval(x, x, 4, 0.95, &i);
	assert_true(isnan(i.estimate) && isnan(i.low) && isnan(i.high));
	ratio_interval(x, NULL, 5, 0.95, &i);
	assert_true(i.low < i.estimate && i.estimate < i.high);
	ratio_interval(x, NULL, 6, 0.99, &i); /* sqrt(6) is below 2.58 */
	assert_true(isnan(i.low));
}

static void a_value_that_is_no_number_gives_nan(void **state)
{
	const double x[] = {0.1, 0.2, INFINITY, 0.4, 0.5, 0.6}, y[] = {0, 0, 0, 0, 0, 0.1};
	struct interval i;

	(void)state;
	ratio_interval(x, y, 6, 0.95, &i);
	assert_true(isnan(i.estimate));
	ratio_interval(y, x, 6, 0.95, &i);
	assert_true(isnan(i.low));
}

static void equal_blocks_have_no_width(void **state)
{
	double x[8];
	struct interval i;

	(void)state;
	for (size_t k = 0; k < 8; k++)
		x[k] = log(3);
	ratio_interval(x, x, 8, 0.95, &i);
	assert_true(fabs(i.estimate - 3) < 1e-12 && i.low == i.high);
	x[7] = log(4); /* most are equal still: the scale must not be 0 */
	ratio_interval(x, x, 8, 0.95, &i);
	assert_true(i.low <= 3.0001 && i.high >= 3 && i.high < 4);
}

/* One stalled block in twelve moves a mean by a tenth; it must not move this. */
static void one_wild_block_hardly_matters(void **state)
{
	double x[12];
	struct interval quiet, wild;

	(void)state;
	for (size_t k = 0; k < 12; k++)
		x[k] = 0.1 + 0.002 * (double)(k % 5);
	ratio_interval(x, NULL, 12, 0.95, &quiet);
	x[3] = 3;
	ratio_interval(x, NULL, 12, 0.95, &wild);
	assert_true(fabs(log(wild.estimate / quiet.estimate)) < 0.002);
	assert_true(wild.high < exp(0.12));
}

static void swapping_the_programs_inverts_the_interval(void **state)
{
	struct rng rng;
	double x[20], y[20], minus_x[20], minus_y[20];
	struct interval i, j;

	(void)state;
	rng_init(&rng, 3);
	for (size_t k = 0; k < 20; k++) {
		minus_x[k] = -(x[k] = rng_normal(&rng));
		minus_y[k] = -(y[k] = rng_normal(&rng));
	}
	ratio_interval(x, y, 20, 0.95, &i);
	ratio_interval(minus_x, minus_y, 20, 0.95, &j);
	assert_true(fabs(i.low * j.high - 1) < 1e-9 && fabs(i.high * j.low - 1) < 1e-9);
}

static void second_baseline_narrows_the_interval(void **state)
{
	struct noise noise;
	struct rng rng;
	double first[40], again[40];
	double with = 0, without = 0;
	struct interval i;

	(void)state;
	rng_init(&rng, 5);
	noise_init(&noise, &noise_kinds[1], &rng);
	for (size_t run = 0; run < 50; run++) {
		for (size_t k = 0; k < 40; k++) {
			struct noise_block b = noise_next_block(&noise, 1.5);

			first[k] = b.baseline - b.variant;
			again[k] = b.again - b.variant;
		}
		ratio_interval(first, again, 40, 0.95, &i);
		with += ratio_half_width(&i);
		ratio_interval(first, NULL, 40, 0.95, &i);
		without += ratio_half_width(&i);
	}
	/* sqrt(1.5 / 2) = 0.87: the variance of v - (a + a') / 2 against v - a. */
	assert_true(with < 0.9 * without);
}

static void looks_grow_and_end_at_the_last_block(void **state)
{
	struct looks l;

	(void)state;
	ratio_plan_looks(8, 200, 0.95, &l);
	assert_int_equal(l.blocks[0], 8);
	assert_int_equal(l.blocks[l.count - 1], 200);
	for (size_t i = 1; i < l.count; i++)
		assert_true(l.blocks[i] > l.blocks[i - 1]);
	assert_true(l.count <= 12);
	assert_true(l.confidence[0] > 0.95);
	ratio_plan_looks(2, 100000, 0.95, &l);
	assert_true(l.count <= RATIO_MAX_LOOKS && l.blocks[0] == RATIO_MIN_BLOCKS);
	assert_int_equal(l.blocks[l.count - 1], 100000);
}

static void one_look_costs_nothing(void **state)
{
	struct looks l;

	(void)state;
	ratio_plan_looks(10, 10, 0.95, &l);
	assert_int_equal(l.count, 1);
	assert_true(l.confidence[0] == 0.95);
	assert_true(ratio_look_confidence(&l, 3) == 0.95);
}

static struct interval made(double estimate, double low, double high)
{
	return (struct interval){estimate, low, high, 20};
}

static void the_floor_is_how_far_the_copy_came_out(void **state)
{
	struct interval up = made(1.004, 0.98, 1.03), down = made(1 / 1.004, 0.97, 1.02);
	struct interval none = made(NAN, NAN, NAN);

	(void)state;
	assert_true(fabs(ratio_noise_floor(&up) - 0.004) < 1e-12);
	assert_true(fabs(ratio_noise_floor(&down) - 0.004) < 1e-12);
	assert_true(ratio_noise_floor(&none) == 0);
}

static void verdicts(void **state)
{
	struct interval noise = made(1.005, 0.99, 1.02);
	struct {
		struct interval ratio;
		enum verdict want;
	} cases[] = {
	    {made(1.02, 1.006, 1.034), VERDICT_FASTER},
	    {made(1.018, 1.004, 1.032), VERDICT_NO_DIFFERENCE}, /* within the floor */
	    {made(0.97, 0.95, 0.99), VERDICT_SLOWER},
	    {made(0.985, 0.974, 0.996), VERDICT_NO_DIFFERENCE},
	    {made(1.05, 0.9, 1.2), VERDICT_IMPRECISE},
	    {made(2, 1.2, 3.5), VERDICT_FASTER}, /* wide, and yet beyond doubt */
	    {made(NAN, NAN, NAN), VERDICT_IMPRECISE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(ratio_verdict(&cases[i].ratio, &noise, 0.02), cases[i].want);
}

static void a_run_goes_on_while_undecided(void **state)
{
	struct interval noise = made(1.002, 0.99, 1.01);
	struct interval wide = made(2, 1.9, 2.1), narrow = made(2, 1.97, 2.03);
	struct interval same = made(1.002, 0.985, 1.019), open = made(1.015, 0.999, 1.031);
	struct interval none = made(NAN, NAN, NAN);

	(void)state;
	assert_false(ratio_enough(&wide, &noise, 0.02));
	assert_true(ratio_enough(&narrow, &noise, 0.02));
	assert_true(ratio_enough(&same, &noise, 0.02));
	assert_false(ratio_enough(&open, &noise, 0.02)); /* narrow, but 1.5 % or nothing? */
	assert_false(ratio_enough(&none, &noise, 0.02));
}

/*
 * The promise itself, small: whole runs under every kind of noise. The large
 * version is tests/bench/aa; the bounds here are its bars, widened by twice the
 * standard error of so few runs. The seeds are fixed, so this cannot flicker.
 */
static void simulated_runs_keep_the_promise(void **state)
{
	enum { RUNS = 12 };
	struct looks looks;
	double flagged = 0, covered = 0, found = 0, total = 0;

	(void)state;
	ratio_plan_looks(8, 60, 0.95, &looks);
	for (size_t kind = 0; kind < NOISE_KINDS; kind++) {
		for (uint64_t seed = 0; seed < RUNS; seed++) {
			const struct noise_kind *k = &noise_kinds[kind];
			struct noise_run same = noise_run(k, 1, &looks, 0.02, seed);
			struct noise_run tenth = noise_run(k, 1.1, &looks, 0.02, seed);

			total++;
			flagged += same.verdict == VERDICT_FASTER || same.verdict == VERDICT_SLOWER;
			covered += tenth.ratio.low <= 1.1 && 1.1 <= tenth.ratio.high;
			found += tenth.verdict == VERDICT_FASTER;
		}
	}
	double error = sqrt(0.05 * 0.95 / total);
	assert_true(flagged / total <= 0.05 + 2 * error);
	assert_true(covered / total >= 0.93 - 2 * error);
	assert_true(found / total >= 0.9);
}

UNIT_TESTS(unit(agrees_with_root_finding), unit(too_few_blocks_give_nan),
	   unit(a_value_that_is_no_number_gives_nan), unit(equal_blocks_have_no_width),
	   unit(one_wild_block_hardly_matters), unit(swapping_the_programs_inverts_the_interval),
	   unit(second_baseline_narrows_the_interval), unit(looks_grow_and_end_at_the_last_block),
	   unit(one_look_costs_nothing), unit(the_floor_is_how_far_the_copy_came_out),
	   unit(verdicts), unit(a_run_goes_on_while_undecided),
	   unit(simulated_runs_keep_the_promise))
