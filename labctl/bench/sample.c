/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of things around the two moments that count:
 *
 *	services reset; sandbox started; READY
 *	    readings: host, services, workspace
 *	    clock, GO ---------- the guest works ---------- RESULT, clock
 *	    readings: workspace, services, host
 *	sandbox destroyed
 *
 * Readings enclose the work, the clock encloses it most tightly. While the
 * guest works, its anonymous memory is looked at (looks.h); what is between two
 * looks is caught by the kernel's peak of all memory, less what at RESULT is not
 * anonymous. Where the exercise measures a load, the load stands in the place of GO
 * and RESULT, and its closed loop is the time (sample-load.h).
 */
#include "bench/sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "bench/fault.h"
#include "bench/looks.h"
#include "bench/plan.h"
#include "bench/readings.h"
#include "bench/ready.h"
#include "bench/sample-load.h"
#include "bench/series.h"
#include "bench/worker.h"

static const int64_t FRAME_LIMIT_BYTES = INT64_C(64) << 20;
static const int64_t OUTPUT_LIMIT_BYTES = INT64_C(16) << 20;

static int start_worker(struct setting *s, const struct sample_request *r, struct worker *w,
			struct err *e)
{
	struct guest g;
	int64_t output_limit = s->limits.output_bytes;
	int rc = guest_init(&g, s, GUEST_WORKER, r->image, "worker.py", e);

	if (rc) {
		guest_done(&g);
		return -1;
	}
	guest_add_subject(&g, r->variant, r->submission);
	guest_add_built(&g, r->built);
	strv_addf(&g.env, "PYTHONHASHSEED=%u", plan_hash_seed(r->layout_seed));
	cleanup_free char *pad = xcalloc(1, PLAN_PAD_MAX + 1);

	memset(pad, 'x', plan_pad_bytes(r->layout_seed));
	strv_addf(&g.env, "LABCTL_PAD=%s", pad);
	rc = worker_start(w, guest_spec(&g), FRAME_LIMIT_BYTES,
			  output_limit > 0 ? output_limit : OUTPUT_LIMIT_BYTES, e);
	guest_done(&g);
	return rc;
}

/* A wait that brought no frame of the wanted type is the sample's ending. */
static void end_badly(const struct worker *w, enum worker_event event, int64_t limit_ns,
		      struct result_sample *out)
{
	out->ending = fault_ending(w, event);
	out->words = fault_words(w, event, limit_ns);
}

static void add_words(struct result_sample *out, const char *more)
{
	cleanup_free char *words = take_ptr(out->words);

	out->words = xasprintf("%s; %s", words, more);
}

int sample_go(struct worker *w, const struct sample_request *r, const struct str *input,
	      struct looks_memory *looks, struct result_sample *out, enum worker_event *event,
	      struct err *e)
{
	struct iovec piece = {input->data, input->len};
	int64_t begin = clock_now_ns();
	int64_t deadline = begin + r->time_ns;

	if (worker_post(w, FRAME_GO, &piece, 1, e))
		return -1;
	for (;;) {
		int64_t look = looks->next_ns;

		if (worker_wait(w, look < deadline ? look : deadline, event, e))
			return -1;
		out->wall_ns = (*event == WORKER_FRAME ? w->frame_at_ns : clock_now_ns()) - begin;
		if (*event != WORKER_DEADLINE || out->wall_ns >= r->time_ns)
			return 0;
		looks_take(looks, w->sandbox, clock_now_ns());
	}
}

char *sample_limits_met(const struct result_sample *s)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (s->usage.oom_kills > 0 && s->ending != ENDING_LIMIT_MEMORY)
		str_add(&text, "one of its processes was killed for lack of memory");
	if (s->usage.pids_refused > 0 && s->ending != ENDING_LIMIT_PIDS)
		str_addf(&text, "%sit had as many processes and threads as the limit allows",
			 text.len ? "; " : "");
	return text.len ? str_take(&text) : NULL;
}

/* There is no output: why? */
static void note_fault(const struct worker *w, enum worker_event event,
		       const struct sample_request *r, struct result_sample *out)
{
	end_badly(w, event, r->time_ns, out);
	cleanup_free char *limits = sample_limits_met(out);

	if (limits)
		add_words(out, limits);
	/* Its own limit made the pressure; only a lack of time can be the host's doing. */
	if (out->ending != ENDING_LIMIT_TIME)
		strv_done(&out->taints);
}

