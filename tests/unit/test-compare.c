/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "bench/compare.h"
#include "bench/figures.h"
#include "record.h"

static void make(struct result *r, const char *variant, double ratio)
{
	record_init(r, variant);
	record_fill(r, 1, 12, ratio);
	figures_compute(r);
}

/* Two records and what comparing them gives. */
struct pair {
	struct result a, b;
	struct compare c;
	struct err e;
};

static int set_up(void **state)
{
	*state = xcalloc(1, sizeof(struct pair));
	return 0;
}

static int tear_down(void **state)
{
	struct pair *p = *state;

	compare_done(&p->c);
	result_done(&p->a);
	result_done(&p->b);
	free(p);
	return 0;
}

static void same_ratio_agrees(void **state)
{
	struct pair *p = *state;

	make(&p->a, "faster", 4);
	make(&p->b, "faster", 4.02);
	assert_int_equal(compare_init(&p->c, &p->a, &p->b, &p->e), 0);
	assert_int_equal(p->c.row_count, 1);
	assert_true(p->c.rows[0].agree && p->c.agree);
	assert_true(p->c.rows[0].change.low < 1.005 && p->c.rows[0].change.high > 1.005);
}

static void other_ratio_differs(void **state)
{
	struct pair *p = *state;
	cleanup(str_done) struct str text = STR_INIT;

	make(&p->a, "faster", 4);
	make(&p->b, "faster", 3);
	assert_int_equal(compare_init(&p->c, &p->a, &p->b, &p->e), 0);
	assert_false(p->c.agree);
	compare_print(&p->c, &p->a, &p->b, &text);
	assert_non_null(strstr(text.data, "DIFFER"));
	assert_non_null(strstr(text.data, "do not agree"));
}

static void failures_agree_by_verdict(void **state)
{
	struct pair *p = *state;

	make(&p->a, "hasty", 4);
	make(&p->b, "hasty", 4);
	record_add(&p->a, 13, 1, false, 1)->ending = ENDING_WRONG;
	record_add(&p->b, 13, 1, false, 1)->ending = ENDING_WRONG;
	figures_compute(&p->a);
	figures_compute(&p->b);
	p->a.figures[2].ratio.low = p->b.figures[2].ratio.low = NAN;
	assert_int_equal(compare_init(&p->c, &p->a, &p->b, &p->e), 0);
	assert_true(p->c.agree);
}

/* A record cut short says nothing against the other. */
static void too_few_blocks_decide_nothing(void **state)
{
	struct pair *p = *state;
	cleanup(str_done) struct str text = STR_INIT;

	make(&p->a, "faster", 4);
	record_init(&p->b, "faster");
	record_fill(&p->b, 1, 2, 4);
	figures_compute(&p->b);
	assert_int_equal(compare_init(&p->c, &p->a, &p->b, &p->e), 0);
	assert_false(p->c.agree);
	assert_int_equal(p->c.undecided, 1);
	compare_print(&p->c, &p->a, &p->b, &text);
	assert_null(strstr(text.data, "DIFFER"));
	assert_null(strstr(text.data, "do not agree"));
	assert_non_null(strstr(text.data, "cannot be told: a variant without an interval"));
}

static void what_only_one_has_is_named(void **state)
{
	struct pair *p = *state;
	cleanup(str_done) struct str text = STR_INIT;

	make(&p->a, "faster", 4);
	make(&p->b, "faster", 4);
	result_add_variant(&p->b)->name = xstrdup("other");
	assert_int_equal(compare_init(&p->c, &p->a, &p->b, &p->e), 0);
	compare_print(&p->c, &p->a, &p->b, &text);
	assert_non_null(strstr(text.data, "only in the second, and not compared: other"));
}

static void change_is_wider_than_either(void **state)
{
	(void)state;
	const struct result_interval a = {2, 1.9, 2.1, 9};
	const struct result_interval b = {2, 1.8, 2.2, 9};
	struct result_interval change;

	compare_change(&a, &b, 1, &change);
	assert_true(fabs(change.estimate - 1) < 1e-9);
	assert_true(change.low < 0.9 && change.high > 1.1);
}

static void strangers_are_refused(void **state)
{
	struct pair *p = *state;

	make(&p->a, "faster", 4);
	make(&p->b, "other", 4);
	assert_int_equal(compare_init(&p->c, &p->a, &p->b, &p->e), -1);
	assert_non_null(strstr(p->e.msg, "share no variant"));
	free(p->b.exercise);
	p->b.exercise = xstrdup("database");
	assert_int_equal(compare_init(&p->c, &p->a, &p->b, &p->e), -1);
	assert_non_null(
	    strstr(p->e.msg, "one is of exercise 'algorithm', the other of 'database'"));
}

#define of_a_pair(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

UNIT_TESTS(of_a_pair(same_ratio_agrees), of_a_pair(other_ratio_differs),
	   of_a_pair(failures_agree_by_verdict), of_a_pair(too_few_blocks_decide_nothing),
	   of_a_pair(what_only_one_has_is_named), unit(change_is_wider_than_either),
	   of_a_pair(strangers_are_refused))
