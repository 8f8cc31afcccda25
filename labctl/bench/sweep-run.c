/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/sweep-run.h"

#include <sched.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "bench/sweep-scaling.h"
#include "sandbox/cpus.h"

/* ---- planning ---- */

static int check_limits(const struct sweep *s, const struct limits *given, struct err *e)
{
	const char *twice = given->cpu > 0 && sweep_has_axis(s, "cpu")               ? "cpu"
			    : given->memory_bytes > 0 && sweep_has_axis(s, "memory") ? "memory"
										     : NULL;

	return twice ? fail(e, ERR_USAGE, 0, "--%s and --sweep %s contradict each other", twice,
			    twice)
		     : 0;
}

int sweep_run_plan(struct sweep *s, const struct exercise *x, const struct run_options *options,
		   const struct strv *axes, struct err *e)
{
	const char *size = options->size ? options->size : "small";
	cpu_set_t allowed;

	if (cpus_allowed(&allowed, e))
		return -1;
	for (size_t i = 0; i < axes->len; i++)
		if (sweep_add_axis(s, axes->items[i], CPU_COUNT(&allowed), e))
			return -1;
	if (check_limits(s, &options->limits, e) || sweep_make_points(s, e))
		return -1;
	if (!exercise_size(x, size))
		return exercise_no_size(x, size, e);
	s->labctl = xstrdup(LABCTL_VERSION);
	s->exercise = xstrdup(x->name);
	s->size = xstrdup(size);
	s->seed = options->has_seed ? options->seed : rng_secret() >> 11;
	return 0;
}

void sweep_run_order(const struct sweep *s, size_t *order)
{
	struct rng rng;

	for (size_t i = 0; i < s->point_count; i++)
		order[i] = i;
	rng_init(&rng, s->seed);
	rng_shuffle(&rng, order, s->point_count);
}

int64_t sweep_run_budget(const struct exercise *x, const struct run_options *options)
{
	const struct exercise_size *size =
	    exercise_size(x, options->size ? options->size : "small");

	return options->budget_ns > 0 ? options->budget_ns : size ? size->budget_ns : 0;
}

/* ---- executing ---- */

/* A baseline that does not live through the limits is an answer; a host that fails is none. */
static int run_point(struct sweep *s, struct sweep_point *p, const struct exercise *x,
		     const struct run_options *options, struct err *e)
{
	struct run_options o = *options;
	struct err why = {0};
	struct run run;

	o.has_seed = true;
	o.seed = s->seed;
	o.limits = (struct limits)LIMITS_NONE;
	limits_copy(&o.limits, &options->limits);
	sweep_limits(s, p, &o.limits);
	int rc = run_prepare(&run, x, &o, &why);

	if (!rc)
		rc = run_execute(&run, &why);
	if (!rc) {
		p->runs = xcalloc(1, sizeof(*p->runs));
		p->run_count = 1;
		run_take_record(&run, p->runs);
	}
	run_done(&run);
	limits_done(&o.limits);
	if (rc && why.kind != ERR_GUEST) {
		if (e)
			*e = why;
		cleanup_free char *name = sweep_point_name(s, p);
		return wrap(e, "sweep at %s", name);
	}
	p->failed = rc ? xstrdup(why.msg) : NULL;
	return 0;
}

static bool was_interrupted(const struct sweep_point *p)
{
	return p->run_count && str_eq(p->runs[0].stopped, "interrupted");
}

int sweep_run_execute(struct sweep *s, const struct exercise *x, const struct run_options *options,
		      struct err *e)
{
	cleanup_free size_t *order = xreallocarray(NULL, s->point_count, sizeof(*order));
	int64_t begin = clock_now_ns();
	const char *why = "done";
	char now[32];

	s->started = xstrdup(clock_iso8601(clock_wall_ns(), now, sizeof(now)));
	sweep_run_order(s, order);
	for (size_t i = 0; i < s->point_count && str_eq(why, "done"); i++) {
		struct sweep_point *p = &s->points[order[i]];
		cleanup_free char *name = sweep_point_name(s, p);

		log_info("%s at %s (point %zu of %zu)", s->exercise, name, i + 1, s->point_count);
		p->position = (int64_t)i;
		if (run_point(s, p, x, options, e))
			return -1;
		if (was_interrupted(p))
			why = "interrupted";
	}
	s->duration_ns = clock_now_ns() - begin;
	s->stopped = xstrdup(why);
	if (exercise_scales_cpus(&x->scaling))
		sweep_scaling_fit(s);
	return 0;
}
