/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "bench/figures.h"
#include "bench/report.h"
#include "record.h"

static char *print(struct result *r, bool colour)
{
	struct str out = STR_INIT;

	figures_compute(r);
	report_print(r, colour, &out);
	return str_take(&out);
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' in:\n%s", part, text);
}

static void assert_width(const char *text, size_t columns)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (length > columns)
			fail_msg("%zu columns: %.*s", length, (int)length, text);
		text += length + (text[length] == '\n');
	}
}

static void table_says_how_much_faster(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "faster");
	record_fill(&r, 1, 12, 4);
	cleanup_free char *text = print(&r, false);

	assert_has(text, "algorithm, size small, limits: 1 CPU, 128M memory\n");
	assert_has(text, "\nfaster         4.0");
	assert_has(text, "6.0M");
	assert_has(text, " faster\n");
	assert_has(text, "the baseline\n");
	assert_has(text, "Noise floor: ");
	assert_has(text, "12 blocks, 36 samples in 12.0 s; stopped because every");
	assert_lacks(text, "Disturbed");
	assert_lacks(text, "services");
	assert_lacks(text, "\033");
	assert_width(text, 100);
	result_done(&r);
}

static void alone_the_baseline_meets_itself(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "none");
	record_fill(&r, 1, 30, 1);
	/* Without the variant's samples the record is that of --aa. */
	size_t kept = 0;

	for (size_t i = 0; i < r.sample_count; i++)
		if (r.samples[i].variant == 0)
			r.samples[kept++] = r.samples[i];
	r.sample_count = kept;
	free(r.variants[1].name);
	r.variant_count = 1;
	cleanup_free char *text = print(&r, false);

	assert_has(text, "\nbaseline again  0.99");
	assert_has(text, "no difference shown\n");
	result_done(&r);
}

static void failure_is_told_below_the_table(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "hasty");
	struct result_sample *s = record_add(&r, 0, 1, false, 1);

	s->ending = ENDING_WRONG;
	s->words = xstrdup("result[3]: expected 1, got 2");
	cleanup_free char *text = print(&r, false);

	assert_has(text, "  hasty: wrong: result[3]: expected 1, got 2\n");
	assert_has(text, "\nhasty          - ");
	assert_lacks(text, "Noise floor");
	result_done(&r);
}

static void a_compilers_words_stand_as_it_put_them(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "native");
	struct result_sample *s = record_add(&r, 0, 1, false, 1);

	s->ending = ENDING_BUILD;
	s->words = xstrdup("does not build: kernel.c:3:5: error: no");
	r.variants[1].build.digest = xstrdup("d");
	r.variants[1].build.log = xstrdup("kernel.c:3:5: error: no\n    3 | x\n      | ^\n");
	cleanup_free char *text = print(&r, false);

	assert_has(text, "  native: failed: does not build: kernel.c:3:5: error: no\n"
			 "      kernel.c:3:5: error: no\n"
			 "          3 | x\n"
			 "            | ^\n");
	assert_lacks(text, "Built before measuring");
	result_done(&r);
}

static void building_has_a_time(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "native");
	record_fill(&r, 1, 12, 2);
	r.variants[1].build = (struct result_build){.digest = xstrdup("d"),
						    .cached = true,
						    .build_ns = 310 * NS_PER_MS,
						    .trial_ns = 90 * NS_PER_MS};
	figures_compute(&r);
	cleanup_free char *text = print(&r, false);

	assert_has(
	    text,
	    "  Built before measuring: native 310 ms (kept) and 90.0 ms under a sanitizer.\n");
	result_done(&r);
}

static void disturbances_are_counted_by_kind(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "faster");
	record_fill(&r, 1, 7, 2);
	strv_add(&r.samples[0].taints, "steal 12.0%");
	strv_add(&r.samples[1].taints, "neighbours 7.0%");
	strv_add(&r.samples[1].taints, "major faults 33");
	cleanup_free char *text = print(&r, false);

	assert_has(text, "Disturbed: 2 of 21 samples (neighbours 1, steal 1, major faults 1); 2");
	result_done(&r);
}

