/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "bench/explain.h"
#include "bench/figures.h"
#include "bench/report.h"
#include "bench/review.h"
#include "bench/run.h"
#include "bench/trial.h"
#include "stats/ratio.h"

enum {
	FILE_MAX = 16 << 20,
	SEEDS = 12, /* of a check */
	FAR = 4,    /* times faster than the fastest variant: that is out of reach */
};

/* On a machine of one's own two copies of a program come out less far apart. */
static const double FLOOR_MAX = 0.05;

/* ---- a student's folder ---- */

static int copy_file(const char *from, const char *dir, const char *name, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	cleanup_free char *to = path_join(dir, name);

	if (fd_read_file_at(AT_FDCWD, from, &text, FILE_MAX, e))
		return -1;
	cleanup_fd int fd = fd_open_at(AT_FDCWD, to, O_WRONLY | O_CREAT | O_EXCL, 0644, e);

	if (fd < 0) {
		if (e->sys == EEXIST)
			return hint(e,
				    "it is not overwritten: name another folder, or move it away");
		return -1;
	}
	return fd_write_all(fd, text.data, text.len, e);
}

void desk_give_to_caller(const char *path)
{
	const char *uid = getenv("SUDO_UID");
	const char *gid = getenv("SUDO_GID");
	struct err ignored;
	int64_t u;
	int64_t g;

	if (geteuid() != 0 || !uid || !gid || str_to_int64(uid, 0, UINT32_MAX - 1, &u, &ignored) ||
	    str_to_int64(gid, 0, UINT32_MAX - 1, &g, &ignored))
		return;
	if (lchown(path, (uid_t)u, (gid_t)g)) {
		/* It stays root's: the student sees who owns it, and can still read it. */
	}
}

/* What is built of a submission: something to begin with. */
static int copy_sources(const struct exercise *x, const char *dir, struct err *e)
{
	for (size_t i = 0; i < x->build.sources.len; i++) {
		const char *name = path_base(x->build.sources.items[i]);
		cleanup_free char *from = path_join(x->dir, x->build.sources.items[i]);
		cleanup_free char *to = path_join(dir, name);

		if (copy_file(from, dir, name, e))
			return -1;
		desk_give_to_caller(to);
	}
	return 0;
}

int desk_lay_out(const struct exercise *x, const char *dir, struct err *e)
{
	cleanup_free char *readme = path_join(x->dir, "README.md");
	cleanup_free char *baseline = path_join(x->dir, x->variants[0].file);

	if (!x->entry)
		return fail(e, ERR_SPEC, 0, "exercise '%s' names no file to edit ('entry')",
			    x->name);
	if (path_mkdirs(dir, 0755, e))
		return -1;
	if (copy_file(baseline, dir, x->entry, e) || copy_sources(x, dir, e) ||
	    copy_file(readme, dir, "README.md", e))
		return wrap(e, "lay out exercise '%s'", x->name);
	cleanup_free char *entry_path = path_join(dir, x->entry);
	cleanup_free char *readme_path = path_join(dir, "README.md");

	desk_give_to_caller(dir);
	desk_give_to_caller(entry_path);
	desk_give_to_caller(readme_path);
	return 0;
}

/* ---- a teacher's check ---- */

static bool has_verdict(const struct result_figure *f, enum verdict v)
{
	return str_eq(f->verdict, ratio_verdict_words(v));
}

/* How the variant's last sample ended. */
static int last_ending(const struct result *r, int64_t variant)
{
	for (size_t i = r->sample_count; i-- > 0;)
		if (r->samples[i].variant == variant && !r->samples[i].again)
			return r->samples[i].ending;
	return ENDING_OK;
}

bool desk_ends(enum exercise_expect expect, const struct result *r, const struct result_figure *f)
{
	const bool right = !has_verdict(f, VERDICT_WRONG) && !has_verdict(f, VERDICT_FAILED);

	switch (expect) {
	case EXPECT_FASTER:
	case EXPECT_RIGHT:
		return right;
	case EXPECT_SLOWER:
		/* Far slower ones are cut off. */
		return right || last_ending(r, f->variant) == ENDING_LIMIT_TIME;
	case EXPECT_WRONG:
		/* It may also die of what it gets wrong, if the inputs are so. */
		return has_verdict(f, VERDICT_WRONG) || has_verdict(f, VERDICT_FAILED);
	case EXPECT_FAIL:
		return has_verdict(f, VERDICT_FAILED);
	}
	return false;
}

bool desk_keeps(enum exercise_expect expect, const struct result *r, const struct result_figure *f)
{
	if (expect == EXPECT_FASTER)
		return has_verdict(f, VERDICT_FASTER);
	if (expect == EXPECT_SLOWER && last_ending(r, f->variant) != ENDING_LIMIT_TIME)
		return has_verdict(f, VERDICT_SLOWER);
	return desk_ends(expect, r, f);
}

/* Is the interval within what the manifest expects? A verdict alone lets 2x pass for 200x. */
static bool in_range(const struct exercise_variant *v, const struct result_figure *f)
{
	return !(v->at_least > 0 && f->ratio.high < v->at_least) &&
	       !(v->at_most > 0 && f->ratio.low > v->at_most);
}

bool desk_is_disturbed(const struct result *r, const struct result_figure *f)
{
	size_t used = 0;
	size_t disturbed = 0;

	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];

		if ((s->variant != 0 && s->variant != f->variant) || !figures_counts(r, i))
			continue;
		used++;
		disturbed += s->taints.len > 0;
	}
	return isnan(r->noise_floor) || r->noise_floor > FLOOR_MAX ||
	       figures_blocks(r) < RATIO_MIN_BLOCKS || 4 * disturbed > used;
}

