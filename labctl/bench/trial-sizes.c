/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "bench/review.h"
#include "bench/trial-course.h"
#include "bench/trial.h"

static const double MEMORY_SHARE = 0.9; /* of the limit: more, and another host may kill it */
static const double TIME_SHARE = 0.5;   /* of the limit: more, and a slower host may cut it off */

static const int64_t SHORTEST_NS = 10 * NS_PER_MS; /* below it the handing over is what is timed */

static int64_t peak_bytes(const struct result_sample *s)
{
	int64_t peak = s->usage.memory_peak_bytes;

	for (size_t i = 0; i < s->service_count; i++)
		peak += s->services[i].usage.memory_peak_bytes;
	return peak;
}

static void judge_size(const struct run *r, const struct result_sample *s, struct findings *out)
{
	const struct limits *l = &r->limits;
	int64_t peak = peak_bytes(s);
	size_t before = findings_bad_count(out);
	int64_t line = review_key_line(r->exercise, r->size->name);
	char took[32], memory[32], limit[32];

	str_human_ns(s->wall_ns, took, sizeof(took));
	str_human_bytes(peak, memory, sizeof(memory));
	if (s->ending != ENDING_OK)
		findings_bad(out, "exercise.yaml", line, "size %s: the baseline fails: %s",
			     r->size->name, s->words);
	else if (l->time_ns > 0 && (double)s->wall_ns > TIME_SHARE * (double)l->time_ns)
		findings_bad(
		    out, "exercise.yaml", line,
		    "size %s: the baseline takes %s of the %s allowed: a host half as fast "
		    "would cut it off",
		    r->size->name, took, str_human_ns(l->time_ns, limit, sizeof(limit)));
	else if (s->wall_ns < SHORTEST_NS)
		findings_bad(
		    out, "exercise.yaml", line,
		    "size %s: the baseline takes %s, too short to tell from the handing over "
		    "of input and output",
		    r->size->name, took);
	if (s->ending == ENDING_OK && l->memory_bytes > 0 &&
	    (double)s->usage.anon_peak_bytes > MEMORY_SHARE * (double)l->memory_bytes)
		findings_bad(out, "exercise.yaml", line,
			     "size %s: the baseline holds %s of the %s allowed", r->size->name,
			     memory, str_human_bytes(l->memory_bytes, limit, sizeof(limit)));
	if (findings_bad_count(out) == before)
		findings_good(out, "size %s fits: %s, %s at its peak", r->size->name, took, memory);
}

static int size_course(struct run *r, void *arg, struct err *e)
{
	cleanup(payloads_done) struct payloads inputs = {.items = NULL};
	struct result_sample *s;

	cleanup_free char *what = xasprintf("%s, size %s", r->exercise->name, r->size->name);

	log_progress_begin(what, 0, "steps");
	if (judge_inputs(&r->judge, r->plan.seed, &inputs, e) ||
	    trial_course_sample(r, 0, r->plan.seed, &inputs, NULL, &s, e))
		return -1;
	judge_size(r, s, arg);
	return 0;
}

int trial_sizes(const struct exercise *x, struct findings *out, struct err *e)
{
	for (size_t i = 0; i < x->size_count; i++) {
		struct run_options options = {.size = x->sizes[i].name};

		strv_add(&options.variants, "baseline");
		int rc = trial_course_run(x, &options, size_course, out, out, e);

		strv_done(&options.variants);
		if (rc)
			return -1;
	}
	return 0;
}
