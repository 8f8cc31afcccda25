/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of the seeds, in this order, as later steps need what earlier ones made:
 *
 *	inputs		from one judge, then again from a second, fresh one: a set's
 *			order, a clock or a global generator shows as a difference
 *	baseline	a sample on each input, judged
 *	rubbish		made from the baseline's outputs: nothing, null, half of one,
 *			another input's. A checker that takes any of them would pass
 *			a student who hands in nothing.
 *	wrong answers	a sample of each on each input: caught at least once, and
 *			how often
 */
#include "bench/trial.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "bench/review.h"
#include "bench/run.h"
#include "bench/trial-course.h"

static const double PASSES_MAX = 0.05; /* of students with a mistake that a variant shows */

enum { SEEDS_MAX = 1000 };

struct trial {
	struct findings *out;
	size_t seeds;
	uint64_t seed[SEEDS_MAX];
	struct payloads input[SEEDS_MAX], output[SEEDS_MAX]; /* output: the baseline's */
	int64_t done;                                        /* steps, for the progress */
};

static void step(struct trial *t, const char *what)
{
	log_progress_update(++t->done, what);
}

static int make_inputs(struct run *r, struct trial *t, struct err *e)
{
	for (size_t i = 0; i < t->seeds; i++) {
		if (judge_inputs(&r->judge, t->seed[i], &t->input[i], e))
			return -1;
		step(t, "inputs");
	}
	return 0;
}

/* Of the first call. */
static bool same(const struct payloads *a, const struct payloads *b)
{
	const struct str *x = &a->items[0];
	const struct str *y = &b->items[0];

	return x->len == y->len && !memcmp(x->data, y->data, x->len);
}

/* A second judge makes the inputs again. */
static int make_again(struct run *r, struct trial *t, struct err *e)
{
	cleanup(payloads_done) struct payloads input = {.items = NULL};
	size_t differ = 0;
	size_t alike = 0;

	judge_destroy(&r->judge);
	for (size_t i = 0; i < t->seeds; i++) {
		if (judge_inputs(&r->judge, t->seed[i], &input, e))
			return -1;
		differ += !same(&input, &t->input[i]);
		alike += i > 0 && same(&input, &t->input[i - 1]);
		step(t, "inputs again");
	}
	int64_t line = review_line(r->exercise, "workload.py", "def make(");

	if (differ)
		findings_bad(t->out, "workload.py", line,
			     "%zu of %zu seeds gave another input the second time: take all chance "
			     "from the rng that make() is given, and sort what comes out of a set",
			     differ, t->seeds);
	if (alike)
		findings_bad(t->out, "workload.py", line,
			     "%zu of %zu seeds gave the same input as the seed before: a student "
			     "could write the answer down",
			     alike, t->seeds);
	if (!differ && !alike)
		findings_good(t->out, "%zu seeds give %zu inputs, the same ones again", t->seeds,
			      t->seeds);
	return 0;
}

static void blame_baseline(const struct run *r, struct trial *t, const struct result_sample *s)
{
	const bool refused = s->ending == ENDING_WRONG;
	const char *file = refused ? "check.py" : r->record.variants[0].file;

	findings_bad(t->out, file,
		     review_line(r->exercise, file, refused ? "def check(" : "def run("),
		     "%s with seed %" PRIu64 ": %s (again: --seed %" PRIu64 ")",
		     refused ? "refuses the baseline" : "the baseline fails", s->input_seed,
		     s->words, s->input_seed);
}

static int try_baseline(struct run *r, struct trial *t, struct err *e)
{
	struct result_sample *s;

	for (size_t i = 0; i < t->seeds; i++) {
		if (trial_course_sample(r, 0, t->seed[i], &t->input[i], &t->output[i], &s, e))
			return -1;
		step(t, "baseline");
		if (s->ending == ENDING_OK)
			continue;
		blame_baseline(r, t, s);
		return 0;
	}
	findings_good(t->out, "the oracle agrees with the baseline on %zu inputs", t->seeds);
	return 0;
}

/* Is this output of input `i` refused? */
static int refuse(struct run *r, struct trial *t, size_t i, const char *what, const void *data,
		  size_t size, struct err *e)
{
	cleanup(str_done) struct str output = STR_INIT;
	const char *reason;
	bool right;

	str_addn(&output, data, size);
	if (judge_check(&r->judge, &t->input[i].items[0], &output, &right, &reason, e))
		return -1;
	if (right)
		findings_bad(t->out, "check.py", review_line(r->exercise, "check.py", "def check("),
			     "takes %s for a right answer", what);
	return 0;
}

static int try_rubbish(struct run *r, struct trial *t, struct err *e)
{
	const struct str *first = &t->output[0].items[0];
	size_t before = findings_bad_count(t->out);
	size_t other = 1;

	while (other < t->seeds && same(&t->output[other], &t->output[0]))
		other++;
	if (refuse(r, t, 0, "nothing at all", "", 0, e) ||
	    refuse(r, t, 0, "null", "null", strlen("null"), e) ||
	    refuse(r, t, 0, "an empty list", "[]", strlen("[]"), e) ||
	    refuse(r, t, 0, "an empty object", "{}", strlen("{}"), e) ||
	    refuse(r, t, 0, "half an answer", first->data, first->len / 2, e))
		return -1;
	if (other < t->seeds &&
	    refuse(r, t, 0, "the answer to another input", t->output[other].items[0].data,
		   t->output[other].items[0].len, e))
		return -1;
	if (other == t->seeds && t->seeds > 1)
		findings_bad(t->out, "workload.py",
			     review_line(r->exercise, "workload.py", "def make("),
			     "every input has the same answer: a student could write it down");
	step(t, "rubbish");
	if (findings_bad_count(t->out) == before)
		findings_good(t->out, "the oracle refuses nothing, null, half an answer and the "
				      "answer to another input");
	return 0;
}

