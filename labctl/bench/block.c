/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tainted sample is repeated alone, not its whole block: in a block of ten
 * entries even rare noise would otherwise condemn most blocks. The repeat is as
 * near to its block's other samples as these are to each other
 * (docs/decisions/taints.md).
 *
 * A variant that fails is dropped at once. An endless loop, or a variant a
 * hundred times slower than the baseline, thus costs one sample, cut off at
 * TIME_CAP_FACTOR times the baseline. One that overran while the machine was in the
 * way (a disk that stood still for seconds) gets its repeat first, like any other.
 */
#include "bench/block.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "bench/batch.h"
#include "bench/foreign.h"
#include "bench/overhead.h"
#include "bench/sample.h"

static const int64_t SAMPLE_TIME_NS = 60 * NS_PER_S;
static const int64_t SETUP_TIME_NS = 60 * NS_PER_S;
static const int64_t SETUP_CAP_MIN_NS = 10 * NS_PER_S;
static const int64_t TIME_CAP_MIN_NS = 3 * NS_PER_S;

enum {
	TIME_CAP_FACTOR = 12,
	TIME_CAP_SHARE = 4, /* ... or a quarter of the budget, where that is more */
};

/* The block's inputs, made once by the judge while the services are as at the beginning. */
static int ensure_inputs(struct run *r, const struct plan_block *block, struct err *e)
{
	struct payloads *inputs = &r->inputs[block->input];

	if (inputs->count > 0)
		return 0;
	/* Those of a series are many, and few blocks would meet them again. */
	for (size_t i = 0; i < PLAN_INPUTS && setting_calls(&r->setting) > 1; i++)
		payloads_done(&r->inputs[i]);
	return judge_inputs(&r->judge, block->input_seed, inputs, e);
}

/* The outputs before the time: only right ones make the sample count. */
static int check_outputs(struct run *r, const struct payloads *inputs,
			 const struct payloads *outputs, struct result_sample *s, struct err *e)
{
	if (s->ending != ENDING_OK)
		return 0;
	if (judge_check_all(&r->judge, inputs, outputs, &s->words, e))
		return -1;
	if (s->words)
		s->ending = ENDING_WRONG;
	return 0;
}

/* Out of time while the machine was in the way: that may be the machine's doing. */
static bool deserves_another(const struct result_sample *s)
{
	return s->ending == ENDING_LIMIT_TIME && s->taints.len > 0;
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
	if (deserves_another(s) && s->wall_ns == 0) { /* it was starved before GO: ready.h */
		fail(e, ERR_HOST, 0, "exercise '%s': the baseline was %s", name, s->words);
		return hint(e, "measure when the machine has less to do");
	}
	fail(e, ERR_GUEST, 0, "exercise '%s': the baseline failed: %s", name, s->words);
	return hint(e, "are the limits too small for it? see `labctl exercise show %s`", name);
}

/* Being cut off at the cap says more than the bare limit. */
static void explain_cap(const struct run *r, struct result_sample *s)
{
	char cap[32];

	if (s->ending != ENDING_LIMIT_TIME || s->wall_ns < r->time_cap_ns || !r->time_cap_ns ||
	    s->latency.requests > 0)
		return;
	cleanup_free char *limits = sample_limits_met(s);

	free(s->words);
	s->words = xasprintf("no result within %s, %lld times what the baseline takes: an endless "
			     "loop, or far slower%s%s",
			     str_human_ns(r->time_cap_ns, cap, sizeof(cap)),
			     (long long)(r->time_cap_ns / r->baseline_ns), limits ? "; " : "",
			     limits ? limits : "");
}

static int64_t sample_time_limit(const struct run *r)
{
	int64_t limit = r->limits.time_ns > 0 ? r->limits.time_ns : SAMPLE_TIME_NS;

	return r->time_cap_ns > 0 && r->time_cap_ns < limit ? r->time_cap_ns : limit;
}

/* On a terminal the line changes with each sample; a log gets one a second. */
static void show_sample(const struct run *r, size_t block, const struct plan_entry *entry)
{
	cleanup_free char *detail =
	    xasprintf("%s%s%s%s", r->progress ? r->progress : "", r->progress ? "; " : "",
		      r->record.variants[entry->variant].name, entry->again ? " again" : "");

	log_progress_update(block > 0 ? (int64_t)block - 1 : 0, detail);
}

int block_call(struct run *r, size_t variant, const struct payloads *inputs, uint64_t layout_seed,
	       struct payloads *outputs, struct result_sample *s, struct err *e)
{
	const struct run_variant *v = &r->variants[variant];
	cleanup(payloads_done) struct payloads own = {.items = NULL};
	struct sample_request request = {
	    .image = v->image,
	    .variant = v->path,
	    .submission = v->submission,
	    .machines = v->machines,
	    .built = v->built,
	    .inputs = inputs,
	    .layout_seed = layout_seed,
	    .run_begin_ns = r->begin_ns,
	    .time_ns = sample_time_limit(r),
	    .setup_ns = r->setup_cap_ns > 0 ? r->setup_cap_ns : SETUP_TIME_NS,
	    .quota = r->plan.quota,
	    .watch = &r->watch,
	    .rules = &noise_rules_default,
	};

