/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/sweep-scaling.h"

#include <string.h>

#include "bench/figures.h"
#include "bench/sweep-report.h"
#include "record.h"
#include "unit.h"

/* A sweep over CPUs whose variant has a serial share, one block after another with 1 % of noise. */
static void make(struct sweep *s, const char *axis, double serial)
{
	struct err e = {0};

	sweep_init(s);
	s->exercise = xstrdup("parallel");
	s->size = xstrdup("small");
	assert_int_equal(sweep_add_axis(s, axis, 4, &e), 0);
	assert_int_equal(sweep_make_points(s, &e), 0);
	for (size_t i = 0; i < s->point_count; i++) {
		struct sweep_point *p = &s->points[i];
		struct limits l = LIMITS_NONE;

		sweep_limits(s, p, &l);
		p->runs = xcalloc(1, sizeof(*p->runs));
		p->run_count = 1;
		record_init(p->runs, "pool");
		record_fill(p->runs, 1, 12, 1 / (serial + (1 - serial) / l.cpu));
		figures_compute(p->runs);
	}
	sweep_scaling_fit(s);
}

static void the_serial_share_is_found(void **state)
{
	cleanup(sweep_done) struct sweep s;

	(void)state;
	make(&s, "cpu=1,2,4", 0.1);
	assert_int_equal(s.fit_count, 1);
	assert_string_equal(s.fits[0].variant, "pool");
	assert_int_equal(s.fits[0].n, 36);
	assert_true(s.fits[0].low < 0.1 && 0.1 < s.fits[0].high);
	assert_true(s.fits[0].high - s.fits[0].low < 0.05);
	assert_true(fabs(s.fits[0].one - 1) < 0.03);
	sweep_scaling_fit(&s); /* again: in place of the first */
	assert_int_equal(s.fit_count, 1);
}

static void a_share_of_a_cpu_takes_no_part(void **state)
{
	cleanup(sweep_done) struct sweep s;
	struct sweep_speed speed;

	(void)state;
	make(&s, "cpu=0.5,1,2", 0.2);
	assert_int_equal(s.fits[0].n, 24); /* the baseline is held back there too */
	assert_false(sweep_scaling_speed(&s, &s.points[0], "pool", &speed));
	assert_true(sweep_scaling_speed(&s, &s.points[2], "pool", &speed));
	assert_true(fabs(speed.speedup - 1 / 0.6) < 0.03);
	assert_true(fabs(speed.efficiency - speed.speedup / 2) < 1e-9);
}

static void one_number_of_cpus_is_no_line(void **state)
{
	cleanup(sweep_done) struct sweep s;

	(void)state;
	make(&s, "cpu=2", 0.1);
	assert_int_equal(s.fit_count, 0);
}

static void a_point_that_failed_is_shown_and_left_out(void **state)
{
	cleanup(sweep_done) struct sweep s;
	cleanup(str_done) struct str text = STR_INIT;

	(void)state;
	make(&s, "cpu=1,2,4", 0.1);
	result_done(s.points[0].runs);
	s.points[0].run_count = 0;
	s.points[0].failed = xstrdup("the baseline was killed");
	sweep_scaling_fit(&s);
	assert_int_equal(s.fits[0].n, 24);
	sweep_report_print(&s, &text);
	assert_non_null(strstr(text.data, "everything at cpu 1: the baseline was killed"));
	assert_non_null(strstr(text.data, "Amdahl's law"));
}

static void a_variant_killed_for_memory_says_so(void **state)
{
	cleanup(sweep_done) struct sweep s;
	cleanup(str_done) struct str text = STR_INIT;

	(void)state;
	make(&s, "cpu=1,2", 0.1);
	/* As a pool ends whose worker was killed: by an exception. */
	struct result_sample *sample = record_add(s.points[1].runs, 13, 1, false, 10);

	sample->ending = ENDING_ERROR;
	sample->usage.oom_kills = 1;
	sample->words = xstrdup("BrokenProcessPool");
	figures_compute(s.points[1].runs);
	sweep_report_print(&s, &text);
	assert_non_null(strstr(text.data, "memory!"));
	assert_non_null(strstr(text.data, "pool at cpu 2: BrokenProcessPool"));
	assert_non_null(strstr(text.data, "ended: a"));
}

UNIT_TESTS(unit(the_serial_share_is_found), unit(a_share_of_a_cpu_takes_no_part),
	   unit(one_number_of_cpus_is_no_line), unit(a_point_that_failed_is_shown_and_left_out),
	   unit(a_variant_killed_for_memory_says_so))
