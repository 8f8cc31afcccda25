/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/trial-course.h"

#include "base/mem.h"
#include "bench/block.h"

int trial_course_sample(struct run *r, size_t variant, uint64_t seed, const struct payloads *inputs,
			struct payloads *outputs, struct result_sample **s, struct err *e)
{
	*s = result_add_sample(&r->record);
	(*s)->variant = (int64_t)variant;
	(*s)->input_seed = seed;
	return block_call(r, variant, inputs, ~seed, outputs, *s, e);
}

/* What the exercise's own files did wrong is a finding; the rest is the host's. */
static int as_finding(const struct run *r, struct findings *out, struct err *e)
{
	const struct fault *f = &r->judge.blamed;

	if (e->kind != ERR_SPEC)
		return -1;
	if (f->file)
		findings_bad(out, f->file, f->line, "%s", f->words);
	else
		findings_bad(out, NULL, 0, "%s%s%s", e->msg, *e->hint ? ": " : "", e->hint);
	return 0;
}

int trial_course_run(const struct exercise *x, const struct run_options *options,
		     run_course *course, void *arg, struct findings *out, struct err *e)
{
	struct run run;
	int rc = run_prepare(&run, x, options, e);

	if (!rc)
		rc = run_execute_course(&run, course, arg, e);
	if (rc)
		rc = as_finding(&run, out, e);
	run_done(&run);
	return rc;
}
