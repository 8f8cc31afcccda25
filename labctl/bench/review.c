/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/review.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>

#include "base/dir.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "bench/explain.h"
#include "lab/service.h"

enum { FILE_MAX = 16 << 20 };

/* Counted from 1; 0 where no line begins with (or, unless at_start, holds) the text. */
static int64_t line_of(const struct str *text, const char *what, bool at_start)
{
	int64_t line = 1;

	for (const char *at = text->data; *at; line++) {
		const char *end = strchrnul(at, '\n');
		const char *found = memmem(at, (size_t)(end - at), what, strlen(what));

		if (found && (!at_start || found == at))
			return line;
		at = *end ? end + 1 : end;
	}
	return 0;
}

int64_t review_line(const struct exercise *x, const char *file, const char *text)
{
	cleanup(str_done) struct str whole = STR_INIT;
	cleanup_free char *path = path_join(x->dir, file);
	struct err ignored;

	if (fd_read_file_at(AT_FDCWD, path, &whole, FILE_MAX, &ignored))
		return 0;
	int64_t line = line_of(&whole, text, true);

	return line > 0 ? line : line_of(&whole, text, false);
}

int64_t review_key_line(const struct exercise *x, const char *name)
{
	cleanup_free char *key = xasprintf("  %s:", name);

	return review_line(x, "exercise.yaml", key);
}

/* 1: read; 0: there is none, which is a finding; -1: it cannot be read. */
static int read_text(const struct exercise *x, const char *name, const char *what, struct str *text,
		     struct findings *out, struct err *e)
{
	cleanup_free char *path = path_join(x->dir, name);

	if (!path_exists(path)) {
		findings_bad(out, name, 0, "is missing: %s", what);
		return 0;
	}
	return fd_read_file_at(AT_FDCWD, path, text, FILE_MAX, e) ? -1 : 1;
}

/* ---- README.md, NOTES.md, check.py ---- */

static const struct {
	const char *text;
	bool at_start;
	const char *what;
} readme_parts[] = {
    {"## 1. Identify", true, "the step 'identify': where does the time go?"},
    {"## 2. Baseline", true, "the step 'baseline': how slow is it?"},
    {"## 3. Improve", true, "the step 'improve': what to edit"},
    {"## 4. Demonstrate", true, "the step 'demonstrate': is it faster?"},
    {"Hint 1", false, "the first hint: where to look"},
    {"Hint 2", false, "the second hint: what to do about it"},
    {"Hint 3", false, "the third hint: nearly the answer"},
    {"## What to hand in", true, "what to hand in"},
    {"--variant baseline", false, "the command of step 2"},
    {"--try ", false, "the command of step 4"},
};

static const struct {
	const char *text; /* and then the exercise's name */
	const char *what;
} readme_commands[] = {
    {"labctl explain", "the command of step 1"},
    {"labctl run", "the commands of steps 2 and 4"},
    {"labctl exercise start", "the command of step 3"},
};

/* A README that began as another exercise's sends its readers there. */
static void review_commands(const struct exercise *x, const struct str *text, struct findings *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(readme_commands); i++) {
		cleanup_free char *mine = xasprintf("%s %s", readme_commands[i].text, x->name);
		int64_t line = line_of(text, readme_commands[i].text, false);

		if (!line_of(text, mine, false))
			findings_bad(out, "README.md", line, "there is no \"%s\": %s%s", mine,
				     readme_commands[i].what,
				     line > 0 ? ", which names another exercise here" : "");
	}
}

static int review_readme(const struct exercise *x, struct findings *out, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	int there = read_text(x, "README.md", "the task as a student reads it", &text, out, e);
	size_t before = findings_bad_count(out);

	if (there <= 0)
		return there;
	for (size_t i = 0; i < ARRAY_SIZE(readme_parts); i++)
		if (!line_of(&text, readme_parts[i].text, readme_parts[i].at_start))
			findings_bad(out, "README.md", 0, "there is no \"%s\": %s",
				     readme_parts[i].text, readme_parts[i].what);
	review_commands(x, &text, out);
	if (findings_bad_count(out) == before)
		findings_good(out, "README.md has the four steps, three hints and what to hand in");
	return 0;
}

