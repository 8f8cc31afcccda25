/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/series.h"

#include <jansson.h>
#include <math.h>

#include "bench/figures.h"
#include "record.h"
#include "unit.h"

enum { CALLS = 40 };

/* By how much the inputs of a block's calls differ in difficulty, for all variants alike. */
static double spread;

static double difficulty(int64_t block, int call)
{
	struct rng rng;

	rng_init(&rng, (uint64_t)(1000 + block * CALLS + call));
	return 1 + spread * rng_normal(&rng);
}

/* A process of 40 calls: the first `slow` of them at slow_ms, the rest at ms, with 1 % of noise. */
static void add_series(struct result *r, int64_t block, int64_t variant, bool again, double slow_ms,
		       int slow, double ms)
{
	struct result_sample *s = record_add(r, block, variant, again, 1);
	struct rng rng;

	rng_init(&rng, (uint64_t)(block * 4 + variant * 2 + again));
	s->start_ns = 20 * NS_PER_MS;
	s->series.calls_ns = json_array();
	s->series.compilations = variant ? 12 : 0;
	for (int i = 0; i < CALLS; i++) {
		double at = (i < slow ? slow_ms : ms) * (1 + 0.01 * rng_normal(&rng));

		at *= difficulty(block, i);
		json_array_append_new(s->series.calls_ns, json_integer(llround(at * 1e6)));
	}
}

/* CPython: 10 ms a call; the variant: five calls of 50 ms, then 1 ms each. */
static void fill(struct result *r, double slow_ms, double ms)
{
	record_init(r, "jit");
	free(r->measure);
	r->measure = xstrdup("series");
	for (int64_t block = 1; block <= 6; block++) {
		add_series(r, block, 0, false, 10, 0, 10);
		add_series(r, block, 1, false, slow_ms, 5, ms);
		add_series(r, block, 0, true, 10, 0, 10);
	}
	figures_compute(r);
}

static const struct result_figure *figure_of(const struct result *r, int64_t variant)
{
	for (size_t i = 0; i < r->figure_count; i++)
		if (r->figures[i].variant == variant && !r->figures[i].again)
			return &r->figures[i];
	fail_msg("no figure");
	return NULL;
}

static void cold_and_steady_are_told_apart(void **state)
{
	struct result r;

	(void)state;
	fill(&r, 50, 1);
	const struct result_figure *f = figure_of(&r, 1);

	assert_true(fabs(f->ratio.estimate - 10) < 0.3);
	assert_true(f->ratio.low < 10 && f->ratio.high > 9.8);
	assert_int_equal(f->warm.steady_from, 6);
	assert_true(llabs(f->wall_ns - NS_PER_MS) < NS_PER_MS / 50);
	/* 20 ms of start and the first call: 30 against 70 ms. */
	assert_true(fabs(f->warm.cold_ratio.estimate - 30.0 / 70) < 0.02);
	assert_int_equal(f->warm.compilations, 12);
	assert_int_equal(f->warm.unsteady, 0);
	assert_true(f->warm.within > 0.005 && f->warm.within < 0.02);
	result_done(&r);
}

static void break_even_counts_calls(void **state)
{
	struct result r;

	(void)state;
	fill(&r, 50, 1); /* behind by 5 * 40 ms, then wins 9 ms a call */
	const struct result_warm *w = &figure_of(&r, 1)->warm;

	assert_true(w->break_even.estimate >= 27 && w->break_even.estimate <= 29);
	assert_true(w->break_even.low <= w->break_even.estimate);
	assert_true(w->break_even.high >= w->break_even.estimate);
	result_done(&r);
	fill(&r, 50, 12); /* never */
	assert_true(isnan(figure_of(&r, 1)->warm.break_even.estimate));
	assert_string_equal(figure_of(&r, 1)->verdict, "slower");
	result_done(&r);
}

/* Each call has an input of its own, so a call may be harder than its neighbour. */
static void unequal_inputs_are_no_warm_up(void **state)
{
	struct result r;

	(void)state;
	spread = 0.04;
	fill(&r, 50, 1);
	spread = 0;
	const struct result_figure *f = figure_of(&r, 1);

	for (size_t i = 0; i < r.sample_count; i++)
		assert_string_equal(r.samples[i].series.shape,
				    r.samples[i].variant ? "warms up" : "flat");
	assert_int_equal(f->warm.steady_from, 6);
	assert_int_equal(f->warm.unsteady, 0);
	assert_true(fabs(f->ratio.estimate - 10) < 0.5);
	assert_true(f->ratio.low < 10 && f->ratio.high > 9.6);
	/* Both had paid for the same inputs by then. */
	assert_true(f->warm.break_even.estimate >= 27 && f->warm.break_even.estimate <= 29);
	result_done(&r);
}

static void no_steady_end_is_counted(void **state)
{
	struct result_sample s = {.start_ns = 1, .series.calls_ns = json_array()};

	(void)state;
	for (int i = 0; i < CALLS; i++) /* a new level in the last calls */
		json_array_append_new(
		    s.series.calls_ns,
		    json_integer(i < CALLS - 4 ? 1000000 + i % 3 * 1000 : 3000000 + i % 3 * 1000));
	series_derive(&s);
	assert_int_equal(s.series.steady_from, 0);
	assert_string_equal(s.series.shape, "no steady state");
	assert_true(s.series.steady_ns > 0);
	json_decref(s.series.calls_ns);
	free(s.series.shape);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    unit(cold_and_steady_are_told_apart),
	    unit(break_even_counts_calls),
	    unit(unequal_inputs_are_no_warm_up),
	    unit(no_steady_end_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
