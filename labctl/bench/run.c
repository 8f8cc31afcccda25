/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run is prepared, by which all is decided and the CPUs are reserved, then
 * executed: labctl takes its stance (the interrupt, its own CPUs), the setting is
 * made, a course goes through the samples, and the stance is left however that
 * ended.
 */
#include "bench/run.h"

#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "bench/course.h"
#include "bench/figures.h"
#include "bench/foreign.h"
#include "bench/hostinfo.h"
#include "bench/proof.h"
#include "bench/run-variants.h"
#include "sandbox/cpus.h"
#include "sandbox/state.h"

static const double PRECISION = 0.02;
static const double CONFIDENCE = 0.95;
static const int64_t DEFAULT_BUDGET_NS = 60 * NS_PER_S;

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

static bool was_interrupted(void)
{
	return interrupted;
}

/* ---- preparing ---- */

/* The exercise's limits, then the profile's, then those of the command line. */
static int choose_limits(struct run *r, const struct run_options *o, struct err *e)
{
	limits_copy(&r->limits, &r->exercise->limits);
	if (o->profile) {
		struct profile profile;

		if (profile_load(o->profile, &profile, e))
			return -1;
		limits_override(&r->limits, &profile.limits);
		profile_done(&profile);
		r->record.profile = xstrdup(o->profile);
	}
	limits_override(&r->limits, &o->limits);
	r->limits.cpu_first = true;
	return o->limits.cpu > 0 ? 0 : plan_fit_host(&r->limits, &r->record.warnings, e);
}

/*
 * CPUs that no other labctl of this host has, so that two runs do not measure
 * each other. Where too few are free the run shares them, and says so.
 */
static int reserve_cpus(struct run *r, struct err *e)
{
	int count = r->limits.cpu > 0 ? (int)ceil(r->limits.cpu) : 1;
	char text[CPUS_SIZE];
	cpu_set_t allowed, chosen;

	if (r->limits.cpuset)
		return 0;
	if (cpus_allowed(&allowed, e))
		return -1;
	if (count > CPU_COUNT(&allowed))
		return 0; /* plan_init says so */
	if (state_take_slot(&r->slot, e))
		return -1;
	if (!slot_reserve_cpus(&r->slot, &allowed, count, &chosen))
		strv_add(&r->record.warnings, "Another labctl uses the same CPUs: expect noise.");
	cpus_format(&chosen, text);
	r->limits.cpuset = xstrdup(text);
	return 0;
}

static int make_plan(struct run *r, const struct run_options *o, struct err *e)
{
	struct plan *p = &r->plan;

	p->seed = o->has_seed ? o->seed : rng_secret() >> 11;
	p->exact = o->precision > 0;
	p->precision = p->exact ? o->precision : PRECISION;
	p->confidence = CONFIDENCE;
	p->budget_ns = o->budget_ns > 0 ? o->budget_ns : r->size->budget_ns;
	p->patient = o->patient;
	if (p->budget_ns <= 0)
		p->budget_ns = DEFAULT_BUDGET_NS;
	p->min_blocks = o->blocks > 0 ? (size_t)o->blocks : PLAN_MIN_BLOCKS;
	p->max_blocks = o->blocks > 0 ? (size_t)o->blocks : PLAN_MAX_BLOCKS;
	if (reserve_cpus(r, e) || plan_init(p, r->record.variant_count, &r->limits, e))
		return -1;
	free(r->limits.cpuset);
	r->limits.cpuset = xstrdup(p->cpuset);
	return 0;
}

static int describe_exercise(struct run *r, struct err *e)
{
	static const char *const measures[] = {
	    [MEASURE_TIME] = "time", [MEASURE_LOAD] = "load", [MEASURE_SERIES] = "series"};
	struct result *record = &r->record;
	char hex[HASH_HEX_SIZE];

	if (exercise_digest(r->exercise, hex, e))
		return -1;
	record->labctl = xstrdup(LABCTL_VERSION);
	record->exercise = xstrdup(r->exercise->name);
	record->exercise_digest = xstrdup(hex);
	record->measure = xstrdup(measures[r->exercise->measure]);
	record->size = xstrdup(r->size->name);
	record->dataset = xstrdup(r->exercise->dataset);
	cleanup_free char *parameters = exercise_parameters_json(r->size, NULL, NULL);

	record->parameters = json_loads(parameters, 0, NULL);
	return 0;
}

int run_prepare(struct run *r, const struct exercise *exercise, const struct run_options *options,
		struct err *e)
{
	const char *size = options->size ? options->size : "small";

	*r = (struct run){.exercise = exercise, .slot = SLOT_INIT, .interrupted = was_interrupted};
	r->watch =
	    (struct noise_watch){.stat_fd = -1, .memory_pressure_fd = -1, .io_pressure_fd = -1};
	for (size_t i = 0; i < PLAN_INPUTS; i++)
		payloads_init(&r->inputs[i]);
	judge_init(&r->judge, &r->setting);
	r->size = exercise_size(exercise, size);
	if (!r->size)
		return exercise_no_size(exercise, size, e);
	if (choose_limits(r, options, e) || describe_exercise(r, e) ||
	    run_variants_choose(r, options, e) || make_plan(r, options, e))
		return -1;
	limits_copy(&r->record.limits, &r->limits);
	r->setting.pinned = options->images;
	r->setting.pinned_count = options->image_count;
	return 0;
}