static int review_notes(const struct exercise *x, struct findings *out, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	int there = read_text(x, "NOTES.md",
			      "why each variant is faster, what it costs, when it "
			      "loses",
			      &text, out, e);
	size_t before = findings_bad_count(out);

	if (there <= 0)
		return there;
	for (size_t i = 1; i < x->variant_count; i++) {
		cleanup_free char *quoted = xasprintf("`%s`", x->variants[i].name);

		if (!line_of(&text, quoted, false))
			findings_bad(out, "NOTES.md", 0, "says nothing of %s", quoted);
	}
	if (findings_bad_count(out) == before)
		findings_good(out, "NOTES.md speaks of every variant");
	return 0;
}

/* A pasted oracle and the baseline it was pasted from drift apart. */
static int review_oracle(const struct exercise *x, struct findings *out, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	int there = read_text(x, "check.py", "the oracle", &text, out, e);

	if (there > 0 && !line_of(&text, "import baseline", false) &&
	    !line_of(&text, "from baseline import", false))
		findings_bad(out, "check.py", 1,
			     "does not import the baseline: the oracle is the baseline itself, "
			     "never a copy");
	return there < 0 ? -1 : 0;
}

/* ---- exercise.yaml: what its schema lets pass, but a lesson needs ---- */

static void need(struct findings *out, bool there, int64_t line, const char *what)
{
	if (!there)
		findings_bad(out, "exercise.yaml", line, "%s", what);
}

static void review_limits(const struct exercise *x, const struct str *yaml, struct findings *out)
{
	const struct limits *l = &x->limits;
	int64_t line = line_of(yaml, "limits:", true);

	need(out, l->cpu > 0 || l->cpuset, line,
	     "limits: no 'cpu': times would depend on the host");
	need(out, l->memory_bytes > 0, line, "limits: no 'memory'");
	need(out, l->pids > 0, line, "limits: no 'pids': a fork bomb would end only with 'time'");
	need(out, l->time_ns > 0, line, "limits: no 'time': an endless loop would take a minute");
}

static bool is_tempting(const struct exercise_variant *v)
{
	return v->expect == EXPECT_WRONG || v->expect == EXPECT_SLOWER || v->expect == EXPECT_FAIL;
}

static void review_variants(const struct exercise *x, const struct str *yaml, struct findings *out)
{
	bool improves = false;
	bool tempts = false;

	for (size_t i = 1; i < x->variant_count; i++) {
		const struct exercise_variant *v = &x->variants[i];
		cleanup_free char *key = xasprintf("  %s:", v->name);

		improves |= v->expect == EXPECT_FASTER;
		tempts |= is_tempting(v);
		if (!v->technique)
			findings_bad(out, "exercise.yaml", line_of(yaml, key, true),
				     "variant '%s' names no 'technique'", v->name);
		if (v->expect == EXPECT_WRONG && !v->hidden)
			findings_bad(
			    out, "exercise.yaml", line_of(yaml, key, true),
			    "wrong answer '%s' is not 'hidden: true': it would run, and be "
			    "told, whenever the exercise is measured",
			    v->name);
	}
	int64_t line = line_of(yaml, "variants:", true);

	need(out, improves, line, "no variant is expected to be faster: what is there to learn?");
	need(out, tempts, line,
	     "no tempting wrong answer: a variant with 'expect: wrong', 'slower' or 'fail'");
}

/* What the manifest names must be there, before a run finds out that it is not. */
static void review_names(const struct exercise *x, const struct str *yaml, bool *runnable,
			 struct findings *out)
{
	struct err why;

	*runnable = true;
	if (explain_check_instruments(&x->explain, &why))
		findings_bad(out, "exercise.yaml", line_of(yaml, "explain:", true), "%s: %s",
			     why.msg, why.hint);
	for (size_t i = 0; i < x->services.len; i++) {
		if (service_find(x->services.items[i], &why))
			continue;
		findings_bad(out, "exercise.yaml", line_of(yaml, "services:", true), "%s: %s",
			     why.msg, why.hint);
		*runnable = false;
	}
	cleanup_free char *manifest =
	    xasprintf("%s/%s/image.yaml", path_data_dir("images"), x->image);

	if (path_exists(manifest))
		return;
	findings_bad(out, "exercise.yaml", line_of(yaml, "image:", true),
		     "there is no image '%s': labctl image list has them", x->image);
	*runnable = false;
}