struct catch
{
	size_t wrong, died;
	char *words; /* of one that died */
};

static int catch_wrong(struct run *r, struct trial *t, size_t variant, struct catch *c,
		       struct err *e)
{
	for (size_t i = 0; i < t->seeds; i++) {
		struct result_sample *s;

		if (trial_course_sample(r, variant, t->seed[i], &t->input[i], NULL, &s, e))
			return -1;
		c->wrong += s->ending == ENDING_WRONG;
		c->died += s->ending != ENDING_WRONG && s->ending != ENDING_OK;
		if (s->ending != ENDING_WRONG && s->ending != ENDING_OK && !c->words)
			c->words = xstrdup(s->words);
		step(t, r->record.variants[variant].name);
	}
	return 0;
}

/* What a student's file with this mistake is judged on: would it be found out? */
static void judge_catch(const struct run *r, struct trial *t, size_t variant, const struct catch *c)
{
	const char *name = r->record.variants[variant].name;
	const size_t caught = c->wrong + c->died;
	const double passes = pow(1 - (double)caught / (double)t->seeds, PLAN_MIN_BLOCKS);
	int64_t line = review_key_line(r->exercise, name);

	if (caught == 0)
		findings_bad(t->out, "exercise.yaml", line,
			     "'%s' is not caught by any of %zu inputs: workload.py must ask for "
			     "what it gets wrong",
			     name, t->seeds);
	else if (c->wrong == 0)
		findings_bad(t->out, "exercise.yaml", line,
			     "'%s' is no wrong answer, it fails: %s ('expect: fail', if it shall)",
			     name, c->words);
	else if (passes > PASSES_MAX)
		findings_bad(t->out, "exercise.yaml", line,
			     "'%s' is caught by %zu of %zu inputs: of students with this mistake, "
			     "who are judged on %d, %.0f%% would pass; workload.py must ask for it "
			     "more often",
			     name, caught, t->seeds, PLAN_MIN_BLOCKS, 100 * passes);
	else
		findings_good(t->out, "wrong answer '%s' is caught by %zu of %zu inputs", name,
			      caught, t->seeds);
}

/* How many inputs show that the variant is wrong? It may also die of it, at times. */
static int try_wrong(struct run *r, struct trial *t, size_t variant, struct err *e)
{
	struct catch c = {0};
	int rc = catch_wrong(r, t, variant, &c, e);

	if (!rc)
		judge_catch(r, t, variant, &c);
	free(c.words);
	return rc;
}

static int seeds_course(struct run *r, void *arg, struct err *e)
{
	struct trial *t = arg;
	size_t bad = findings_bad_count(t->out);

	log_progress_begin(r->exercise->name,
			   (int64_t)(t->seeds * (2 + r->record.variant_count)) + 1, "steps");
	if (make_inputs(r, t, e) || make_again(r, t, e) || try_baseline(r, t, e))
		return -1;
	if (findings_bad_count(t->out) > bad)
		return 0; /* what follows would only repeat it */
	if (try_rubbish(r, t, e))
		return -1;
	for (size_t i = 1; i < r->record.variant_count; i++)
		if (try_wrong(r, t, i, e))
			return -1;
	return 0;
}

static bool takes_part(const struct exercise_variant *v, const char *size)
{
	return v->expect == EXPECT_WRONG && (v->sizes.len == 0 || strv_has(&v->sizes, size));
}

int trial_seeds(const struct exercise *x, const char *size, int64_t seeds, int64_t seed,
		struct findings *out, struct err *e)
{
	struct trial *t = xcalloc(1, sizeof(*t));
	struct run_options options = {.size = size};
	struct rng rng;

	rng_init(&rng, rng_secret());
	t->out = out;
	t->seeds = seeds < 1 ? 1 : seeds > SEEDS_MAX ? SEEDS_MAX : (size_t)seeds;
	for (size_t i = 0; i < t->seeds; i++) {
		t->seed[i] = i == 0 && seed > 0 ? (uint64_t)seed : rng_u64(&rng) >> 11;
		payloads_init(&t->input[i]);
		payloads_init(&t->output[i]);
	}
	strv_add(&options.variants, "baseline");
	for (size_t i = 1; i < x->variant_count; i++)
		if (takes_part(&x->variants[i], size))
			strv_add(&options.variants, x->variants[i].name);
	int rc = trial_course_run(x, &options, seeds_course, t, out, e);

	strv_done(&options.variants);
	for (size_t i = 0; i < t->seeds; i++) {
		payloads_done(&t->input[i]);
		payloads_done(&t->output[i]);
	}
	free(t);
	return rc;
}