void run_take_record(struct run *r, struct result *out)
{
	run_variants_free(r);
	*out = r->record;
	r->record = (struct result){0};
}

void run_done(struct run *r)
{
	judge_destroy(&r->judge);
	fault_done(&r->judge.blamed);
	setting_destroy(&r->setting);
	noise_close(&r->watch);
	for (size_t i = 0; i < PLAN_INPUTS; i++)
		payloads_done(&r->inputs[i]);
	run_variants_free(r);
	free(take_ptr(r->progress));
	plan_done(&r->plan);
	slot_release(&r->slot);
	limits_done(&r->limits);
	result_done(&r->record);
}

/* ---- executing ---- */

static void record_image(struct run *r, const struct image *image, const char *name)
{
	struct result_image *out = result_add_image(&r->record);

	out->name = xstrdup(name);
	out->digest = xstrdup(image->digest);
	out->lock_digest = xstrdup(image->lock_digest);
	out->locked = !image->lock_is_local;
}

/* The digest of the state that the data set became: of its content, its image and its loader. */
static int record_dataset(struct run *r, struct err *e)
{
	struct dataset dataset;

	if (!r->exercise->dataset)
		return 0;
	if (dataset_load(r->exercise->dataset, &dataset, e))
		return -1;
	for (size_t i = 0; i < r->exercise->services.len; i++)
		if (str_eq(r->exercise->services.items[i], dataset.service))
			r->record.dataset_digest = xstrdup(lab_initial_digest(r->setting.lab, i));
	dataset_done(&dataset);
	return 0;
}

static int record_services(struct run *r, struct err *e)
{
	struct lab *lab = r->setting.lab;

	for (size_t i = 0; lab && i < lab_service_count(lab); i++) {
		struct image image;

		if (image_open(lab_service_image(lab, i), &image, e))
			return wrap(e, "record the image of service '%s'",
				    r->exercise->services.items[i]);
		record_image(r, &image, r->exercise->services.items[i]);
		image_done(&image);
	}
	return record_dataset(r, e);
}

static int record_surroundings(struct run *r, struct err *e)
{
	struct result *record = &r->record;
	char now[32];

	record->started = xstrdup(clock_iso8601(clock_wall_ns(), now, sizeof(now)));
	hostinfo_collect("", &record->host);
	proof_collect(record);
	for (size_t i = 0; i < record->variant_count; i++) {
		const struct image *image;

		if (setting_image(&r->setting, r->variants[i].image, &image, e))
			return -1;
	}
	for (size_t i = 0; i < r->setting.warnings.len; i++)
		strv_add(&record->warnings, r->setting.warnings.items[i]);
	for (size_t i = 0; i < r->setting.image_count; i++)
		record_image(r, &r->setting.images[i], r->setting.images[i].name);
	return record_services(r, e);
}

/* The state of this process that a run changes. */
struct stance {
	struct sigaction on_interrupt;
	cpu_set_t cpus;
};

static void stance_take(struct stance *before)
{
	const struct sigaction act = {.sa_handler = on_interrupt};

	interrupted = 0;
	sigaction(SIGINT, &act, &before->on_interrupt);
	sched_getaffinity(0, sizeof(before->cpus), &before->cpus);
}

static void stance_leave(const struct stance *before)
{
	sched_setaffinity(0, sizeof(before->cpus), &before->cpus);
	sigaction(SIGINT, &before->on_interrupt, NULL);
}

/* Keeps labctl itself off the CPUs of the samples, where there is another. */
static void step_aside(const char *cpuset)
{
	uint64_t cpus[16];
	cpu_set_t set;

	if (!cpuset || !noise_parse_cpus(cpuset, cpus))
		return;
	CPU_ZERO(&set);
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (cpus[cpu / 64] >> (cpu % 64) & 1)
			CPU_SET(cpu, &set);
	/* Refused, the run is noisier, and taints say so. */
	(void)sched_setaffinity(0, sizeof(set), &set);
}

/* Everything between taking the stance and leaving it. */
static int execute(struct run *r, run_course *course, void *arg, struct err *e)
{
	if (setting_create(&r->setting, r->exercise, r->size, &r->limits, e) ||
	    foreign_build(r, e) || record_surroundings(r, e) ||
	    noise_open(&r->watch, r->plan.cpuset, e))
		return -1;
	step_aside(r->plan.own_cpuset);
	int rc = course(r, arg, e);

	log_progress_end(rc ? "failed" : NULL);
	return rc;
}

int run_execute_course(struct run *r, run_course *course, void *arg, struct err *e)
{
	struct stance before;

	stance_take(&before);
	int rc = execute(r, course, arg, e);

	stance_leave(&before);
	return rc;
}

static int in_blocks(struct run *r, void *arg, struct err *e)
{
	(void)arg;
	return course_run(r, e);
}

int run_execute(struct run *r, struct err *e)
{
	int64_t begin = clock_now_ns();

	if (run_execute_course(r, in_blocks, NULL, e))
		return -1;
	figures_compute(&r->record);
	r->record.duration_ns = clock_now_ns() - begin;
	return 0;
}
