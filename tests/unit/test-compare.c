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

static void same_ratio_agrees(void **state)
{
	(void)state;
	struct result a;
	struct result b;
	struct compare c;
	struct err e = {0};

	make(&a, "faster", 4);
	make(&b, "faster", 4.02);
	assert_int_equal(compare_init(&c, &a, &b, &e), 0);
	assert_int_equal(c.row_count, 1);
	assert_true(c.rows[0].agree && c.agree);
	assert_true(c.rows[0].change.low < 1.005 && c.rows[0].change.high > 1.005);
	compare_done(&c);
	result_done(&a);
	result_done(&b);
}

static void other_ratio_differs(void **state)
{
	(void)state;
	struct result a;
	struct result b;
	struct compare c;
	struct err e = {0};
	cleanup(str_done) struct str text = STR_INIT;

	make(&a, "faster", 4);
	make(&b, "faster", 3);
	assert_int_equal(compare_init(&c, &a, &b, &e), 0);
	assert_false(c.agree);
	compare_print(&c, &a, &b, &text);
	assert_non_null(strstr(text.data, "DIFFER"));
	assert_non_null(strstr(text.data, "do not agree"));
	compare_done(&c);
	result_done(&a);
	result_done(&b);
}

static void failures_agree_by_verdict(void **state)
{
	(void)state;
	struct result a;
	struct result b;
	struct compare c;
	struct err e = {0};

	make(&a, "hasty", 4);
	make(&b, "hasty", 4);
	record_add(&a, 13, 1, false, 1)->ending = ENDING_WRONG;
	record_add(&b, 13, 1, false, 1)->ending = ENDING_WRONG;
	figures_compute(&a);
	figures_compute(&b);
	a.figures[2].ratio.low = b.figures[2].ratio.low = NAN;
	assert_int_equal(compare_init(&c, &a, &b, &e), 0);
	assert_true(c.agree);
	compare_done(&c);
	result_done(&a);
	result_done(&b);
}

/* A record cut short says nothing against the other. */
static void too_few_blocks_decide_nothing(void **state)
{
	(void)state;
	struct result a;
	struct result b;
	struct compare c;
	struct err e = {0};
	cleanup(str_done) struct str text = STR_INIT;

	make(&a, "faster", 4);
	record_init(&b, "faster");
	record_fill(&b, 1, 2, 4);
	figures_compute(&b);
	assert_int_equal(compare_init(&c, &a, &b, &e), 0);
	assert_false(c.agree);
	assert_int_equal(c.undecided, 1);
	compare_print(&c, &a, &b, &text);
	assert_null(strstr(text.data, "DIFFER"));
	assert_null(strstr(text.data, "do not agree"));
	assert_non_null(strstr(text.data, "cannot be told: a variant without an interval"));
	compare_done(&c);
	result_done(&a);
	result_done(&b);
}

static void what_only_one_has_is_named(void **state)
{
	(void)state;
	struct result a;
	struct result b;
	struct compare c;
	struct err e = {0};
	cleanup(str_done) struct str text = STR_INIT;

	make(&a, "faster", 4);
	make(&b, "faster", 4);
	result_add_variant(&b)->name = xstrdup("other");
	assert_int_equal(compare_init(&c, &a, &b, &e), 0);
	compare_print(&c, &a, &b, &text);
	assert_non_null(strstr(text.data, "only in the second, and not compared: other"));
	compare_done(&c);
	result_done(&a);
	result_done(&b);
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
	(void)state;
	struct result a;
	struct result b;
	struct compare c;
	struct err e = {0};

	make(&a, "faster", 4);
	make(&b, "other", 4);
	assert_int_equal(compare_init(&c, &a, &b, &e), -1);
	assert_non_null(strstr(e.msg, "share no variant"));
	free(b.exercise);
	b.exercise = xstrdup("database");
	assert_int_equal(compare_init(&c, &a, &b, &e), -1);
	assert_non_null(strstr(e.msg, "one is of exercise 'algorithm', the other of 'database'"));
	result_done(&a);
	result_done(&b);
}

UNIT_TESTS(unit(same_ratio_agrees), unit(other_ratio_differs), unit(failures_agree_by_verdict),
	   unit(too_few_blocks_decide_nothing), unit(what_only_one_has_is_named),
	   unit(change_is_wider_than_either), unit(strangers_are_refused))
