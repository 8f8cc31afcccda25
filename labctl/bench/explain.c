/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest is explain.py, which speaks the protocol of worker.py; its RESULT
 * is a report, which explain-text.c puts in words.
 */
#include "bench/explain.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/dir.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/rng.h"
#include "bench/build.h"
#include "bench/explain-text.h"
#include "bench/fault.h"
#include "bench/judge.h"
#include "bench/plan.h"
#include "bench/setting.h"
#include "bench/worker.h"
#include "spec/json.h"

static const int64_t EXPLAIN_TIME_NS = 300 * NS_PER_S;
static const int64_t EXPLAIN_FRAME_BYTES = INT64_C(8) << 20;
static const int64_t EXPLAIN_OUTPUT_BYTES = INT64_C(16) << 20;
static const int64_t EXPLAIN_MEMORY_BYTES = INT64_C(1) << 30;

struct subject {
	const char *image, *variant;
	struct submission *submission;
	bool machines;
	const struct exercise_build *build;
	struct built built;
	int64_t reported; /* instruments, so far */
};

static int start(struct setting *s, const struct subject *subject, const char *instrument,
		 struct worker *w, struct err *e)
{
	struct guest g;
	int rc = guest_init(&g, s, GUEST_WORKER, subject->image, "explain.py", e);

	if (!rc) {
		g.spec.trust = SANDBOX_WATCH;
		strv_add(&g.argv, instrument);
		guest_add_subject(&g, subject->variant, subject->submission);
		guest_add_built(&g, subject->built.dir);
		rc = worker_start(w, guest_spec(&g), EXPLAIN_FRAME_BYTES, EXPLAIN_OUTPUT_BYTES, e);
	}
	guest_done(&g);
	return rc;
}

/* Waits for a frame of this type; anything else is the subject's failure. */
static int expect(struct worker *w, enum frame_type type, const struct subject *subject,
		  const char *instrument, struct err *e)
{
	int64_t deadline = clock_now_ns() + EXPLAIN_TIME_NS;
	enum worker_event event;

	if (worker_wait_shown(w, deadline, subject->reported, instrument, &event, e))
		return -1;
	if (event == WORKER_FRAME && w->frame_type == (char)type)
		return 0;
	cleanup_free char *words = fault_words(w, event, EXPLAIN_TIME_NS);

	return fail(e, ERR_GUEST, 0, "run it under the instrument '%s': %s", instrument, words);
}

static int observe(struct setting *s, const struct subject *subject, const char *instrument,
		   const struct str *input, struct str *report, struct err *e)
{
	struct worker w = WORKER_INIT;
	struct iovec piece = {input->data, input->len};
	int rc = s->lab && lab_reset(s->lab, e) ? -1 : workdisk_renew(&s->disk, e);

	if (!rc && subject->machines)
		rc = setting_start_machines(s, e);
	if (!rc)
		rc = start(s, subject, instrument, &w, e);
	if (!rc)
		rc = expect(&w, FRAME_READY, subject, instrument, e);
	if (!rc)
		rc = worker_post(&w, FRAME_GO, &piece, 1, e);
	if (!rc)
		rc = expect(&w, FRAME_RESULT, subject, instrument, e);
	if (!rc)
		str_addn(report, w.frame.data, w.frame.len);
	worker_done(&w);
	setting_stop_machines(s);
	return rc;
}

static int choose_subject(const struct exercise *x, const struct explain_options *o,
			  struct subject *subject, struct err *e)
{
	const char *name = o->variant ? o->variant : x->variants[0].name;
	const struct exercise_variant *v = exercise_variant(x, name);

	*subject = (struct subject){0};
	if (o->try_file) {
		subject->submission = submission_take(o->try_file, x, e);
		if (!subject->submission)
			return -1;
		subject->build = &x->build;
		subject->machines = o->machines;
		if (o->machines && x->machine_count == 0)
			return fail(e, ERR_USAGE, 0, "exercise '%s' has no machines", x->name);
		if (o->machines)
			subject->image = x->machines[0].image;
		return 0;
	}
	if (!v)
		return exercise_no_variant(x, name, e);
	subject->image = v->image;
	subject->variant = v->file;
	subject->machines = v->machines;
	subject->build = &v->build;
	return 0;
}

/* An instrument needs memory of its own, and one CPU of those allowed will do. */
static int choose_limits(const struct exercise *x, struct limits *l, struct err *e)
{
	struct plan plan = {.min_blocks = 1, .max_blocks = 1, .confidence = 0.95};
	cleanup(strv_done) struct strv warnings = STRV_INIT;

	limits_copy(l, &x->limits);
	if (l->memory_bytes > 0)
		l->memory_bytes += EXPLAIN_MEMORY_BYTES;
	int rc = plan_fit_host(l, &warnings, e) || plan_init(&plan, 1, l, e) ? -1 : 0;

	for (size_t i = 0; i < warnings.len; i++)
		log_warn("%s", warnings.items[i]);
	if (rc)
		return -1;
	free(l->cpuset);
	l->cpuset = take_ptr(plan.cpuset);
	plan_done(&plan);
	return 0;
}

