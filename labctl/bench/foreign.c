/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run under a sanitizer is a worker like that of a sample, with the other
 * build and the sanitizer's library loaded before all else. Python's own
 * allocator would hide the ends of small objects from it, so that is switched
 * off. Its memory and time are not the exercise's: a sanitizer takes twice of
 * each and more. What it returns is not judged, the samples' outputs are. But it
 * must return.
 */
#include "bench/foreign.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "bench/build.h"
#include "bench/fault.h"
#include "bench/patience.h"
#include "bench/worker.h"

static const int64_t TRIAL_MIN_NS = 15 * NS_PER_S; /* who is cut off was not looked at */
static const int64_t TRIAL_MAX_NS = 120 * NS_PER_S;
static const int64_t TRIAL_MEMORY_BYTES = INT64_C(1) << 30; /* more than the exercise's */
static const int64_t FRAME_LIMIT_BYTES = INT64_C(64) << 20;
static const int64_t OUTPUT_LIMIT_BYTES = INT64_C(16) << 20;

enum { TRIAL_FACTOR = 3 /* times what a sample may take: so much a sanitizer slows Python down */ };

/* The variant takes no part: a sample that never ran says why. */
static int drop(struct run *r, size_t variant, enum result_ending ending, const char *words,
		struct err *e)
{
	const char *name = r->record.variants[variant].name;

	if (variant == 0)
		return fail(e, ERR_SPEC, 0, "exercise '%s': the baseline: %s", r->exercise->name,
			    words);
	struct result_sample *s = result_add_sample(&r->record);

	s->variant = (int64_t)variant;
	s->batch = 1;
	s->ending = ending;
	s->words = xstrdup(words);
	r->variants[variant].dropped = true;
	log_verbose("variant '%s': %s", name, words);
	return 0;
}

/* ---- building ---- */

static void record_build(const struct built *b, bool sanitized, struct result_build *out)
{
	if (sanitized) {
		out->sanitize_ns = b->build_ns;
		return;
	}
	out->digest = xstrdup(b->digest);
	out->cached = b->cached;
	out->build_ns = b->build_ns;
}

/* *dir gets the folder. 1: built, 0: dropped, -1. */
static int build(struct run *r, size_t variant, bool sanitized, char **dir, struct err *e)
{
	const struct run_variant *v = &r->variants[variant];
	struct result_variant *record = &r->record.variants[variant];
	const struct build_request request = {
	    .build = v->build, .sanitized = sanitized, .submission = v->submission};
	cleanup(built_done) struct built b = {0};

	if (build_ensure(&r->setting, &request, &b, e))
		return wrap(e, "build variant '%s'", record->name);
	record_build(&b, sanitized, &record->build);
	*dir = xstrdup(b.dir);
	if (b.dir)
		return 1;
	record->build.log = xstrdup(b.log);
	return drop(r, variant, b.ending, b.words, e);
}

