/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a sweep says: every variant at every point, and, over CPUs, how it
 * scales. A point whose limits killed the baseline, or a variant, is a result:
 * it has words where others have figures.
 */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "bench/sweep-scaling.h"
#include "report/chapter.h"

static const struct result *run_of(const struct sweep_point *p)
{
	return p->run_count ? &p->runs[0] : NULL;
}

/* ---- every point ---- */

static void add_point_cells(struct table *t, const struct sweep *s, const struct sweep_point *p)
{
	cleanup_free char *name = sweep_point_name(s, p);

	table_add_text(t, name);
	for (size_t i = 0; i < s->axis_count; i++)
		table_add_text(t, i < p->values.len ? p->values.items[i] : NULL);
}

static void add_figure(struct table *t, const struct sweep *s, const struct sweep_point *p,
		       const struct result_figure *f)
{
	const struct result *r = run_of(p);
	bool baseline = f->variant == 0;
	bool counts = !f->words;

	add_point_cells(t, s, p);
	table_add_text(t, r->variants[f->variant].name);
	table_add_text(t, baseline ? "the baseline" : f->verdict ? f->verdict : "not measured");
	table_add_number(t, baseline ? 1 : counts ? f->ratio.estimate : NAN);
	table_add_number(t, baseline || !counts ? NAN : f->ratio.low);
	table_add_number(t, baseline || !counts ? NAN : f->ratio.high);
	table_add_positive(t, counts ? (double)f->wall_ns : NAN);
	table_add_positive(t, (double)(f->cpu_ns + f->service_cpu_ns));
	table_add_positive(t, (double)f->memory_peak_bytes);
	table_add_text(t, f->words);
}

static void add_failed_point(struct table *t, const struct sweep *s, const struct sweep_point *p)
{
	add_point_cells(t, s, p);
	table_add_text(t, "baseline");
	table_add_text(t, p->failed ? "failed" : "not run");
	for (int i = 0; i < 6; i++)
		table_add_number(t, NAN);
	table_add_text(t, p->failed ? p->failed : "the sweep ended before");
}

static json_t *axes_json(const struct sweep *s)
{
	json_t *axes = json_array();

	for (size_t i = 0; i < s->axis_count; i++) {
		json_t *values = json_array();

		for (size_t k = 0; k < s->axes[i].values.len; k++)
			json_array_append_new(values, json_string(s->axes[i].values.items[k]));
		json_array_append_new(
		    axes, json_pack("{s:s, s:o}", "name", s->axes[i].name, "values", values));
	}
	return axes;
}

static void add_points(struct chapter *c, const struct sweep *s)
{
	struct table *t =
	    chapter_add_table(c, "sweep", "sweep", "Times faster, and time, at every point");

	t->note = xstrdup("At each point every variant is set beside a baseline under the same "
			  "limits; a cross is a variant that failed there.");
	table_add_column(t, "point", "limits", TABLE_TEXT);
	for (size_t i = 0; i < s->axis_count; i++)
		table_add_column(t, s->axes[i].name, s->axes[i].name, TABLE_TEXT);
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "verdict", "verdict", TABLE_TEXT);
	table_add_column(t, "times", "times faster", TABLE_TIMES);
	table_add_column(t, "low", "from", TABLE_TIMES);
	table_add_column(t, "high", "to", TABLE_TIMES);
	table_add_column(t, "wall_ns", "time", TABLE_NS);
	table_add_column(t, "cpu_ns", "CPU, all together", TABLE_NS);
	table_add_column(t, "memory_peak_bytes", "memory", TABLE_BYTES);
	table_add_column(t, "words", "what happened", TABLE_TEXT);
	for (size_t i = 0; i < s->point_count; i++) {
		const struct result *r = run_of(&s->points[i]);

		if (!r)
			add_failed_point(t, s, &s->points[i]);
		for (size_t k = 0; r && k < r->figure_count; k++)
			if (!r->figures[k].again)
				add_figure(t, s, &s->points[i], &r->figures[k]);
	}
	table_set_fact(t, "axes", axes_json(s));
	chapter_end_table(c);
}

/* ---- over CPUs ---- */

static void add_fits(struct chapter *c, const struct sweep *s)
{
	struct table *t = chapter_add_table(c, "amdahl", NULL, "Amdahl's law, fitted");

	t->note = xstrdup("The share of the work that more CPUs do not speed up, and the most that "
			  "any number of CPUs could give.");
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "serial", "serial share", TABLE_SHARE);
	table_add_column(t, "low", "from", TABLE_SHARE);
	table_add_column(t, "high", "to", TABLE_SHARE);
	table_add_column(t, "one", "time on one CPU, by the baseline's", TABLE_NUMBER);
	table_add_column(t, "most", "times faster at most", TABLE_TIMES);
	table_add_column(t, "n", "blocks", TABLE_COUNT);
	for (size_t i = 0; i < s->fit_count; i++) {
		const struct sweep_fit *f = &s->fits[i];

		table_add_text(t, f->variant);
		table_add_number(t, f->serial);
		table_add_number(t, f->low);
		table_add_number(t, f->high);
		table_add_number(t, f->one);
		table_add_number(t, f->serial > 0 ? 1 / (f->one * f->serial) : NAN);
		table_add_number(t, (double)f->n);
	}
	chapter_end_table(c);
}