/* What the subject is built of, and how long that takes: part of what it costs. */
static int build_subject(struct setting *s, struct subject *subject,
			 void (*show)(const char *, void *), void *arg, struct err *e)
{
	/* What run built serves: an instrument's memory is not the compiler's. */
	const struct build_request request = {.build = subject->build,
					      .submission = subject->submission,
					      .memory_bytes = s->exercise->limits.memory_bytes};
	cleanup(str_done) struct str text = STR_INIT;
	char time[32];

	if (!subject->build || subject->build->commands.len == 0)
		return 0;
	if (build_ensure(s, &request, &subject->built, e))
		return -1;
	if (!subject->built.dir) {
		if (subject->built.log)
			show(subject->built.log, arg);
		return fail(e, ERR_GUEST, 0, "%s", subject->built.words);
	}
	str_addf(&text, "build: %s%s\n", str_human_ns(subject->built.build_ns, time, sizeof(time)),
		 subject->built.cached ? ", when it was built; kept since" : "");
	for (size_t i = 0; i < subject->build->commands.len; i++)
		str_addf(&text, "  %s\n", subject->build->commands.items[i]);
	show(text.data, arg);
	return 0;
}

static int keep_report(const struct explain_options *o, const struct str *report, struct err *e)
{
	json_t *j = o->reports
			? json_read_text("the instrument's report", report->data, report->len, e)
			: NULL;

	return o->reports && (!j || json_array_append_new(o->reports, j)) ? -1 : 0;
}

static int explain_all(struct setting *s, struct subject *subject, const struct strv *instruments,
		       const struct explain_options *o, void (*show)(const char *, void *),
		       void *arg, struct err *e)
{
	struct judge judge;
	cleanup(str_done) struct str input = STR_INIT;

	judge_init(&judge, s);
	int rc = judge_workload(&judge, rng_secret() >> 11, &input, e);

	for (size_t i = 0; !rc && i < instruments->len; i++) {
		cleanup(str_done) struct str report = STR_INIT;
		cleanup(str_done) struct str text = STR_INIT;

		log_info("%s: under way (%zu of %zu)", instruments->items[i], i + 1,
			 instruments->len);
		log_progress_begin(s->exercise->name, (int64_t)instruments->len, "instruments");
		subject->reported = (int64_t)i;
		log_progress_update(subject->reported, instruments->items[i]);
		rc = observe(s, subject, instruments->items[i], &input, &report, e);
		log_progress_end(NULL);
		if (!rc)
			rc = explain_text_print(report.data, report.len, o->colour, &text, e);
		if (!rc)
			rc = keep_report(o, &report, e);
		if (!rc)
			show(text.data, arg);
	}
	fault_done(&judge.blamed);
	judge_destroy(&judge); /* not before: an input may ask for what workload.py serves */
	return rc;
}

/* Those that the harness has, for any exercise. */
static int list_instruments(struct strv *names, struct err *e)
{
	cleanup_free char *dir = path_join(path_data_dir("exercises"), "harness/instruments");

	if (dir_list(dir, ".py", names, e))
		return -1;
	for (size_t i = names->len; i-- > 0;)
		if (names->items[i][0] == '_') /* Python's own */
			strv_remove(names, i);
	return 0;
}

int explain_check_instruments(const struct strv *asked, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;

	if (list_instruments(&names, e))
		return -1;
	for (size_t i = 0; i < asked->len; i++) {
		if (strv_has(&names, asked->items[i]))
			continue;
		cleanup_free char *all = strv_join(&names, ", ");

		fail(e, ERR_USAGE, 0, "there is no instrument '%s'", asked->items[i]);
		return hint(e, "the instruments are: %s", all);
	}
	return 0;
}

int explain_run(const struct exercise *x, const struct explain_options *options,
		void (*show)(const char *text, void *arg), void *arg, struct err *e)
{
	const struct strv *instruments =
	    options->instruments.len > 0 ? &options->instruments : &x->explain;
	const char *size_name = options->size ? options->size : x->explain_size;
	const struct exercise_size *size = exercise_size(x, size_name);
	struct limits limits = LIMITS_INIT;
	struct setting setting = {0};
	struct subject subject = {0};

	if (!size)
		return exercise_no_size(x, size_name, e);
	if (instruments->len == 0)
		return fail(e, ERR_SPEC, 0, "exercise '%s' names no instrument", x->name);
	if (explain_check_instruments(instruments, e))
		return -1;
	int rc = choose_subject(x, options, &subject, e) || choose_limits(x, &limits, e) ||
			 setting_create(&setting, x, size, &limits, e)
		     ? -1
		     : 0;

	if (!rc)
		rc = build_subject(&setting, &subject, show, arg, e);
	if (!rc)
		rc = explain_all(&setting, &subject, instruments, options, show, arg, e);
	submission_free(subject.submission);
	built_done(&subject.built);
	setting_destroy(&setting);
	limits_done(&limits);
	return rc;
}

json_t *explain_evidence(const struct exercise *x, const struct explain_options *o)
{
	const char *variant = o->try_file ? "try" : o->variant ? o->variant : x->variants[0].name;

	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:o}", "evidence", EVIDENCE_SCHEMA, "labctl",
			 LABCTL_VERSION, "exercise", x->name, "variant", variant, "size",
			 o->size ? o->size : x->explain_size, "reports", o->reports);
}
