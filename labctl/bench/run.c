/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The course of a run:
 *
 *	block 0		warms the host's caches up and is never counted; the
 *			baseline goes first, as its time bounds the others'
 *	looks		planned then, when the time of a block is known, and
 *			before anything that counts was seen
 *	blocks 1..	in random order; a tainted sample is measured again
 *			at the end of its block, as long as repeats last
 *	a look		at a planned number of blocks: precise? then stop
 *
 * A tainted sample is repeated alone, not its whole block: in a block of ten
 * entries even rare noise would otherwise condemn most blocks. The repeat is as
 * near to its block's other samples as these are to each other.
 *
 * A variant that fails is dropped at once. An endless loop, or a variant a
 * hundred times slower than the baseline, thus costs one sample, cut off at
 * TIME_CAP_FACTOR times the baseline.
 */
#include "bench/run.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/rng.h"
#include "bench/figures.h"
#include "bench/hostinfo.h"
#include "bench/proof.h"
#include "bench/sample.h"
#include "sandbox/cpus.h"

static const double PRECISION = 0.02;
static const double CONFIDENCE = 0.95;
static const int64_t SAMPLE_TIME_NS = 60 * NS_PER_S;
static const int64_t SETUP_TIME_NS = 60 * NS_PER_S;
static const int64_t SETUP_CAP_MIN_NS = 10 * NS_PER_S;
static const int64_t TIME_CAP_MIN_NS = 3 * NS_PER_S;
static const int64_t DEFAULT_BUDGET_NS = 60 * NS_PER_S;

enum {
	TIME_CAP_FACTOR = 12,
	TIME_CAP_SHARE = 4, /* ... or a quarter of the budget, where that is more */
	REPEAT_DIVISOR = 4, /* at most one sample in four is a repeat */
	LATE_FACTOR = 2,    /* the budget, times this, is never passed, few blocks or not */
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

/* ---- preparing ---- */

static int add_variant(struct run *r, const char *name, const struct exercise_variant *v,
		       const char *submission, struct err *e)
{
	struct result *record = &r->record;
	char hex[HASH_HEX_SIZE];
	cleanup_free char *host_path =
	    /* cppcheck-suppress nullPointer ; without a submission there is a v */
	    submission ? xstrdup(submission) : path_join(r->exercise->dir, v->file);

	if (hash_file_hex(AT_FDCWD, host_path, hex, e))
		return wrap(e, "variant '%s'", name);
	r->variants = xreallocarray(r->variants, record->variant_count + 1, sizeof(*r->variants));
	r->variants[record->variant_count] = (struct run_variant){
	    .path = submission ? NULL : xstrdup(v->file),
	    .submission = xstrdup(submission),
	    .image = v ? xstrdup(v->image) : NULL,
	};
	struct result_variant *out = result_add_variant(record);

	out->name = xstrdup(name);
	out->file = xstrdup(submission ? submission : v->file);
	out->file_digest = xstrdup(hex);
	out->image = xstrdup(v && v->image ? v->image : r->exercise->image);
	out->technique = v ? xstrdup(v->technique) : NULL;
	out->summary = xstrdup(v ? v->summary : "your file");
	return 0;
}

static bool finishes(const struct run *r, const struct exercise_variant *v)
{
	return v->sizes.len == 0 || strv_has(&v->sizes, r->size->name);
}

/* Is this variant asked for? The baseline always takes part. */
static bool wanted(const struct run *r, const struct exercise_variant *v,
		   const struct run_options *o)
{
	if (v == &r->exercise->variants[0])
		return true;
	if (o->aa)
		return false;
	if (o->variants.len > 0)
		return strv_has(&o->variants, v->name);
	return !o->try_file && finishes(r, v) && !v->hidden;
}

static int choose_variants(struct run *r, const struct run_options *o, struct err *e)
{
	const struct exercise *x = r->exercise;

	for (size_t i = 0; i < o->variants.len; i++) {
		const struct exercise_variant *v = exercise_variant(x, o->variants.items[i]);

		if (!v)
			return exercise_no_variant(x, o->variants.items[i], e);
		if (!finishes(r, v))
			return fail(e, ERR_USAGE, 0,
				    "variant '%s' of '%s' does not finish in size '%s'", v->name,
				    x->name, r->size->name);
	}
	for (size_t i = 0; i < x->variant_count; i++)
		if (wanted(r, &x->variants[i], o) &&
		    add_variant(r, x->variants[i].name, &x->variants[i], NULL, e))
			return -1;
	if (o->try_file) {
		cleanup_free char *file = realpath(o->try_file, NULL);

		if (!file)
			return fail(e, ERR_USAGE, errno, "open '%s'", o->try_file);
		return add_variant(r, RUN_TRY_NAME, NULL, file, e);
	}
	return 0;
}

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
	return 0;
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
	if (slot_take(&r->slot, e))
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
	static const char *const measures[] = {[MEASURE_TIME] = "time", [MEASURE_LOAD] = "load"};
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