static json_t *fits_json(const struct sweep *s)
{
	json_t *fits = json_object();

	for (size_t i = 0; i < s->fit_count; i++)
		json_object_set_new(
		    fits, s->fits[i].variant,
		    json_pack("{s:f, s:f}", "serial", s->fits[i].serial, "one", s->fits[i].one));
	return fits;
}

static void add_speeds(struct table *t, const struct sweep *s, const struct sweep_point *p)
{
	const struct result *r = run_of(p);
	struct sweep_speed speed;

	for (size_t i = 0; r && i < r->variant_count; i++) {
		if (!sweep_scaling_speed(s, p, r->variants[i].name, &speed))
			continue;
		table_add_text(t, r->variants[i].name);
		table_add_number(t, speed.cpus);
		table_add_number(t, speed.speedup);
		table_add_number(t, speed.efficiency);
		table_add_positive(t, speed.cpu_seconds * 1e9);
	}
}

static void add_scaling(struct chapter *c, const struct sweep *s)
{
	struct table *t = chapter_add_table(c, "scaling", "scaling", "How it scales with CPUs");

	t->note = xstrdup("Speedup over the sequential baseline; the dashed line is as many times "
			  "faster as there are CPUs, the curves are Amdahl's law as fitted.");
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "cpus", "CPUs", TABLE_NUMBER);
	table_add_column(t, "speedup", "speedup", TABLE_TIMES);
	table_add_column(t, "efficiency", "efficiency", TABLE_SHARE);
	table_add_column(t, "cpu_ns", "CPU time", TABLE_NS);
	for (size_t i = 0; s->fit_count && i < s->point_count; i++)
		add_speeds(t, s, &s->points[i]);
	table_set_fact(t, "fits", fits_json(s));
	chapter_end_table(c);
}

/* ---- in words ---- */

/* The point where a variant gained most, of what is shown to be faster. */
static void set_headline(struct chapter *c, const struct sweep *s)
{
	const struct result_figure *best = NULL;
	const struct sweep_point *at = NULL;

	for (size_t i = 0; i < s->point_count; i++) {
		const struct result *r = run_of(&s->points[i]);

		for (size_t k = 0; r && k < r->figure_count; k++) {
			const struct result_figure *f = &r->figures[k];

			if (str_eq(f->verdict, "faster") && f->variant && !f->again &&
			    (!best || f->ratio.estimate > best->ratio.estimate)) {
				best = f;
				at = &s->points[i];
			}
		}
	}
	if (!best) {
		c->headline.amount = xstrdup("nothing shown to be faster");
		c->headline.sure = xasprintf("at none of %zu points", s->point_count);
		c->headline.tone = xstrdup("open");
		return;
	}
	cleanup_free char *point = sweep_point_name(s, at);

	chapter_figure_headline(c, run_of(at), best);
	cleanup_free char *sure = c->headline.sure;

	c->headline.sure = xasprintf("at %s. %s", point, sure);
}

static void set_about(struct chapter *c, const struct sweep *s, const char *path)
{
	cleanup(str_done) struct str axes = STR_INIT;
	char time[32];

	for (size_t i = 0; i < s->axis_count; i++) {
		cleanup_free char *values = strv_join(&s->axes[i].values, ", ");

		str_addf(&axes, "%s%s %s", i ? "; " : "", s->axes[i].name, values);
	}
	c->about = xasprintf("A sweep, size %s: %s. %zu points in %s from seed %#llx; kept in %s.",
			     s->size ? s->size : "unknown", axes.data, s->point_count,
			     str_human_ns(s->duration_ns, time, sizeof(time)),
			     (unsigned long long)s->seed, path);
	c->started = xstrdup(s->started);
	for (size_t i = 0; i < s->point_count; i++) {
		cleanup_free char *name = sweep_point_name(s, &s->points[i]);

		if (s->points[i].failed)
			strv_addf(&c->remarks, "%s: %s", name, s->points[i].failed);
	}
}

void chapter_sweep(struct chapter *c, const struct sweep *s, const char *path)
{
	free(c->title);
	c->title = xasprintf("%s, as limits change", c->exercise);
	set_about(c, s, path);
	set_headline(c, s);
	add_scaling(c, s);
	add_fits(c, s);
	add_points(c, s);
	for (size_t i = 0; i < s->point_count; i++)
		if (run_of(&s->points[i])) {
			chapter_host(c, run_of(&s->points[i]));
			return;
		}
}
