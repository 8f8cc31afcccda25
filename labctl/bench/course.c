/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	block 0		warms up, and bounds the others' time
 *	block 1		tells how long a block takes; so now it is planned how
 *			often a fast variant is called in a sample (batch.h), how
 *			many blocks fit the budget, and after how many to look. Nothing
 *			that a look could show is known yet: six blocks are the
 *			least.
 *	blocks 2..	until a look finds every interval narrow enough, the
 *			planned blocks are done or the budget is spent; a variant
 *			whose own interval is, takes no part any more
 */
#include "bench/course.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "bench/batch.h"
#include "bench/block.h"
#include "bench/figures.h"

/* No block begins after the budget, times this, few blocks or not. */
enum { LATE_FACTOR = 2, PATIENT_FACTOR = 8 };

/* Of the budget, which is for measuring: a sanitizer's run is none. */
static int64_t spent_ns(const struct run *r)
{
	return clock_now_ns() - r->begin_ns - r->trials_ns;
}

static int64_t budget_left(const struct run *r)
{
	return r->plan.budget_ns - spent_ns(r);
}

/* As many blocks as the budget holds, judging by the first; and the looks on the way. */
static void plan_looks(struct run *r, int64_t block_ns)
{
	struct plan *p = &r->plan;
	int64_t left = budget_left(r);
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
	out->max_repeats = (int64_t)(p->max_blocks * p->entry_count / PLAN_REPEAT_DIVISOR);
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

/*
 * A variant that is precise enough at a look needs no more samples; what is
 * left of the budget goes to the others. The baseline is needed by all.
 */
static void settle(struct run *r)
{
	for (size_t i = 0; i < r->record.figure_count; i++) {
		const struct result_figure *f = &r->record.figures[i];

		if (f->variant != 0 && !r->variants[f->variant].dropped &&
		    figures_enough(&r->record, f, r->plan.exact))
			r->variants[f->variant].settled = true;
	}
}

/* The widest figure that is not precise enough yet; NULL: all are. */
static const struct result_figure *widest(const struct run *r)
{
	const struct result_figure *found = NULL;

	for (size_t i = 0; i < r->record.figure_count; i++) {
		const struct result_figure *f = &r->record.figures[i];
		bool counts = r->record.variant_count == 1 ? f->again : f->variant != 0;

		if (!counts || r->variants[f->variant].dropped || r->variants[f->variant].settled ||
		    figures_enough(&r->record, f, r->plan.exact))
			continue;
		if (!found || isnan(f->ratio.low) ||
		    f->ratio.high / f->ratio.low > found->ratio.high / found->ratio.low)
			found = f;
	}
	return found;
}

/* What is still open, with its interval so far. */
static void show_progress(struct run *r, size_t blocks)
{
	const struct result_figure *f = widest(r);

	free(r->progress);
	r->progress = NULL;
	if (f && !isnan(f->ratio.low))
		r->progress =
		    xasprintf("%s %.2fx [%.2f, %.2f]", r->record.variants[f->variant].name,
			      f->ratio.estimate, f->ratio.low, f->ratio.high);
	log_progress_update((int64_t)blocks, r->progress);
}

static bool all_dropped(const struct run *r)
{
	for (size_t i = 1; i < r->record.variant_count; i++)
		if (!r->variants[i].dropped)
			return false;
	return r->record.variant_count > 1;
}

/* Why to stop before block `index`; NULL: go on. Without a first block a run would tell nothing, so
 * it comes even where the warm-up has spent the budget. */
static const char *reason_to_stop(const struct run *r, size_t index, size_t blocks,
				  int64_t block_ns)
{
	int64_t spent = spent_ns(r);

	if (r->interrupted())
		return "interrupted";
	if (all_dropped(r))
		return "every variant failed";
	if (blocks >= r->plan.max_blocks)
		return "blocks";
	if (blocks >= r->plan.min_blocks && spent + block_ns > r->plan.budget_ns)
		return "budget";
	if (index > 1 &&
	    spent > r->plan.budget_ns * (r->plan.patient ? PATIENT_FACTOR : LATE_FACTOR))
		return "budget";
	return NULL;
}

/* One block, and what follows from it; NULL: go on. */
static const char *after_block(struct run *r, size_t blocks)
{
	if (is_look(&r->plan, blocks)) {
		figures_compute(&r->record);
		settle(r);
		if (!widest(r))
			return "precise";
	}
	show_progress(r, blocks);
	return NULL;
}

int course_run(struct run *r, struct err *e)
{
	const char *why = NULL;
	size_t blocks = 0;
	int64_t block_ns = 0;

	r->begin_ns = clock_now_ns();
	r->record.plan.seed = r->plan.seed; /* also where no block comes to be run */
	log_progress_begin(r->exercise->name, 0, "blocks");
	if (block_warm_up(r, e))
		return -1;
	for (size_t index = 1; !why && !(why = reason_to_stop(r, index, blocks, block_ns));
	     index++) {
		int64_t begin = clock_now_ns();

		if (block_run(r, index, e))
			return -1;
		block_ns = clock_now_ns() - begin;
		if (index == 1) {
			block_ns += batch_plan(r, block_ns, budget_left(r));
			plan_looks(r, block_ns);
			log_progress_begin(r->exercise->name, (int64_t)r->plan.max_blocks,
					   "blocks");
		}
		blocks = figures_blocks(&r->record);
		why = after_block(r, blocks);
	}
	r->record.stopped = xstrdup(why);
	return 0;
}
