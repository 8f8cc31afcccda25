/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "base/mem.h"
#include "base/rng.h"

/* From the authors' reference C code of xoshiro256** with s = {1, 2, 3, 4}. */
static void agrees_with_the_reference(void **state)
{
	static const uint64_t want[] = {11520u, 0u, 1509978240u, 1215971899390074240u};
	struct rng r = {{1, 2, 3, 4}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		assert_true(rng_u64(&r) == want[i]);
}

static void the_same_seed_gives_the_same_numbers(void **state)
{
	struct rng a, b, c;

	(void)state;
	rng_init(&a, 42);
	rng_init(&b, 42);
	rng_init(&c, 43);
	uint64_t first = rng_u64(&a);

	assert_true(first == rng_u64(&b));
	assert_false(first == rng_u64(&c));
}

static void below_is_even(void **state)
{
	int counts[7] = {0};
	struct rng r;

	(void)state;
	rng_init(&r, 1);
	for (int i = 0; i < 70000; i++)
		counts[rng_below(&r, 7)]++;
	for (int i = 0; i < 7; i++)
		assert_in_range(counts[i], 9600, 10400); /* 4 standard deviations */
	assert_true(rng_below(&r, 1) == 0);
}

static void normal_has_mean_0_and_variance_1(void **state)
{
	double sum = 0, squares = 0;
	const int n = 100000;
	struct rng r;

	(void)state;
	rng_init(&r, 1);
	for (int i = 0; i < n; i++) {
		double x = rng_normal(&r);

		sum += x;
		squares += x * x;
	}
	assert_true(fabs(sum / n) < 0.015);
	assert_true(fabs(squares / n - 1) < 0.02);
}

static void shuffle_keeps_every_item(void **state)
{
	size_t items[100], seen[100] = {0};
	struct rng r;

	(void)state;
	rng_init(&r, 1);
	for (size_t i = 0; i < 100; i++)
		items[i] = i;
	rng_shuffle(&r, items, 100);
	for (size_t i = 0; i < 100; i++)
		seen[items[i]]++;
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(seen[i], 1);
}

UNIT_TESTS(unit(agrees_with_the_reference), unit(the_same_seed_gives_the_same_numbers),
	   unit(below_is_even), unit(normal_has_mean_0_and_variance_1),
	   unit(shuffle_keeps_every_item))
