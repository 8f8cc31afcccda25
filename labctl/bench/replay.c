/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/replay.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench/figures.h"

/* The budget never ends a replay: its number of blocks does. This only bounds a host gone slow. */
static const int64_t BUDGET_FACTOR = 10;

void replay_options(const struct result *record, struct run_options *out)
{
	size_t blocks = figures_blocks(record);

	*out = (struct run_options){
	    .size = record->size,
	    .precision = record->plan.precision,
	    .budget_ns = BUDGET_FACTOR * (record->duration_ns + 60 * NS_PER_S),
	    .blocks = blocks > 0 ? (int64_t)blocks : PLAN_MIN_BLOCKS,
	    .aa = record->variant_count == 1,
	    .has_seed = true,
	    .seed = record->plan.seed,
	    .images = record->images,
	    .image_count = record->image_count,
	};
	limits_copy(&out->limits, &record->limits);
	free(take_ptr(out->limits.cpuset)); /* any CPUs will do, and others may be free now */
	for (size_t i = 1; i < record->variant_count; i++) {
		const struct result_variant *v = &record->variants[i];

		if (!str_eq(v->name, RUN_TRY_NAME)) {
			strv_add(&out->variants, v->name);
			continue;
		}
		out->try_file = v->file;
		out->machines = v->machines;
	}
}

void replay_options_done(struct run_options *o)
{
	strv_done(&o->variants);
	limits_done(&o->limits);
}

void replay_differences(const struct result *record, const struct run *now, struct strv *words)
{
	const struct result *n = &now->record;

	if (!str_eq(record->exercise_digest, n->exercise_digest))
		strv_addf(words, "exercise '%s' has changed since the record", record->exercise);
	for (size_t i = 0; i < record->variant_count && i < n->variant_count; i++)
		if (!str_eq(record->variants[i].file_digest, n->variants[i].file_digest))
			strv_addf(words, "the file of variant '%s' has changed since the record",
				  record->variants[i].name);
	for (size_t i = 0; i < record->variant_count && i < n->variant_count; i++)
		if (!str_eq(record->variants[i].build.digest, n->variants[i].build.digest))
			strv_addf(words,
				  "what is built for variant '%s' has changed since the record",
				  record->variants[i].name);
	if (!str_eq(record->labctl, n->labctl))
		strv_addf(words, "the record is of labctl %s, this is %s", record->labctl,
			  n->labctl);
}