	*r = (struct run){.exercise = exercise, .slot = SLOT_INIT};
	r->watch = (struct noise_watch){.stat_fd = -1, .memory_pressure_fd = -1};
	for (size_t i = 0; i < PLAN_INPUTS; i++)
		str_init(&r->inputs[i]);
	judge_init(&r->judge, &r->setting);
	r->size = exercise_size(exercise, size);
	if (!r->size)
		return exercise_no_size(exercise, size, e);
	if (choose_limits(r, options, e) || describe_exercise(r, e) ||
	    choose_variants(r, options, e) || make_plan(r, options, e))
		return -1;
	limits_copy(&r->record.limits, &r->limits);
	r->setting.pinned = options->images;
	r->setting.pinned_count = options->image_count;
	return 0;
}

void run_done(struct run *r)
{
	judge_destroy(&r->judge);
	setting_destroy(&r->setting);
	noise_close(&r->watch);
	for (size_t i = 0; i < PLAN_INPUTS; i++)
		str_done(&r->inputs[i]);
	for (size_t i = 0; i < r->record.variant_count; i++) {
		free(r->variants[i].path);
		free(r->variants[i].submission);
		free(r->variants[i].image);
	}
	free(take_ptr(r->variants));
	plan_done(&r->plan);
	slot_release(&r->slot);
	limits_done(&r->limits);
	result_done(&r->record);
}

/* ---- executing ---- */

/* The block's input, made once by the judge while the services are as at the beginning. */
static int ensure_input(struct run *r, const struct plan_block *block, struct err *e)
{
	struct str *input = &r->inputs[block->input];

	if (input->len > 0)
		return 0;
	if (r->setting.lab && lab_reset(r->setting.lab, e))
		return -1;
	return judge_workload(&r->judge, block->input_seed, input, e);
}

/* The output before the time: only a right one makes the sample count. */
static int check_output(struct run *r, const struct str *input, const struct str *output,
			struct result_sample *s, struct err *e)
{
	const char *reason;
	bool right;

	if (s->ending != ENDING_OK)
		return 0;
	if (judge_check(&r->judge, input, output, &right, &reason, e))
		return -1;
	if (!right) {
		s->ending = ENDING_WRONG;
		s->words = xstrdup(reason);
	}
	return 0;
}

/* Nothing can be compared with a baseline that fails. */
static int blame_baseline(const struct run *r, const struct result_sample *s, struct err *e)
{
	const char *name = r->exercise->name;

	if (s->ending == ENDING_WRONG) {
		fail(e, ERR_SPEC, 0, "exercise '%s': its checker refuses the baseline: %s", name,
		     s->words);
		return hint(e, "this is a fault of the exercise: `labctl exercise check %s`", name);
	}
	fail(e, ERR_GUEST, 0, "exercise '%s': the baseline failed: %s", name, s->words);
	return hint(e, "are the limits too small for it? see `labctl exercise show %s`", name);
}

/* Being cut off at the cap says more than the bare limit. */
static void explain_cap(const struct run *r, struct result_sample *s)
{
	int64_t baseline = r->record.samples[0].wall_ns;
	char cap[32];

	if (s->ending != ENDING_LIMIT_TIME || s->wall_ns < r->time_cap_ns || !r->time_cap_ns ||
	    s->latency.requests > 0)
		return;
	free(s->words);
	s->words = xasprintf("no result within %s, %lld times what the baseline takes: an endless "
			     "loop, or far slower",
			     str_human_ns(r->time_cap_ns, cap, sizeof(cap)),
			     (long long)(r->time_cap_ns / baseline));
}

static int64_t sample_time_limit(const struct run *r)
{
	int64_t limit = r->limits.time_ns > 0 ? r->limits.time_ns : SAMPLE_TIME_NS;

	return r->time_cap_ns > 0 && r->time_cap_ns < limit ? r->time_cap_ns : limit;
}

