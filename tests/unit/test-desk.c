/* SPDX-License-Identifier: Apache-2.0 */
/* When a check judges the exercise, and when the machine. */
#include "unit.h"

#include <math.h>

#include "bench/desk.h"
#include "bench/figures.h"
#include "record.h"

static struct result_figure *figure(struct result *r)
{
	for (size_t i = 0; i < r->figure_count; i++)
		if (r->figures[i].variant == 1)
			return &r->figures[i];
	fail_msg("the record has no figure of the variant");
	return NULL;
}

static void a_quiet_machine_is_believed(void **state)
{
	struct result r;
	(void)state;

	record_init(&r, "faster");
	record_fill(&r, 1, 12, 4);
	figures_compute(&r);
	assert_false(desk_is_disturbed(&r, figure(&r)));
	assert_true(desk_keeps(EXPECT_FASTER, &r, figure(&r)));
	assert_false(desk_keeps(EXPECT_SLOWER, &r, figure(&r)));
	result_done(&r);
}

/* As a script that calls `labctl run` wants to know it. */
static void how_it_ends_is_not_how_fast_it_is(void **state)
{
	struct result r;
	(void)state;

	record_init(&r, "slower");
	record_fill(&r, 1, 12, 0.5);
	figures_compute(&r);
	assert_true(desk_ends(EXPECT_FASTER, &r, figure(&r)));
	assert_false(desk_keeps(EXPECT_FASTER, &r, figure(&r)));
	assert_false(desk_ends(EXPECT_WRONG, &r, figure(&r)));
	assert_false(desk_ends(EXPECT_FAIL, &r, figure(&r)));

	struct result_sample *s = record_add(&r, 13, 1, false, 200);

	s->ending = ENDING_WRONG;
	s->words = xstrdup("expected 1, got 2");
	figures_compute(&r);
	assert_false(desk_ends(EXPECT_RIGHT, &r, figure(&r)));
	assert_true(desk_ends(EXPECT_WRONG, &r, figure(&r)));
	assert_false(desk_ends(EXPECT_FAIL, &r, figure(&r)));
	s->ending = ENDING_LIMIT_TIME;
	figures_compute(&r);
	assert_true(desk_ends(EXPECT_SLOWER, &r, figure(&r)));
	assert_true(desk_keeps(EXPECT_SLOWER, &r, figure(&r)));
	assert_false(desk_ends(EXPECT_FASTER, &r, figure(&r)));
	assert_true(desk_ends(EXPECT_FAIL, &r, figure(&r)));
	result_done(&r);
}

static void copies_far_apart_tell_nothing(void **state)
{
	struct result r;
	(void)state;

	record_init(&r, "faster");
	record_fill(&r, 1, 12, 4);
	figures_compute(&r);
	r.noise_floor = 0.3;
	assert_true(desk_is_disturbed(&r, figure(&r)));
	r.noise_floor = NAN;
	assert_true(desk_is_disturbed(&r, figure(&r)));
	result_done(&r);
}

static void neither_do_disturbed_samples(void **state)
{
	struct result r;
	(void)state;

	record_init(&r, "faster");
	record_fill(&r, 1, 12, 4);
	figures_compute(&r);
	for (size_t i = 0; i < r.sample_count; i += 2)
		strv_add(&r.samples[i].taints, "neighbours 9%");
	assert_true(desk_is_disturbed(&r, figure(&r)));
	result_done(&r);
}

static void nor_too_few_blocks(void **state)
{
	struct result r;
	(void)state;

	record_init(&r, "faster");
	record_fill(&r, 1, 3, 4);
	figures_compute(&r);
	assert_true(desk_is_disturbed(&r, figure(&r)));
	result_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_quiet_machine_is_believed),
	    cmocka_unit_test(how_it_ends_is_not_how_fast_it_is),
	    cmocka_unit_test(copies_far_apart_tell_nothing),
	    cmocka_unit_test(neither_do_disturbed_samples),
	    cmocka_unit_test(nor_too_few_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
