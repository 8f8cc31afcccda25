/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "bench/report.h"
#include "bench/review.h"
#include "bench/run.h"
#include "bench/trial.h"
#include "stats/ratio.h"

enum {
	FILE_MAX = 16 << 20,
	SEEDS = 12, /* of a check */
};

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

bool desk_keeps(enum exercise_expect expect, const struct result *r, const struct result_figure *f)
{
	switch (expect) {
	case EXPECT_FASTER:
		return has_verdict(f, VERDICT_FASTER);
	case EXPECT_SLOWER:
		/* Far slower ones are cut off. */
		return has_verdict(f, VERDICT_SLOWER) ||
		       last_ending(r, f->variant) == ENDING_LIMIT_TIME;
	case EXPECT_SAME:
		return !has_verdict(f, VERDICT_WRONG) && !has_verdict(f, VERDICT_FAILED);
	case EXPECT_WRONG:
		/* It may also die of what it gets wrong, if the inputs are so. */
		return has_verdict(f, VERDICT_WRONG) || has_verdict(f, VERDICT_FAILED);
	case EXPECT_FAIL:
		return has_verdict(f, VERDICT_FAILED);
	}
	return false;
}

/* Is the interval within what the manifest expects? A verdict alone lets 2x pass for 200x. */
static bool in_range(const struct exercise_variant *v, const struct result_figure *f)
{
	return !(v->at_least > 0 && f->ratio.high < v->at_least) &&
	       !(v->at_most > 0 && f->ratio.low > v->at_most);
}

static void judge_figure(const struct exercise *x, const struct result *r,
			 const struct result_figure *f, struct findings *out)
{
	const char *name = r->variants[f->variant].name;
	const struct exercise_variant *v = exercise_variant(x, name);
	const char *expected = exercise_expect_name(v->expect);

	if (!desk_keeps((enum exercise_expect)v->expect, r, f))
		findings_bad(out, NULL, 0, "%s: expected %s, found %s", name, expected, f->verdict);
	else if (!in_range(v, f))
		findings_bad(out, NULL, 0,
			     "%s: expected %g to %g times faster, found %.3g [%.3g, %.3g]", name,
			     v->at_least, v->at_most > 0 ? v->at_most : INFINITY, f->ratio.estimate,
			     f->ratio.low, f->ratio.high);
	else
		findings_good(out, "%s: expected %s, found %s", name, expected, f->verdict);
}

static int measure_all(const struct exercise *x, const struct desk_check_options *options,
		       struct findings *out, struct str *text, struct err *e)
{
	struct run_options o = {.size = options->size, .budget_ns = options->budget_ns};
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
	}
	run_done(&run);
	return rc;
}

int desk_check(const struct exercise *x, const struct desk_check_options *options,
	       struct findings *out, struct str *text, struct err *e)
{
	struct desk_check_options o = *options;
	size_t bad;

	if (!o.size)
		o.size = "small";
	if (!exercise_size(x, o.size))
		return exercise_no_size(x, o.size, e);
	if (review_files(x, out, e))
		return -1;
	bad = findings_bad_count(out);
	if (trial_seeds(x, o.size, o.seeds > 0 ? o.seeds : SEEDS, out, e))
		return -1;
	/* Where not even the baseline passes there is nothing to measure. */
	if (o.quick || findings_bad_count(out) > bad)
		return 0;
	if (trial_sizes(x, out, e))
		return -1;
	return measure_all(x, &o, out, text, e);
}