static int review_manifest(const struct exercise *x, bool *runnable, struct findings *out,
			   struct err *e)
{
	cleanup(str_done) struct str yaml = STR_INIT;
	size_t before = findings_bad_count(out);

	if (read_text(x, "exercise.yaml", "the manifest", &yaml, out, e) < 0)
		return -1;
	int64_t sizes = line_of(&yaml, "sizes:", true);

	need(out, exercise_size(x, "small"), sizes, "sizes: no 'small', which CI runs");
	need(out, exercise_size(x, "medium"), sizes, "sizes: no 'medium', for a class");
	need(out, exercise_size(x, "large"), sizes, "sizes: no 'large', for grading");
	review_names(x, &yaml, runnable, out);
	review_limits(x, &yaml, out);
	review_variants(x, &yaml, out);
	need(out, x->explain.len > 0, 0, "no 'explain': nothing shows where the time goes");
	need(out, x->reference != NULL, 0, "no 'reference': which variant is the teacher's best?");
	need(out, x->rubric_count > 0, 0, "no 'rubric': what does a speedup earn?");
	if (findings_bad_count(out) == before)
		findings_good(out, "exercise.yaml has sizes, limits, a tempting wrong answer, "
				   "instruments and a rubric");
	return 0;
}

/* ---- files of variants/ that nothing names ---- */

/* Does a file of a variant import the module of that name? */
static bool is_imported(const struct exercise *x, const char *name)
{
	cleanup_free char *module = xstrndup(name, strlen(name) - strlen(".py"));
	cleanup_free char *import = xasprintf("import %s", module);
	cleanup_free char *from = xasprintf("from %s import", module);

	for (size_t i = 0; i < x->variant_count; i++)
		if (review_line(x, x->variants[i].file, import) ||
		    review_line(x, x->variants[i].file, from))
			return true;
	return review_line(x, "check.py", import) || review_line(x, "workload.py", import);
}

static void review_strays(const struct exercise *x, struct findings *out)
{
	cleanup_free char *dir = path_join(x->dir, "variants");
	cleanup(strv_done) struct strv names = STRV_INIT;
	struct err ignored; /* a folder that cannot be read has none */

	if (dir_list(dir, ".py", &names, &ignored))
		return;
	for (size_t i = 0; i < names.len; i++) {
		cleanup_free char *name = xasprintf("%s.py", names.items[i]);

		if (!review_line(x, "exercise.yaml", name) && !is_imported(x, name)) {
			cleanup_free char *file = path_join("variants", name);

			findings_bad(out, file, 0,
				     "exercise.yaml does not name it, and nothing "
				     "imports it");
		}
	}
}

/* ---- what is left of the skeleton ---- */

static int find_marks(const char *path, const char *name, struct findings *out, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	int64_t line = 1;

	if (fd_read_file_at(AT_FDCWD, path, &text, FILE_MAX, e))
		return -1;
	for (char *at = text.data, *next; at; at = next, line++) {
		next = strchr(at, '\n');
		if (next)
			*next++ = '\0';
		const char *mark = strstr(at, REVIEW_MARK);

		if (mark)
			findings_bad(out, name, line, "still the skeleton's:%s",
				     mark + strlen(REVIEW_MARK));
	}
	return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool is_text(const char *name)
{
	return str_ends(name, ".py") || str_ends(name, ".md") || str_ends(name, ".yaml");
}

static int review_marks(const struct exercise *x, struct findings *out, struct err *e)
{
	char *const roots[] = {x->dir, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	const FTSENT *entry;
	int rc = 0;

	if (!tree)
		return fail(e, ERR_HOST, errno, "read the folder '%s'", x->dir);
	while (!rc && (entry = fts_read(tree)))
		if (entry->fts_info == FTS_F && is_text(entry->fts_name))
			rc = find_marks(entry->fts_path, entry->fts_path + strlen(x->dir) + 1, out,
					e);
	fts_close(tree);
	return rc;
}

int review_files(const struct exercise *x, bool *runnable, struct findings *out, struct err *e)
{
	if (review_manifest(x, runnable, out, e) || review_readme(x, out, e) ||
	    review_notes(x, out, e) || review_oracle(x, out, e) || review_marks(x, out, e))
		return wrap(e, "read exercise '%s'", x->name);
	review_strays(x, out);
	return 0;
}