	if (!outputs)
		outputs = &own;
	payloads_done(outputs);
	if (sample_run(&r->setting, &request, s, outputs, &r->record.variants[variant].python, e) ||
	    check_outputs(r, inputs, outputs, s, e))
		return wrap(e, "measure variant '%s'", r->record.variants[variant].name);
	return 0;
}

/* The calls of a sample after its first, as long as all is well. */
static int call_again(struct run *r, size_t variant, const struct payloads *inputs,
		      uint64_t layout_seed, struct result_sample *s, struct err *e)
{
	struct rng layouts;

	rng_init(&layouts, layout_seed);
	while (s->batch < r->variants[variant].calls && s->ending == ENDING_OK &&
	       !r->interrupted()) {
		struct result_sample one = {0};
		int rc = block_call(r, variant, inputs, rng_u64(&layouts), NULL, &one, e);

		if (!rc)
			batch_add(s, &one);
		result_sample_done(&one);
		if (rc)
			return -1;
	}
	return 0;
}

/* Measures one entry; the sample is the record's last. */
static int measure(struct run *r, size_t block_index, size_t position,
		   const struct plan_block *block, const struct plan_slot *slot, struct err *e)
{
	const struct plan_entry *entry = &r->plan.entries[slot->entry];
	struct run_variant *v = &r->variants[entry->variant];
	const struct payloads *inputs = &r->inputs[block->input];
	struct result_sample *s = result_add_sample(&r->record);
	int64_t begin = clock_now_ns();

	show_sample(r, block_index, entry);
	s->block = (int64_t)block_index;
	s->position = (int64_t)position;
	s->variant = (int64_t)entry->variant;
	s->again = entry->again;
	s->input_seed = block->input_seed;
	if (block_call(r, entry->variant, inputs, slot->layout_seed, NULL, s, e))
		return -1;
	v->whole_ns = clock_now_ns() - begin;
	if (call_again(r, entry->variant, inputs, slot->layout_seed, s, e))
		return -1;
	explain_cap(r, s);
	return 0;
}

/* What follows from the record's last sample, where it ended badly. */
static int judge_ending(struct run *r, struct err *e)
{
	const struct result_sample *s = &r->record.samples[r->record.sample_count - 1];

	if (s->ending != ENDING_OK && s->variant == 0)
		return blame_baseline(r, s, e);
	if (s->ending != ENDING_OK)
		r->variants[s->variant].dropped = true;
	return 0;
}

/* Tainted samples of this block once more, in a row; the last sample of an entry is what counts. */
static int repeat_tainted(struct run *r, size_t index, size_t first, const struct plan_block *block,
			  struct err *e)
{
	size_t end = r->record.sample_count;
	size_t allowed = 1 + end / PLAN_REPEAT_DIVISOR;

	for (size_t i = first; i < end && !r->interrupted(); i++) {
		const struct result_sample *s = &r->record.samples[i];

		if (s->taints.len == 0 || r->variants[s->variant].dropped ||
		    (r->repeats >= allowed && !deserves_another(s)))
			continue;
		for (size_t slot = 0; slot < r->plan.entry_count; slot++) {
			const struct plan_entry *entry = &r->plan.entries[block->slots[slot].entry];
			struct plan_slot again = block->slots[slot];

			if ((int64_t)entry->variant != s->variant || entry->again != s->again)
				continue;
			again.layout_seed = ~again.layout_seed;
			r->repeats++;
			if (measure(r, index, r->record.sample_count - first, block, &again, e) ||
			    judge_ending(r, e))
				return -1;
			break;
		}
	}
	return 0;
}

int block_run(struct run *r, size_t index, struct err *e)
{
	struct plan_block block;
	size_t first = r->record.sample_count;

	plan_block(&r->plan, index, &block);
	if (ensure_inputs(r, &block, e))
		return -1;
	for (size_t i = 0; i < r->plan.entry_count && !r->interrupted(); i++) {
		const struct plan_entry *entry = &r->plan.entries[block.slots[i].entry];

		if (r->variants[entry->variant].dropped || r->variants[entry->variant].settled)
			continue;
		if (measure(r, index, i, &block, &block.slots[i], e))
			return -1;
		if (!deserves_another(&r->record.samples[r->record.sample_count - 1]) &&
		    judge_ending(r, e))
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

	/* A runtime that warms up may well take many times the baseline's time, and start late. */
	if (r->exercise->measure == MEASURE_SERIES)
		return;
	r->baseline_ns = baseline->wall_ns;
	r->time_cap_ns = larger(baseline->wall_ns * TIME_CAP_FACTOR, floor);
	r->setup_cap_ns =
	    larger((baseline->start_ns + baseline->setup_ns) * TIME_CAP_FACTOR, SETUP_CAP_MIN_NS);
}

int block_warm_up(struct run *r, struct err *e)
{
	struct plan_block block;
	const struct plan_slot slot = {.entry = 0};

	plan_block(&r->plan, 0, &block);
	if (ensure_inputs(r, &block, e) || measure(r, 0, 0, &block, &slot, e) || judge_ending(r, e))
		return -1;
	set_caps(r, &r->record.samples[r->record.sample_count - 1]);
	if (overhead_measure(r, &r->inputs[block.input], e))
		return -1;
	return foreign_try(r, &r->inputs[block.input].items[0], e);
}
