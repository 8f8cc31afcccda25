/* SPDX-License-Identifier: Apache-2.0 */
#include "spec/sweep.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "unit.h"

enum { HOST_CPUS = 4 };

static void refused(const char *first, const char *text, const char *words)
{
	cleanup(sweep_done) struct sweep s;
	struct err e = {0};

	sweep_init(&s);
	assert_int_equal(sweep_add_axis(&s, first, HOST_CPUS, &e), 0);
	assert_int_equal(sweep_add_axis(&s, text, HOST_CPUS, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	if (!strstr(e.msg, words))
		fail_msg("'%s': '%s' does not say '%s'\n", text, e.msg, words);
}

static void what_is_no_axis_is_refused_in_words(void **state)
{
	(void)state;
	refused("pids=9", "colour=1", "no limit that can be swept");
	refused("pids=9", "=1", "no limit that can be swept");
	refused("pids=9", "cpu=", "no values");
	refused("pids=9", "memory", "no values");
	refused("pids=9", "pids=10", "swept already");
	refused("pids=9", "cpu=1,1", "given twice");
	refused("pids=9", "cpu=5", "this host has 4");
	refused("pids=9", "cpu=0", "between");
	refused("pids=9", "cpu=-1", "");
	refused("pids=9", "cpu=one", "not a number");
	refused("pids=9", "memory=64", "needs a unit");
	refused("pids=9", "memory=1K", "at least 4.0 MiB");
}

static void cpu_alone_goes_up_to_the_host(void **state)
{
	cleanup(sweep_done) struct sweep s;
	cleanup(sweep_done) struct sweep small;
	struct err e = {0};

	(void)state;
	sweep_init(&s);
	sweep_init(&small);
	assert_int_equal(sweep_add_axis(&s, "cpu", 4, &e), 0);
	assert_int_equal(sweep_add_axis(&small, "cpu", 2, &e), 0);
	cleanup_free char *all = strv_join(&s.axes[0].values, " ");
	cleanup_free char *halves = strv_join(&small.axes[0].values, " ");

	assert_string_equal(all, "1 2 3 4");
	assert_string_equal(halves, "1 1.5 2"); /* a line needs three points */
}

static void make_two_by_three(struct sweep *s)
{
	struct err e = {0};

	sweep_init(s);
	assert_int_equal(sweep_add_axis(s, "cpu=0.5,1", HOST_CPUS, &e), 0);
	assert_int_equal(sweep_add_axis(s, "memory=16M,64M,256M", HOST_CPUS, &e), 0);
	assert_int_equal(sweep_make_points(s, &e), 0);
}

static void points_are_all_combinations(void **state)
{
	cleanup(sweep_done) struct sweep s;
	struct limits l = LIMITS_NONE;

	(void)state;
	make_two_by_three(&s);
	assert_int_equal(s.point_count, 6);
	cleanup_free char *second = sweep_point_name(&s, &s.points[1]);
	cleanup_free char *last = sweep_point_name(&s, &s.points[5]);

	assert_string_equal(second, "cpu 0.5, memory 64M");
	assert_string_equal(last, "cpu 1, memory 256M");
	sweep_limits(&s, &s.points[1], &l);
	assert_true(l.cpu == 0.5);
	assert_int_equal(l.memory_bytes, 64 << 20);
	assert_int_equal(l.pids, 0);
}

static void too_many_points_are_refused(void **state)
{
	cleanup(sweep_done) struct sweep s;
	struct err e = {0};

	(void)state;
	sweep_init(&s);
	assert_int_equal(sweep_add_axis(&s, "pids=1,2,3,4,5,6,7", HOST_CPUS, &e), 0);
	assert_int_equal(sweep_add_axis(&s, "memory=4M,5M,6M,7M,8M,9M,10M", HOST_CPUS, &e), 0);
	assert_int_equal(sweep_make_points(&s, &e), -1);
	assert_non_null(strstr(e.msg, "49 points: at most 48"));
}

static void a_record_reads_back_and_is_no_record_of_a_run(void **state)
{
	char path[] = "/tmp/labctl-sweep-XXXXXX";
	cleanup(sweep_done) struct sweep s;
	cleanup(sweep_done) struct sweep back;
	struct result run;
	struct err e = {0};

	(void)state;
	make_two_by_three(&s);
	s.exercise = xstrdup("parallel");
	s.points[0].failed = xstrdup("killed");
	s.points[1].runs = xcalloc(1, sizeof(*s.points[1].runs));
	s.points[1].run_count = 1;
	s.points[1].runs[0].size = xstrdup("small");
	close(mkstemp(path));
	assert_int_equal(sweep_save(&s, path, &e), 0);
	assert_int_equal(sweep_load(path, &back, &e), 0);
	assert_int_equal(back.point_count, 6);
	assert_string_equal(back.points[0].failed, "killed");
	assert_string_equal(back.points[1].runs[0].size, "small");
	assert_string_equal(back.axes[1].values.items[2], "256M");
	assert_int_equal(result_load(path, &run, &e), -1);
	assert_non_null(strstr(e.msg, "a sweep, not of one run"));
	unlink(path);
}

UNIT_TESTS(unit(what_is_no_axis_is_refused_in_words), unit(cpu_alone_goes_up_to_the_host),
	   unit(points_are_all_combinations), unit(too_many_points_are_refused),
	   unit(a_record_reads_back_and_is_no_record_of_a_run))