static void note_outputs(const struct payloads *outputs, struct result_sample *out)
{
	char hex[HASH_HEX_SIZE];

	payloads_digest(outputs, hex);
	out->output_digest = xstrdup(hex);
	out->output_bytes = payloads_bytes(outputs);
}

/* The work itself. 1: there is an output; 0: none, see event; -1: the host failed. */
static int work(struct setting *s, const struct sample_request *r, struct worker *w,
		struct looks_memory *looks, struct result_sample *out, struct payloads *outputs,
		enum worker_event *event, struct err *e)
{
	if (s->exercise->measure == MEASURE_LOAD)
		return sample_load(&s->size->load, r, w, looks, out, payloads_add(outputs), event,
				   e);
	if (s->exercise->measure == MEASURE_SERIES)
		return series_run(r, w, looks, out, outputs, FRAME_LIMIT_BYTES, event, e);
	if (sample_go(w, r, &r->inputs->items[0], looks, out, event, e))
		return -1;
	if (*event != WORKER_FRAME || w->frame_type != FRAME_RESULT)
		return 0;
	str_addn(payloads_add(outputs), w->frame.data, w->frame.len);
	out->ending = ENDING_OK;
	return 1;
}

/* Anonymous memory at its peak was at least what of the peak of all memory is nothing else now. */
static void raise_peak(int64_t *anon_peak, const struct usage *after)
{
	int64_t rest = after->memory_peak_bytes - after->file_bytes - after->kernel_bytes;

	if (after->anon_bytes > *anon_peak)
		*anon_peak = after->anon_bytes;
	if (rest > *anon_peak)
		*anon_peak = rest;
}

/* The work with the clocks around it. *load_cpu_ns: what the load generator used. */
static int work_clocked(struct setting *s, const struct sample_request *r, struct worker *w,
			struct looks_memory *looks, struct result_sample *out,
			struct payloads *outputs, int64_t *load_cpu_ns, enum worker_event *event,
			struct err *e)
{
	out->begin_ns = clock_now_ns() - r->run_begin_ns;
	int64_t cpu = clock_cpu_ns();
	int64_t begin = clock_now_ns();
	int rc = work(s, r, w, looks, out, outputs, event, e);

	out->measured_ns = clock_now_ns() - begin;
	if (s->exercise->measure == MEASURE_LOAD)
		*load_cpu_ns = clock_cpu_ns() - cpu;
	return rc;
}

/* From READY on. The worker is up. */
static int measure(struct setting *s, const struct sample_request *r, struct worker *w,
		   struct result_sample *out, struct payloads *outputs, int64_t *load_cpu_ns,
		   struct err *e)
{
	cleanup(readings_done) struct readings before = {0};
	cleanup(readings_done) struct readings after = {0};
	enum worker_event event = WORKER_DEADLINE;
	struct looks_memory looks;
	struct usage total;

	if (readings_begin(&before, s, r->watch, w, e))
		return -1;
	looks_begin(&looks, clock_now_ns(), before.usage.anon_bytes);
	int rc = work_clocked(s, r, w, &looks, out, outputs, load_cpu_ns, &event, e);

	if (rc < 0 || readings_end(&after, s, r->watch, w, event == WORKER_ENDED, e))
		return -1;
	raise_peak(&looks.peak_bytes, &after.usage);
	readings_record(s, &before, &after, looks.peak_bytes, out, &total);
	const struct noise_sample noise = {.before = before.noise,
					   .after = after.noise,
					   .usage = total,
					   .cpu_count = r->watch->cpu_count,
					   .quota = r->quota,
					   .overran = rc != 1 && event == WORKER_DEADLINE};

	noise_judge(r->rules, &noise, &out->taints);
	if (rc == 1 && s->exercise->measure == MEASURE_SERIES && series_ask(w, out, e))
		return -1;
	if (rc == 1)
		note_outputs(outputs, out);
	else
		note_fault(w, event, r, out);
	return 0;
}

/* What the code says of a full disk is "No space left on device": whose, and how large, says the
 * lab. */