int foreign_build(struct run *r, struct err *e)
{
	for (size_t i = 0; i < r->record.variant_count; i++) {
		struct run_variant *v = &r->variants[i];

		if (!v->build)
			continue;
		log_verbose("building variant '%s'", r->record.variants[i].name);
		int rc = build(r, i, false, &v->built, e);

		if (rc == 1 && v->build->sanitize.len > 0)
			rc = build(r, i, true, &v->sanitized, e);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* ---- what a sanitizer prints ---- */

/* Of "/lab/source/kernel.c:12" the part after the folder. */
static void add_without_folders(const char *text, size_t len, struct str *out)
{
	static const char folder[] = "/lab/source/";

	for (const char *end = text + len; text < end;) {
		if (str_starts(text, folder))
			text += strlen(folder);
		else
			str_addc(out, *text++);
	}
}

/* "READ of size 8 at 0x50..." */
static const char *find_access(const char *printed)
{
	const char *at = strstr(printed, "READ of size ");

	return at ? at : strstr(printed, "WRITE of size ");
}

/* "SUMMARY: AddressSanitizer: heap-buffer-overflow /lab/source/kernel.c:12 in blur": the kind is
 * one word. */
static char *address_finding(const char *printed)
{
	static const char head[] = "SUMMARY: AddressSanitizer: ";
	const char *summary = strstr(printed, head);
	const char *access = find_access(printed);
	const char *access_end = access ? strstr(access, " at ") : NULL;
	cleanup(str_done) struct str out = STR_INIT;

	if (!summary)
		return NULL;
	summary += strlen(head);
	size_t kind = strcspn(summary, " \n");

	str_addf(&out, "foreign code touched memory that is not its own; AddressSanitizer: %.*s at",
		 (int)kind, summary);
	add_without_folders(summary + kind, strcspn(summary + kind, "\n"), &out);
	if (access_end)
		str_addf(&out, " (%.*s)", (int)(access_end - access), access);
	return str_take(&out);
}

/* "kernel.c:5:12: runtime error: signed integer overflow: ..." */
static char *undefined_finding(const char *printed)
{
	const char *error = strstr(printed, ": runtime error: ");
	cleanup(str_done) struct str out = STR_INIT;

	if (!error)
		return NULL;
	while (error > printed && error[-1] != '\n')
		error--;
	str_add(&out, "foreign code did what its language leaves undefined; "
		      "UndefinedBehaviorSanitizer: ");
	add_without_folders(error, strcspn(error, "\n"), &out);
	return str_take(&out);
}

char *foreign_finding(const char *printed)
{
	cleanup_free char *found = undefined_finding(printed);

	if (!found)
		found = address_finding(printed);
	return found ? fault_clean(found) : NULL;
}

/* ---- the run under it ---- */

static int start(struct run *r, const struct run_variant *v, struct worker *w, struct err *e)
{
	struct guest g;
	int rc = guest_init(&g, &r->setting, GUEST_WORKER, v->build->image, "worker.py", e);

	if (!rc) {
		guest_add_subject(&g, v->path, v->submission);
		guest_add_built(&g, v->sanitized);
		if (g.spec.limits.memory_bytes > 0)
			g.spec.limits.memory_bytes += TRIAL_MEMORY_BYTES;
		strv_add(&g.env, "LD_PRELOAD=libasan.so.8");
		strv_add(&g.env, "ASAN_OPTIONS=detect_leaks=0:print_legend=0:handle_segv=2:"
				 "handle_sigbus=2:handle_sigfpe=2:malloc_context_size=2");
		strv_add(&g.env, "PYTHONMALLOC=malloc");
		rc = worker_start(w, guest_spec(&g), FRAME_LIMIT_BYTES, OUTPUT_LIMIT_BYTES, e);
	}
	guest_done(&g);
	return rc;
}

/* READY, GO, RESULT; what comes instead ends it, and `event` says so. */
static int converse(struct worker *w, const struct str *input, struct patience *p, const char *what,
		    enum worker_event *event, struct err *e)
{
	const struct iovec piece = {input->data, input->len};

	if (patience_wait(w, p, what, event, e))
		return -1;
	if (*event != WORKER_FRAME || w->frame_type != FRAME_READY)
		return 0;
	if (worker_post(w, FRAME_GO, &piece, 1, e))
		return -1;
	return patience_wait(w, p, what, event, e);
}

/* For READY, and again for RESULT. */
static int64_t trial_limit(const struct run *r)
{
	int64_t limit = TRIAL_FACTOR * r->time_cap_ns;

	if (limit <= 0 || limit > TRIAL_MAX_NS)
		return TRIAL_MAX_NS;
	return limit < TRIAL_MIN_NS ? TRIAL_MIN_NS : limit;
}

/* Else a program that is slow where it is watched would be excused from being watched. */
static int drop_unfinished(struct run *r, size_t variant, const struct patience *p, struct err *e)
{
	char limit[32];

	str_human_ns(p->limit_ns, limit, sizeof(limit));
	if (p->left_ns < p->limit_ns)
		return drop(r, variant, ENDING_HOST,
			    "the machine was too busy for its run under a sanitizer, so what its "
			    "foreign code does to memory is not known: try again",
			    e);
	cleanup_free char *words =
	    xasprintf("its run under a sanitizer did not end within %s, so what its foreign code "
		      "does to memory is not known: an endless loop, or far too slow",
		      limit);

	return drop(r, variant, ENDING_SANITIZER_TIME, words, e);
}

/*
 * The teacher's variants are run under the sanitizer once, not in every run: beside the build
 * stands which of them passed, of which state of the exercise. A submission always is, on an input
 * that nobody could foresee.
 */
static char *passed_path(const struct run *r, size_t variant)
{
	return xasprintf("%s/../passed-%s-%s", r->variants[variant].sanitized,
			 r->record.exercise_digest, r->record.variants[variant].name);
}

static bool has_passed(const struct run *r, size_t variant)
{
	cleanup_free char *path = passed_path(r, variant);

	return !r->variants[variant].submission && path_exists(path);
}

static void note_passed(const struct run *r, size_t variant)
{
	cleanup_free char *path = passed_path(r, variant);
	struct err ignored; /* it is only run again */

	if (!r->variants[variant].submission)
		fd_replace_file_at(AT_FDCWD, path, "", 0, 0644, &ignored);
}

static int try_variant(struct run *r, size_t variant, const struct str *input, struct err *e)
{
	struct worker w = WORKER_INIT;
	enum worker_event event = WORKER_DEADLINE;
	int64_t begin = clock_now_ns();
	struct patience p = {.limit_ns = trial_limit(r)};
	int rc = r->setting.lab ? lab_reset(r->setting.lab, e) : 0;
	cleanup_free char *what =
	    xasprintf("%s under a sanitizer", r->record.variants[variant].name);

	log_verbose("variant %s", what);
	if (!rc)
		rc = start(r, &r->variants[variant], &w, e);
	if (!rc)
		rc = converse(&w, input, &p, what, &event, e);
	int64_t took = clock_now_ns() - begin;

	r->record.variants[variant].build.trial_ns = took;
	r->trials_ns += took;
	cleanup_free char *finding =
	    !rc && event == WORKER_ENDED ? foreign_finding(w.tail.data) : NULL;

	/* An end of another kind is for the samples to tell: they run what counts. */
	if (finding) {
		cleanup_free char *words =
		    xasprintf("in a run under a sanitizer, before measuring, %s", finding);

		rc = drop(r, variant, ENDING_SANITIZER, words, e);
	}
	if (!rc && event == WORKER_DEADLINE)
		rc = drop_unfinished(r, variant, &p, e);
	if (!rc && event == WORKER_FRAME && w.frame_type == FRAME_RESULT)
		note_passed(r, variant);
	worker_done(&w);
	return rc;
}

int foreign_try(struct run *r, const struct str *input, struct err *e)
{
	for (size_t i = 0; i < r->record.variant_count; i++)
		if (r->variants[i].sanitized && !r->variants[i].dropped && !r->interrupted() &&
		    !has_passed(r, i) && try_variant(r, i, input, e))
			return wrap(e, "run variant '%s' under a sanitizer",
				    r->record.variants[i].name);
	return 0;
}
