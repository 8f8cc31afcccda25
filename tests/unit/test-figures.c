/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "bench/figures.h"
#include "record.h"

static const struct result_figure *variant_figure(const struct result *r)
{
	return &r->figures[r->figure_count - 1];
}

static void ratio_is_found_with_its_interval(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "faster");
	record_fill(&r, 1, 12, 4);
	figures_compute(&r);
	const struct result_figure *f = variant_figure(&r);

	assert_int_equal(f->ratio.n, 12);
	assert_true(f->ratio.low < 4 && f->ratio.high > 4);
	assert_true(f->ratio.low > 3.9 && f->ratio.high < 4.1);
	assert_string_equal(f->verdict, "faster");
	assert_true(llabs(f->wall_ns - 50 * NS_PER_MS) < NS_PER_MS);
	assert_true(r.noise_floor < 0.02);
	result_done(&r);
}

static void block_0_never_counts(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "faster");
	record_add(&r, 0, 0, false, 5000);
	record_add(&r, 0, 1, false, 1);
	record_fill(&r, 1, 8, 2);
	figures_compute(&r);
	assert_int_equal(figures_blocks(&r), 8);
	assert_true(variant_figure(&r)->ratio.high < 2.1);
	result_done(&r);
}

static void last_sample_of_an_entry_counts(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "faster");
	record_fill(&r, 1, 8, 2);
	strv_add(&record_add(&r, 9, 1, false, 9000)->taints, "steal 40.0%");
	record_add(&r, 9, 0, false, 200);
	record_add(&r, 9, 0, true, 200);
	record_add(&r, 9, 1, false, 100);
	figures_compute(&r);
	assert_false(figures_counts(&r, 24));
	assert_true(figures_counts(&r, 27));
	assert_int_equal(variant_figure(&r)->ratio.n, 9);
	assert_true(variant_figure(&r)->ratio.high < 2.1);
	assert_int_equal(variant_figure(&r)->tainted, 1);
	result_done(&r);
}

static void block_without_baseline_is_left_out(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "faster");
	record_fill(&r, 1, 8, 2);
	record_add(&r, 9, 1, false, 1);
	figures_compute(&r);
	assert_int_equal(variant_figure(&r)->ratio.n, 8);
	result_done(&r);
}

static void wrong_output_has_no_speed(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "hasty");
	record_fill(&r, 1, 8, 2);
	struct result_sample *s = record_add(&r, 9, 1, false, 1);

	s->ending = ENDING_WRONG;
	s->words = xstrdup("result[3]: expected 1, got 2");
	figures_compute(&r);
	assert_string_equal(variant_figure(&r)->verdict, "wrong");
	assert_string_equal(variant_figure(&r)->words, "result[3]: expected 1, got 2");
	result_done(&r);
}

static void death_is_a_verdict(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "doomed");
	struct result_sample *s = record_add(&r, 0, 1, false, 1);

	s->ending = ENDING_LIMIT_MEMORY;
	s->words = xstrdup("killed");
	figures_compute(&r);
	assert_string_equal(variant_figure(&r)->verdict, "failed");
	result_done(&r);
}

static void few_blocks_prove_nothing(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "faster");
	record_fill(&r, 1, 3, 10);
	figures_compute(&r);
	assert_true(isnan(variant_figure(&r)->ratio.low));
	assert_string_equal(variant_figure(&r)->verdict, "not precise enough");
	result_done(&r);
}

static void computing_again_gives_the_same(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "faster");
	record_fill(&r, 1, 12, 3);
	figures_compute(&r);
	const struct result_interval first = variant_figure(&r)->ratio;

	figures_compute(&r);
	assert_int_equal(r.figure_count, 3);
	assert_memory_equal(&variant_figure(&r)->ratio, &first, sizeof(first));
	result_done(&r);
}

static void large_ratios_may_be_wider(void **state)
{
	(void)state;
	assert_true(figures_target(1.0, 0.02, false) == 0.02);
	assert_true(figures_target(1.1, 0.02, false) == 0.02);
	assert_true(fabs(figures_target(2, 0.02, false) - 0.05) < 1e-9);
	assert_true(fabs(figures_target(0.5, 0.02, false) - 0.05) < 1e-9);
	assert_true(fabs(figures_target(1024, 0.02, false) - 0.5) < 1e-9);
	assert_true(figures_target(1024, 0.02, true) == 0.02);
}

UNIT_TESTS(unit(ratio_is_found_with_its_interval), unit(block_0_never_counts),
	   unit(last_sample_of_an_entry_counts), unit(block_without_baseline_is_left_out),
	   unit(wrong_output_has_no_speed), unit(death_is_a_verdict),
	   unit(few_blocks_prove_nothing), unit(computing_again_gives_the_same),
	   unit(large_ratios_may_be_wider))
