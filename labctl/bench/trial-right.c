/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/trial.h"

#include "base/log.h"
#include "base/mem.h"
#include "bench/foreign.h"
#include "bench/review.h"
#include "bench/run.h"
#include "bench/trial-course.h"

/* How the variant's last sample ended. One that did not build, or that a sanitizer stopped, has one
 * already. */
static const struct result_sample *last_sample(const struct run *r, size_t variant)
{
	for (size_t i = r->record.sample_count; i-- > 0;)
		if (r->record.samples[i].variant == (int64_t)variant)
			return &r->record.samples[i];
	return NULL;
}

static bool ends_well(const struct exercise_variant *v, const struct result_sample *s)
{
	switch ((enum exercise_expect)v->expect) {
	case EXPECT_FAIL:
		return s->ending != ENDING_OK && s->ending != ENDING_WRONG;
	case EXPECT_SLOWER:
		return s->ending == ENDING_OK || s->ending == ENDING_LIMIT_TIME;
	default:
		return s->ending == ENDING_OK;
	}
}

static void judge_once(const struct run *r, size_t variant, struct findings *out)
{
	const char *name = r->record.variants[variant].name;
	const struct exercise_variant *v = exercise_variant(r->exercise, name);
	const struct result_sample *s = last_sample(r, variant);
	const char *expected = exercise_expect_name(v->expect);

	if (ends_well(v, s))
		findings_good(out, "%s: expected %s, ran once: %s; its speed was not looked at",
			      name, expected, s->ending == ENDING_OK ? "right" : s->words);
	else
		findings_bad(out, "exercise.yaml", review_key_line(r->exercise, name),
			     "%s: expected %s, ran once: %s%s%s", name, expected,
			     result_ending_name(s->ending), s->words ? ": " : "",
			     s->words ? s->words : "");
}

static int right_course(struct run *r, void *arg, struct err *e)
{
	cleanup(payloads_done) struct payloads inputs = {.items = NULL};
	struct result_sample *s;

	log_progress_begin(r->exercise->name, (int64_t)r->record.variant_count, "variants");
	if (judge_inputs(&r->judge, r->plan.seed, &inputs, e) ||
	    foreign_try(r, &inputs.items[0], e))
		return -1;
	for (size_t i = 1; i < r->record.variant_count; i++) {
		log_progress_update((int64_t)i, r->record.variants[i].name);
		if (!r->variants[i].dropped &&
		    trial_course_sample(r, i, r->plan.seed, &inputs, NULL, &s, e))
			return -1;
		judge_once(r, i, arg);
	}
	return 0;
}

int trial_right(const struct exercise *x, const char *size, struct findings *out, struct err *e)
{
	struct run_options options = {.size = size};

	strv_add(&options.variants, "baseline");
	for (size_t i = 1; i < x->variant_count; i++) {
		const struct exercise_variant *v = &x->variants[i];

		if (v->expect != EXPECT_WRONG && (v->sizes.len == 0 || strv_has(&v->sizes, size)))
			strv_add(&options.variants, v->name);
	}
	int rc = trial_course_run(x, &options, right_course, out, out, e);

	strv_done(&options.variants);
	return rc;
}
