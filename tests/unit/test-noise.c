/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench/noise.h"

static const struct noise_reading quiet_before = {.memory_pressure_ns = 0};

/* 200 ms on one CPU that the sample itself kept busy. */
static struct noise_reading quiet_after(void)
{
	return (struct noise_reading){.at_ns = 200 * NS_PER_MS, .busy_ns = 200 * NS_PER_MS};
}

static char *judge(const struct noise_reading *after, const struct usage *usage, bool quota)
{
	struct strv taints = STRV_INIT;

	const struct noise_sample sample = {.before = quiet_before,
					    .after = *after,
					    .usage = *usage,
					    .cpu_count = 1,
					    .quota = quota};

	noise_judge(&noise_rules_default, &sample, &taints);
	char *joined = strv_join(&taints, "; ");

	strv_done(&taints);
	return joined;
}

static void assert_taints(const struct noise_reading *after, const struct usage *usage, bool quota,
			  const char *want)
{
	cleanup_free char *got = judge(after, usage, quota);

	assert_string_equal(got, want);
}

static void quiet_sample_has_no_taint(void **state)
{
	(void)state;
	const struct noise_reading after = quiet_after();
	const struct usage usage = {.cpu_ns = 195 * NS_PER_MS};

	assert_taints(&after, &usage, false, "");
}

static void what_others_took_is_no_time_of_the_samples(void **state)
{
	const struct noise_reading before = {.steal_ns = NS_PER_S};
	struct noise_reading after = {.at_ns = 10 * NS_PER_S, .steal_ns = NS_PER_S};

	(void)state;
	assert_int_equal(noise_taken_ns(&before, &after, 0, 1), 0);
	assert_int_equal(noise_taken_ns(&before, &after, 8 * NS_PER_S, 1), 8 * NS_PER_S);
	after.steal_ns += 4 * NS_PER_S;
	assert_int_equal(noise_taken_ns(&before, &after, 0, 1), 4 * NS_PER_S);
	assert_int_equal(noise_taken_ns(&before, &after, 0, 2), 2 * NS_PER_S);
	assert_int_equal(noise_taken_ns(&before, &after, 8 * NS_PER_S, 1), 10 * NS_PER_S);
}

static void steal_taints(void **state)
{
	(void)state;
	struct noise_reading after = quiet_after();
	const struct usage usage = {.cpu_ns = 195 * NS_PER_MS};

	after.steal_ns = 30 * NS_PER_MS;
	assert_taints(&after, &usage, false, "steal 15.0%");
}

static void one_step_of_the_clock_is_no_steal(void **state)
{
	(void)state;
	struct noise_reading after = quiet_after();
	const struct usage usage = {.cpu_ns = 195 * NS_PER_MS};

	after.steal_ns = 10 * NS_PER_MS;
	assert_taints(&after, &usage, false, "");
}

static void neighbours_are_what_the_sample_did_not_use(void **state)
{
	(void)state;
	const struct noise_reading after = quiet_after();
	const struct usage usage = {.cpu_ns = 130 * NS_PER_MS};

	assert_taints(&after, &usage, false, "neighbours 35.0%");
}

static void neighbours_do_not_matter_to_a_sample_that_waits(void **state)
{
	(void)state;
	const struct noise_reading after = quiet_after();
	const struct usage usage = {.cpu_ns = 40 * NS_PER_MS};

	assert_taints(&after, &usage, false, "");
}

static void throttling_taints_unless_a_quota_was_asked_for(void **state)
{
	(void)state;
	const struct noise_reading after = quiet_after();
	const struct usage usage = {.cpu_ns = 195 * NS_PER_MS, .throttled_ns = 50 * NS_PER_MS};

	assert_taints(&after, &usage, false, "throttled 25.0%");
	assert_taints(&after, &usage, true, "");
}

static void faults_and_pressure_taint(void **state)
{
	(void)state;
	struct noise_reading after = quiet_after();
	const struct usage usage = {.cpu_ns = 195 * NS_PER_MS, .major_faults = 21};

	after.memory_pressure_ns = 4 * NS_PER_MS;
	assert_taints(&after, &usage, false, "memory pressure 2.0%; major faults 21");
}

static void unknown_pressure_is_no_taint(void **state)
{
	(void)state;
	struct noise_reading after = quiet_after();
	const struct usage usage = {.cpu_ns = 195 * NS_PER_MS};

	after.memory_pressure_ns = -1;
	assert_taints(&after, &usage, false, "");
}

static void cpu_lists_parse(void **state)
{
	(void)state;
	uint64_t cpus[16];

	assert_true(noise_parse_cpus("0-2,65", cpus));
	assert_int_equal(cpus[0], 7);
	assert_int_equal(cpus[1], 2);
	assert_true(noise_parse_cpus("1023", cpus));
}

static void other_lists_do_not(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "a", "1-", "2-1", "1024", "1 2", "-1", "1,,2"};
	uint64_t cpus[16];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(noise_parse_cpus(bad[i], cpus));
}

static void only_watched_cpus_are_summed(void **state)
{
	(void)state;
	static const char text[] = "cpu  100 0 0 0 0 0 0 0 0 0\n"
				   "cpu0 40 1 2 1000 50 3 4 5 0 0\n"
				   "cpu1 10 0 0 1000 50 0 0 7 0 0\n"
				   "intr 1 2 3\n";
	uint64_t cpus[16];
	struct noise_reading reading = {0};

	assert_true(noise_parse_cpus("0", cpus));
	noise_parse_stat(text, cpus, 10, &reading);
	assert_int_equal(reading.busy_ns, 500);
	assert_int_equal(reading.steal_ns, 50);
}

static void this_host_can_be_read(void **state)
{
	(void)state;
	struct noise_watch watch;
	struct noise_reading reading;
	struct err e = {0};

	assert_int_equal(noise_open(&watch, "0", &e), 0);
	assert_int_equal(noise_read(&watch, &reading, &e), 0);
	assert_true(reading.busy_ns > 0);
	noise_close(&watch);
}

static void a_disk_that_stood_still_taints_only_what_overran(void **state)
{
	(void)state;
	struct noise_sample sample = {.before = quiet_before,
				      .after = quiet_after(),
				      .usage = {.cpu_ns = 10 * NS_PER_MS},
				      .cpu_count = 1};
	cleanup(strv_done) struct strv taints = STRV_INIT;

	sample.after.busy_ns = 10 * NS_PER_MS;
	sample.after.io_pressure_ns = sample.before.io_pressure_ns + 180 * NS_PER_MS;
	noise_judge(&noise_rules_default, &sample, &taints);
	assert_int_equal(taints.len, 0);
	sample.overran = true;
	noise_judge(&noise_rules_default, &sample, &taints);
	assert_int_equal(taints.len, 1);
	assert_string_equal(taints.items[0], "disk 90.0%");
}

UNIT_TESTS(unit(quiet_sample_has_no_taint), unit(what_others_took_is_no_time_of_the_samples),
	   unit(steal_taints), unit(a_disk_that_stood_still_taints_only_what_overran),
	   unit(one_step_of_the_clock_is_no_steal),
	   unit(neighbours_are_what_the_sample_did_not_use),
	   unit(neighbours_do_not_matter_to_a_sample_that_waits),
	   unit(throttling_taints_unless_a_quota_was_asked_for), unit(faults_and_pressure_taint),
	   unit(unknown_pressure_is_no_taint), unit(cpu_lists_parse), unit(other_lists_do_not),
	   unit(only_watched_cpus_are_summed), unit(this_host_can_be_read))