/* Measures one entry; the sample is the record's last. */
static int measure(struct run *r, size_t block_index, size_t position,
		   const struct plan_block *block, const struct plan_slot *slot, struct err *e)
{
	const struct plan_entry *entry = &r->plan.entries[slot->entry];
	struct run_variant *v = &r->variants[entry->variant];
	const struct str *input = &r->inputs[block->input];
	cleanup(str_done) struct str output = STR_INIT;
	struct sample_request request = {
	    .image = v->image,
	    .variant = v->path,
	    .submission = v->submission,
	    .input = input,
	    .layout_seed = slot->layout_seed,
	    .run_begin_ns = r->begin_ns,
	    .time_ns = sample_time_limit(r),
	    .setup_ns = r->setup_cap_ns > 0 ? r->setup_cap_ns : SETUP_TIME_NS,
	    .quota = r->plan.quota,
	    .watch = &r->watch,
	    .rules = &noise_rules_default,
	};
	struct result_sample *s = result_add_sample(&r->record);

	s->block = (int64_t)block_index;
	s->position = (int64_t)position;
	s->variant = (int64_t)entry->variant;
	s->again = entry->again;
	s->input_seed = block->input_seed;
	if (sample_run(&r->setting, &request, s, &output,
		       &r->record.variants[entry->variant].python, e) ||
	    check_output(r, input, &output, s, e))
		return wrap(e, "measure variant '%s'", r->record.variants[entry->variant].name);
	explain_cap(r, s);
	if (s->ending != ENDING_OK && entry->variant == 0)
		return blame_baseline(r, s, e);
	if (s->ending != ENDING_OK)
		v->dropped = true;
	return 0;
}

/* Tainted samples of this block once more, in a row; the last sample of an entry is what counts. */
static int repeat_tainted(struct run *r, size_t index, size_t first, const struct plan_block *block,
			  struct err *e)
{
	size_t end = r->record.sample_count;
	size_t allowed = 1 + end / REPEAT_DIVISOR;

	for (size_t i = first; i < end && r->repeats < allowed && !interrupted; i++) {
		const struct result_sample *s = &r->record.samples[i];

		if (s->taints.len == 0 || r->variants[s->variant].dropped)
			continue;
		for (size_t slot = 0; slot < r->plan.entry_count; slot++) {
			const struct plan_entry *entry = &r->plan.entries[block->slots[slot].entry];
			struct plan_slot again = block->slots[slot];

			if ((int64_t)entry->variant != s->variant || entry->again != s->again)
				continue;
			again.layout_seed = ~again.layout_seed;
			r->repeats++;
			if (measure(r, index, r->record.sample_count - first, block, &again, e))
				return -1;
			break;
		}
	}
	return 0;
}