/* "28.1 [27.0, 29.3] times faster", or why there is no such figure. */
static char *figure_words(const struct result_figure *f)
{
	if (isnan(f->ratio.low))
		return xstrdup(f->verdict);
	return xasprintf("%s, %.3g [%.3g, %.3g]", f->verdict, f->ratio.estimate, f->ratio.low,
			 f->ratio.high);
}

static char *range_words(const struct exercise_variant *v)
{
	if (v->at_least > 0 && v->at_most > 0)
		return xasprintf(" %g to %g times", v->at_least, v->at_most);
	if (v->at_least > 0)
		return xasprintf(" at least %g times", v->at_least);
	return v->at_most > 0 ? xasprintf(" at most %g times", v->at_most) : xstrdup("");
}

static void judge_figure(const struct exercise *x, const struct result *r,
			 const struct result_figure *f, struct findings *out)
{
	const char *name = r->variants[f->variant].name;
	const struct exercise_variant *v = exercise_variant(x, name);
	const char *expected = exercise_expect_name(v->expect);
	const bool late =
	    has_verdict(f, VERDICT_FAILED) && last_ending(r, f->variant) == ENDING_LIMIT_TIME;
	const bool timed = v->expect != EXPECT_WRONG && v->expect != EXPECT_FAIL &&
			   !has_verdict(f, VERDICT_WRONG) &&
			   (!has_verdict(f, VERDICT_FAILED) || late);
	cleanup_free char *found = figure_words(f);
	cleanup_free char *range = range_words(v);
	int64_t line = review_key_line(x, name);

	if (desk_keeps((enum exercise_expect)v->expect, r, f) && in_range(v, f))
		findings_good(out, "%s: expected %s%s, found %s", name, expected, range, found);
	else if (timed && desk_is_disturbed(r, f))
		findings_open(out, "exercise.yaml", line,
			      "%s: expected %s%s, found %s, on a machine that others used", name,
			      expected, range, found);
	else
		findings_bad(out, "exercise.yaml", line, "%s: expected %s%s, found %s", name,
			     expected, range, found);
}

/* Points that nobody can get: far beyond what the teacher's own variants reach, even together. */
static void judge_rubric(const struct exercise *x, const struct result *r, struct findings *out)
{
	const struct exercise_step *top = x->rubric_count ? &x->rubric[x->rubric_count - 1] : NULL;
	double best = 0;

	for (size_t i = 0; i < r->figure_count; i++)
		if (r->figures[i].variant != 0 && !isnan(r->figures[i].ratio.high))
			best = fmax(best, r->figures[i].ratio.high);
	if (top && best > 0 && FAR * best < top->faster)
		findings_bad(
		    out, "exercise.yaml", review_line(x, "exercise.yaml", "rubric:"),
		    "rubric: %g times faster earns %g points, but the fastest variant reaches "
		    "%.3g at most",
		    top->faster, top->points, best);
}

static int measure_all(const struct exercise *x, const struct desk_check_options *options,
		       struct findings *out, struct str *text, struct err *e)
{
	struct run_options o = {
	    .size = options->size, .budget_ns = options->budget_ns, .patient = true};
	struct run run;

	for (size_t i = 1; i < x->variant_count; i++)
		if (x->variants[i].sizes.len == 0 || strv_has(&x->variants[i].sizes, o.size))
			strv_add(&o.variants, x->variants[i].name);
	int rc = run_prepare(&run, x, &o, e);

	if (!rc)
		rc = run_execute(&run, e);
	strv_done(&o.variants);
	if (!rc) {
		report_print(&run.record, false, text);
		for (size_t i = 0; i < run.record.figure_count; i++)
			if (run.record.figures[i].variant != 0)
				judge_figure(x, &run.record, &run.record.figures[i], out);
		judge_rubric(x, &run.record, out);
	}
	run_done(&run);
	return rc;
}

static void ignore_report(const char *text, void *arg)
{
	(void)text;
	(void)arg;
}

/* Step 1 of the README, as a student takes it. What the host cannot do is no finding. */
static int explain_all(const struct exercise *x, struct findings *out, struct err *e)
{
	const struct explain_options o = {0};
	cleanup_free char *names = strv_join(&x->explain, ", ");

	if (x->explain.len == 0)
		return 0;
	if (!explain_run(x, &o, ignore_report, NULL, e)) {
		findings_good(out, "labctl explain shows: %s", names);
		return 0;
	}
	if (e->kind == ERR_HOST || e->kind == ERR_BUG)
		return -1;
	findings_bad(out, "exercise.yaml", review_line(x, "exercise.yaml", "explain:"),
		     "explain: %s", e->msg);
	return 0;
}

int desk_check(const struct exercise *x, const struct desk_check_options *options,
	       struct findings *out, struct str *text, struct err *e)
{
	struct desk_check_options o = *options;
	bool runnable;
	size_t bad;

	if (!o.size)
		o.size = "small";
	if (!exercise_size(x, o.size))
		return exercise_no_size(x, o.size, e);
	if (review_files(x, &runnable, out, e))
		return -1;
	if (!runnable)
		return 0;
	bad = findings_bad_count(out);
	if (trial_seeds(x, o.size, o.seeds > 0 ? o.seeds : SEEDS, o.seed, out, e))
		return -1;
	/* Where not even the baseline passes there is nothing to measure. */
	if (findings_bad_count(out) > bad)
		return 0;
	if (o.quick)
		return trial_right(x, o.size, out, e);
	if (trial_sizes(x, out, e) || explain_all(x, out, e))
		return -1;
	return measure_all(x, &o, out, text, e);
}