static void services_have_a_column(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "faster");
	record_fill(&r, 1, 7, 2);
	for (size_t i = 0; i < r.sample_count; i++) {
		result_add_service(&r.samples[i])->name = xstrdup("postgres");
		r.samples[i].total_cpu_ns = r.samples[i].usage.cpu_ns + 30 * NS_PER_MS;
	}
	cleanup_free char *text = print(&r, false);

	assert_has(text, "services");
	assert_has(text, "30.0 ms");
	assert_width(text, 100);
	result_done(&r);
}

static void load_shows_requests_and_response(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "cached");
	free(r.measure);
	r.measure = xstrdup("load");
	record_fill(&r, 1, 7, 2);
	for (size_t i = 0; i < r.sample_count; i++)
		r.samples[i].latency = (struct result_latency){.p50_ns = 2 * NS_PER_MS,
							       .p99_ns = 9 * NS_PER_MS,
							       .throughput = 1234,
							       .cold_throughput = 321};
	cleanup_free char *text = print(&r, false);

	assert_has(text, "1234");
	assert_has(text, "9.00 ms");
	assert_has(text, " 321, cached");
	assert_width(text, 100);
	result_done(&r);
}

static void colour_only_paints(void **state)
{
	(void)state;
	struct result r;

	record_init(&r, "faster");
	record_fill(&r, 1, 12, 4);
	cleanup_free char *plain = print(&r, false);
	cleanup_free char *painted = print(&r, true);
	cleanup(str_done) struct str stripped = STR_INIT;

	for (const char *p = painted; *p; p++) {
		if (*p == '\033')
			p = strchr(p, 'm');
		else
			str_addc(&stripped, *p);
	}
	assert_has(painted, "\033[32mfaster");
	assert_string_equal(stripped.data, plain);
	result_done(&r);
}

static void interval_has_the_decimals_it_deserves(void **state)
{
	(void)state;
	static const struct {
		struct result_interval interval;
		const char *want;
	} cases[] = {
	    {{1.00312, 0.99641, 1.01022, 9}, "1.003 [0.996, 1.010]"},
	    {{4.2441, 3.92, 4.53, 9}, "4.24 [3.92, 4.53]"},
	    {{28.31, 27.12, 29.5, 9}, "28.3 [27.1, 29.5]"},
	    {{784.4, 700.2, 870.9, 9}, "784 [700, 871]"},
	    {{1.21, 0.31, 21.4, 9}, "1.2 [0.3, 21.4]"},
	    {{NAN, NAN, NAN, 2}, "-"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup(str_done) struct str out = STR_INIT;

		report_interval(&cases[i].interval, &out);
		assert_string_equal(out.data, cases[i].want);
	}
}

static void legend_explains_what_is_shown(void **state)
{
	(void)state;
	cleanup(str_done) struct str out = STR_INIT;

	report_legend(false, false, false, &out);
	assert_has(out.data, "times faster:");
	assert_lacks(out.data, "requests/second");
	assert_lacks(out.data, "PostgreSQL");
	assert_width(out.data, 80);
}

static void a_budget_too_small_for_an_interval_is_told(void **state)
{
	struct result r;

	(void)state;
	record_init(&r, "algorithm");
	record_fill(&r, 1, 2, 4);
	free(r.stopped);
	r.stopped = xstrdup("budget");
	r.plan.min_blocks = 6;
	r.duration_ns = 50 * NS_PER_S;
	cleanup_free char *text = print(&r, false);

	assert_has(text, "interval takes 6 blocks");
	assert_has(text, "3m.");
	result_done(&r);
}

UNIT_TESTS(unit(table_says_how_much_faster), unit(alone_the_baseline_meets_itself),
	   unit(failure_is_told_below_the_table), unit(a_compilers_words_stand_as_it_put_them),
	   unit(building_has_a_time), unit(disturbances_are_counted_by_kind),
	   unit(services_have_a_column), unit(load_shows_requests_and_response),
	   unit(colour_only_paints), unit(interval_has_the_decimals_it_deserves),
	   unit(legend_explains_what_is_shown), unit(a_budget_too_small_for_an_interval_is_told))