static int run_block(struct run *r, size_t index, struct err *e)
{
	struct plan_block block;
	size_t first = r->record.sample_count;

	plan_block(&r->plan, index, &block);
	if (ensure_input(r, &block, e))
		return -1;
	for (size_t i = 0; i < r->plan.entry_count && !interrupted; i++) {
		const struct plan_entry *entry = &r->plan.entries[block.slots[i].entry];

		if (r->variants[entry->variant].dropped)
			continue;
		if (measure(r, index, i, &block, &block.slots[i], e))
			return -1;
	}
	return repeat_tainted(r, index, first, &block, e);
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* What a sample may take at most, now that the baseline's time is known: enough to show any
 * difference worth measuring, and not so much that one variant eats the budget. */
static void set_caps(struct run *r, const struct result_sample *baseline)
{
	int64_t floor = smaller(TIME_CAP_MIN_NS, r->plan.budget_ns / TIME_CAP_SHARE);

	r->time_cap_ns = larger(baseline->wall_ns * TIME_CAP_FACTOR, floor);
	r->setup_cap_ns =
	    larger((baseline->start_ns + baseline->setup_ns) * TIME_CAP_FACTOR, SETUP_CAP_MIN_NS);
}

/* Block 0: each variant once, the baseline first, nothing counted. */
static int warm_up(struct run *r, struct err *e)
{
	struct plan_block block;

	plan_block(&r->plan, 0, &block);
	if (ensure_input(r, &block, e))
		return -1;
	for (size_t entry = 0; entry < r->plan.entry_count && !interrupted; entry++) {
		const struct plan_slot slot = {.entry = entry,
					       .layout_seed = block.slots[entry].layout_seed};

		if (r->plan.entries[entry].again)
			continue;
		if (measure(r, 0, entry, &block, &slot, e))
			return -1;
		if (entry == 0)
			set_caps(r, &r->record.samples[r->record.sample_count - 1]);
	}
	return 0;
}

/* As many blocks as the budget holds, judging by the first; and the looks on the way. */
static void plan_looks(struct run *r, int64_t block_ns)
{
	struct plan *p = &r->plan;
	int64_t left = p->budget_ns - (clock_now_ns() - r->begin_ns);
	size_t fit = left > 0 && block_ns > 0 ? (size_t)(left / block_ns) : 0;

	if (fit < p->min_blocks)
		fit = p->min_blocks;
	if (fit < p->max_blocks)
		p->max_blocks = fit;
	ratio_plan_looks(p->min_blocks, p->max_blocks, p->confidence, &p->looks);

	struct result_plan *out = &r->record.plan;

	out->seed = p->seed;
	out->precision = p->precision;
	out->confidence = p->confidence;
	out->budget_ns = p->budget_ns;
	out->min_blocks = (int64_t)p->min_blocks;
	out->max_blocks = (int64_t)p->max_blocks;
	out->max_repeats = (int64_t)(p->max_blocks * p->entry_count / REPEAT_DIVISOR);
	for (size_t i = 0; i < p->looks.count; i++) {
		struct result_look *look = result_add_look(&r->record);

		look->blocks = (int64_t)p->looks.blocks[i];
		look->confidence = p->looks.confidence[i];
	}
}

static bool is_look(const struct plan *p, size_t blocks)
{
	for (size_t i = 0; i < p->looks.count; i++)
		if (p->looks.blocks[i] == blocks)
			return true;
	return false;
}

/* The widest figure that is not precise enough yet; NULL: all are. */
static const struct result_figure *widest(const struct run *r)
{
	const struct result_figure *found = NULL;

	for (size_t i = 0; i < r->record.figure_count; i++) {
		const struct result_figure *f = &r->record.figures[i];
		bool counts = r->record.variant_count == 1 ? f->again : f->variant != 0;

		if (!counts || r->variants[f->variant].dropped ||
		    figures_enough(&r->record, f, r->plan.exact))
			continue;
		if (!found || isnan(f->ratio.low) ||
		    f->ratio.high / f->ratio.low > found->ratio.high / found->ratio.low)
			found = f;
	}
	return found;
}

static void show_progress(const struct run *r, size_t blocks)
{
	const struct result_figure *f = widest(r);
	cleanup_free char *detail = NULL;

	if (f && !isnan(f->ratio.low))
		detail = xasprintf("%s %.2fx [%.2f, %.2f]", r->record.variants[f->variant].name,
				   f->ratio.estimate, f->ratio.low, f->ratio.high);
	log_progress_update((int64_t)blocks, detail);
}

static bool all_dropped(const struct run *r)
{
	for (size_t i = 1; i < r->record.variant_count; i++)
		if (!r->variants[i].dropped)
			return false;
	return r->record.variant_count > 1;
}

/* Why to stop before another block; NULL: go on. */
static const char *reason_to_stop(const struct run *r, size_t blocks, int64_t block_ns)
{
	int64_t spent = clock_now_ns() - r->begin_ns;

	if (interrupted)
		return "interrupted";
	if (all_dropped(r))
		return "every variant failed";
	if (blocks >= r->plan.max_blocks)
		return "blocks";
	if (blocks >= r->plan.min_blocks && spent + block_ns > r->plan.budget_ns)
		return "budget";
	if (spent > r->plan.budget_ns * LATE_FACTOR)
		return "budget";
	return NULL;
}

static int run_blocks(struct run *r, struct err *e)
{
	const char *why;
	size_t blocks = 0;

	r->begin_ns = clock_now_ns();
	if (warm_up(r, e))
		return -1;
	int64_t block_ns = clock_now_ns() - r->begin_ns;

	plan_looks(r, block_ns);
	log_progress_begin(r->exercise->name, (int64_t)r->plan.max_blocks, "blocks");
	for (size_t index = 1; !(why = reason_to_stop(r, blocks, block_ns)); index++) {
		int64_t begin = clock_now_ns();

		if (run_block(r, index, e))
			return -1;
		block_ns = clock_now_ns() - begin;
		blocks = figures_blocks(&r->record);
		if (is_look(&r->plan, blocks)) {
			figures_compute(&r->record);
			if (!widest(r)) {
				why = "precise";
				break;
			}
		}
		show_progress(r, blocks);
	}
	r->record.stopped = xstrdup(why);
	return 0;
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
	for (size_t i = 0; i < r->setting.image_count; i++) {
		struct result_image *out = result_add_image(record);

		out->name = xstrdup(r->setting.images[i].name);
		out->digest = xstrdup(r->setting.images[i].digest);
		out->lock_digest = xstrdup(r->setting.images[i].lock_digest);
		out->locked = !r->setting.images[i].lock_is_local;
	}
	return 0;
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
static int execute(struct run *r, struct err *e)
{
	if (setting_create(&r->setting, r->exercise, r->size, &r->limits, e) ||
	    record_surroundings(r, e) || noise_open(&r->watch, r->plan.cpuset, e))
		return -1;
	step_aside(r->plan.own_cpuset);
	int rc = run_blocks(r, e);

	log_progress_end(rc ? "failed" : NULL);
	return rc;
}

int run_execute(struct run *r, struct err *e)
{
	struct stance before;
	int64_t begin = clock_now_ns();

	stance_take(&before);
	int rc = execute(r, e);

	stance_leave(&before);
	if (rc)
		return -1;
	figures_compute(&r->record);
	r->record.duration_ns = clock_now_ns() - begin;
	return 0;
}