static void note_full_disk(const struct setting *s, struct result_sample *out)
{
	char *words = s->disk.what && out->ending != ENDING_OK ? lab_disk_words(s->lab) : NULL;

	if (!words)
		return;
	free(out->words);
	out->words = words;
	out->ending = ENDING_LIMIT_DISK;
}

/* The page cache as the exercise declares it. 1: it is; 0: the sample has ended; -1: the host. */
static int set_cache(const struct setting *s, struct result_sample *out, struct err *e)
{
	int rc = workdisk_set_cache(&s->disk, &out->words, e);

	if (rc == 0)
		out->ending = ENDING_ERROR;
	return rc;
}

/* What the judge will see of the disk. */
static int cut_power(const struct setting *s, struct result_sample *out, struct err *e)
{
	int rc = workdisk_cut_power(&s->disk, &out->words, e);

	if (rc == 0)
		out->ending = ENDING_ERROR;
	return rc < 0 ? -1 : 0;
}

/* 1: the machines are up, or none are asked for; 0: one did not come up, which ends the sample. */
static int start_machines(struct setting *s, const struct sample_request *r,
			  struct result_sample *out, struct err *e)
{
	struct err why = {0};

	if (!r->machines || !setting_start_machines(s, &why))
		return 1;
	if (why.kind != ERR_GUEST) {
		if (e)
			*e = why;
		return -1;
	}
	out->ending = ENDING_EXITED;
	out->words = fault_clean(why.msg);
	return 0;
}

/* A sample that a machine left is none, right or not: fewer did the work than were asked for. */
static void note_machines(struct setting *s, struct result_sample *out)
{
	bool memory = false;
	cleanup_free char *ended = s->machines ? machines_ended(s->machines, &memory) : NULL;

	if (!ended)
		return;
	cleanup_free char *rest = take_ptr(out->words);
	cleanup_free char *words =
	    rest ? xasprintf("%s; the program itself: %s", ended, rest) : xstrdup(ended);

	out->ending = memory ? ENDING_LIMIT_MEMORY : ENDING_EXITED;
	out->words = fault_clean(words);
	strv_done(&out->taints);
}

/* With --verbose: where a sample's time goes, measured and not. */
static void tell_times(const int64_t t[6])
{
	static const char *const what[] = {"reset", "start", "ready", "measured", "removed"};
	cleanup(str_done) struct str text = STR_INIT;
	char time[32];

	for (size_t i = 0; i < ARRAY_SIZE(what); i++)
		str_addf(&text, "%s%s %s", i ? ", " : "", what[i],
			 str_human_ns(t[i + 1] - t[i], time, sizeof(time)));
	log_verbose("sample: %s", text.data);
}

int sample_run(struct setting *s, const struct sample_request *request, struct result_sample *out,
	       struct payloads *outputs, char **python, struct err *e)
{
	struct worker w = WORKER_INIT;
	int64_t own_cpu = clock_cpu_ns() + sandbox_cost_ns();
	int64_t load_cpu = 0;
	int64_t t[6] = {clock_now_ns()};
	int rc = s->lab && lab_reset(s->lab, e) ? -1 : workdisk_renew(&s->disk, e);

	if (!rc)
		rc = start_machines(s, request, out, e);
	out->batch = 1;
	out->input_bytes = payloads_bytes(request->inputs);
	t[1] = clock_now_ns();
	if (rc == 1)
		rc = start_worker(s, request, &w, e) ? -1 : 1;
	t[2] = clock_now_ns();
	if (rc == 1)
		rc = ready_await(s, &w, request, out, python, e);
	t[3] = clock_now_ns();
	if (rc == 1)
		rc = set_cache(s, out, e);
	if (rc == 1)
		rc = measure(s, request, &w, out, outputs, &load_cpu, e);
	if (!rc && out->ending == ENDING_OK)
		rc = cut_power(s, out, e);
	note_full_disk(s, out);
	t[4] = clock_now_ns();
	if (!rc)
		note_machines(s, out);
	worker_done(&w);
	setting_stop_machines(s);
	t[5] = clock_now_ns();
	out->own_cpu_ns = clock_cpu_ns() + sandbox_cost_ns() - own_cpu - load_cpu;
	tell_times(t);
	return rc;
}
