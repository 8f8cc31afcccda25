/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limit is one of wall time less the time that the guest was ready to run and
 * others had the CPUs. A guest that loops has them itself, and one that sleeps is not
 * ready to run, however busy the machine: both end at the limit. A guest that is starved waits on,
 * up to READY_PATIENCE times as long; then the sample ends with words and a taint that name the
 * machine, and what is tainted gets another try (block.c).
 */
#include "bench/ready.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench/fault.h"
#include "bench/noise.h"

static const double WAITS_SHARE =
    0.25; /* of the CPU time it could have had: who uses less, waits */
static const int64_t LEAST_WAIT_NS = 100 * NS_PER_MS; /* between two looks at the machine */

struct start { /* of the wait */
	int64_t begin_ns;
	struct noise_reading noise;
};

/* What has become of the time since: of the guest's own CPU time, and taken by others. */
struct spent {
	int64_t wall_ns, own_cpu_ns, taken_ns;
};

int64_t ready_more_ns(int64_t limit_ns, int64_t wall_ns, int64_t taken_ns)
{
	int64_t left = limit_ns - (wall_ns - taken_ns);
	int64_t most = limit_ns * READY_PATIENCE - wall_ns;

	if (left <= 0 || most <= 0)
		return 0;
	left = left < LEAST_WAIT_NS ? LEAST_WAIT_NS : left;
	return left < most ? left : most;
}

static int look(const struct start *start, struct worker *w, const struct noise_watch *watch,
		struct spent *out, struct err *e)
{
	struct noise_reading now;
	struct usage usage;

	if (noise_read(watch, &now, e) || sandbox_usage(w->sandbox, &usage, e))
		return wrap(e, "learn why the guest is not ready");
	out->wall_ns = clock_now_ns() - start->begin_ns;
	out->own_cpu_ns = usage.cpu_ns;
	out->taken_ns =
	    noise_taken_ns(&start->noise, &now, sandbox_waited_ns(w->sandbox), watch->cpu_count);
	return 0;
}

/* READY's JSON: the interpreter's name, and how long setup() took as the guest says. */
static void read_ready(const struct worker *w, struct result_sample *out, char **python)
{
	json_error_t why;
	json_t *ready = json_loadb(w->frame.data, w->frame.len, 0, &why);
	const char *name = json_string_value(json_object_get(ready, "implementation"));
	const char *version = json_string_value(json_object_get(ready, "version"));

	out->setup_ns = json_integer_value(json_object_get(ready, "setup_ns"));
	if (python && !*python && name && version) {
		cleanup_free char *both =
		    xasprintf("%s %s", str_eq(name, "cpython") ? "CPython" : name, version);

		*python = fault_clean(both);
	}
	json_decref(ready);
}

/* A web application would never answer GO. */
static bool fits(const struct setting *s, const struct worker *w, struct result_sample *out)
{
	if (s->exercise->measure == MEASURE_LOAD || !strstr(w->frame.data, "\"port\""))
		return true;
	out->ending = ENDING_ERROR;
	out->words = xstrdup("this exercise measures run(ctx, data); the file defines handle(), a "
			     "web application");
	return false;
}

/* Not ready in time: by its own doing, or by the machine's? */
static void note_late(const struct setting *s, const struct spent *spent, int64_t limit_ns,
		      struct result_sample *out)
{
	double cpus = s->limits.cpu > 0 && s->limits.cpu < 1 ? s->limits.cpu : 1;
	double had = (double)(spent->wall_ns - spent->taken_ns) * cpus;
	char wall[32], taken[32], own[32];

	out->ending = ENDING_LIMIT_TIME;
	str_human_ns(spent->wall_ns, wall, sizeof(wall));
	str_human_ns(spent->taken_ns, taken, sizeof(taken));
	str_human_ns(spent->own_cpu_ns, own, sizeof(own));
	if (spent->wall_ns - spent->taken_ns < limit_ns) {
		out->words = xasprintf("not ready within %s, but others had its CPUs for %s of "
				       "them: the machine is too busy to tell",
				       wall, taken);
		strv_addf(&out->taints, "starved %.0f%%",
			  100.0 * (double)spent->taken_ns / (double)spent->wall_ns);
		return;
	}
	const char *why = (double)spent->own_cpu_ns < WAITS_SHARE * had
			      ? "what does it wait for, at import or in setup()?"
			      : "an endless loop outside run()?";

	out->words = xasprintf("not ready within %lld s, after %s of CPU time: %s",
			       (long long)(spent->wall_ns / NS_PER_S), own, why);
}

/* The wait ended without READY. Where to look is for who wrote the file; an interpreter that does
 * not start has its own words. */
static void note_fault(const struct worker *w, enum worker_event event,
		       const struct sample_request *r, struct result_sample *out)
{
	cleanup_free char *words = fault_words(w, event, r->setup_ns);

	out->ending = fault_ending(w, event);
	out->words =
	    event == WORKER_ENDED && r->submission
		? xasprintf("%s; run() had not begun: look at the imports and at setup()", words)
		: take_ptr(words);
}

int ready_await(const struct setting *s, struct worker *w, const struct sample_request *r,
		struct result_sample *out, char **python, struct err *e)
{
	struct start start = {.begin_ns = clock_now_ns()};
	int64_t deadline = start.begin_ns + r->setup_ns;
	enum worker_event event;
	struct spent spent = {0};

	if (noise_read(r->watch, &start.noise, e) || worker_wait(w, deadline, &event, e))
		return -1;
	while (event == WORKER_DEADLINE) {
		if (look(&start, w, r->watch, &spent, e))
			return -1;
		int64_t more = ready_more_ns(r->setup_ns, spent.wall_ns, spent.taken_ns);

		if (more == 0) {
			note_late(s, &spent, r->setup_ns, out);
			return 0;
		}
		if (worker_wait(w, clock_now_ns() + more, &event, e))
			return -1;
	}
	if (event != WORKER_FRAME || w->frame_type != FRAME_READY) {
		note_fault(w, event, r, out);
		return 0;
	}
	read_ready(w, out, python);
	if (out->setup_ns < 0 || out->setup_ns > w->frame_at_ns - start.begin_ns)
		out->setup_ns = 0; /* a lie; nothing depends on it */
	out->start_ns = w->frame_at_ns - start.begin_ns - out->setup_ns;
	return fits(s, w, out) ? 1 : 0;
}
