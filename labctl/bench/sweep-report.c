/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table has a row for each point and a column for each variant; where there
 * are more variants than fit 100 columns, they go on beneath. A cell is the
 * times faster, with a tilde where no difference is shown, or one word for the
 * limit that ended it. The picture shows the same numbers from left to right,
 * doubling by doubling, each variant as a letter.
 */
#include "bench/sweep-report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bench/report.h"
#include "bench/sweep-scaling.h"
#include "stats/ratio.h"

enum { LINE_WIDTH = 100, PICTURE_WIDTH = 56, LETTERS = 26 };

/* ---- looking things up ---- */

static const struct result *first_run(const struct sweep *s)
{
	for (size_t i = 0; i < s->point_count; i++)
		if (s->points[i].run_count)
			return s->points[i].runs;
	return NULL;
}

static const struct result_figure *figure_of(const struct sweep_point *p, size_t variant)
{
	const struct result *r = p->run_count ? p->runs : NULL;

	for (size_t i = 0; r && i < r->figure_count; i++)
		if (!r->figures[i].again && (size_t)r->figures[i].variant == variant)
			return &r->figures[i];
	return NULL;
}

/* The sample that ended a variant; NULL: none did. */
static const struct result_sample *last_failure(const struct sweep_point *p, size_t variant)
{
	const struct result *r = p->runs;

	for (size_t i = p->run_count ? r->sample_count : 0; i-- > 0;)
		if ((size_t)r->samples[i].variant == variant && r->samples[i].ending != ENDING_OK)
			return &r->samples[i];
	return NULL;
}

/* A pool whose worker was killed ends in many ways, but for one reason. */
static const char *failure_word(const struct result_sample *s)
{
	if (s->ending == ENDING_LIMIT_MEMORY || s->usage.oom_kills > 0)
		return "memory!";
	if (s->ending == ENDING_LIMIT_PIDS || s->usage.pids_refused > 0)
		return "pids!";
	if (s->ending == ENDING_LIMIT_TIME)
		return "time!";
	return s->ending == ENDING_WRONG ? "wrong" : "failed";
}

static char *cell_text(const struct sweep_point *p, size_t variant)
{
	const struct result_figure *f = figure_of(p, variant);
	const struct result_sample *failure = last_failure(p, variant);

	if (failure)
		return xstrdup(failure_word(failure));
	if (!f || isnan(f->ratio.estimate))
		return xstrdup("-");
	bool shown = str_eq(f->verdict, ratio_verdict_words(VERDICT_FASTER)) ||
		     str_eq(f->verdict, ratio_verdict_words(VERDICT_SLOWER));

	return xasprintf("%s%.*f", shown ? "" : "~", f->ratio.estimate < 9.95 ? 2 : 1,
			 f->ratio.estimate);
}

/* ---- the table ---- */

static int axis_width(const struct sweep_axis *a)
{
	size_t width = strlen(a->name);

	for (size_t i = 0; i < a->values.len; i++)
		if (strlen(a->values.items[i]) > width)
			width = strlen(a->values.items[i]);
	return (int)width;
}

static void add_axes(const struct sweep *s, const struct sweep_point *p, struct str *out)
{
	for (size_t i = 0; i < s->axis_count; i++)
		str_addf(out, "%-*s  ", axis_width(&s->axes[i]),
			 p ? p->values.items[i] : s->axes[i].name);
}

static int variant_width(const struct result *r, size_t variant)
{
	size_t length = strlen(r->variants[variant].name);

	return length > 7 ? (int)length : 7;
}

/* As many variants from `first` on as fit a line: where the next line begins. */
static size_t fit_line(const struct sweep *s, const struct result *r, size_t first)
{
	int width = 9;
	size_t end = first;

	for (size_t i = 0; i < s->axis_count; i++)
		width += axis_width(&s->axes[i]) + 2;
	while (end < r->variant_count &&
	       (end == first || width + variant_width(r, end) + 2 <= LINE_WIDTH))
		width += variant_width(r, end++) + 2;
	return end;
}

static void end_line(struct str *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	str_addc(out, '\n');
}

static void add_row(const struct sweep *s, const struct sweep_point *p, const struct result *r,
		    size_t first, size_t end, struct str *out)
{
	const struct result_figure *baseline = figure_of(p, 0);
	cleanup_free char *time =
	    p->failed ? xstrdup("failed") : report_time(baseline ? baseline->wall_ns : 0);

	add_axes(s, p, out);
	str_addf(out, "%8s  ", time);
	for (size_t v = first; v < end; v++) {
		cleanup_free char *cell = cell_text(p, v);

		str_addf(out, "%*s  ", variant_width(r, v), cell);
	}
	end_line(out);
}

static void add_table(const struct sweep *s, const struct result *r, size_t first, size_t end,
		      struct str *out)
{
	add_axes(s, NULL, out);
	str_addf(out, "%8s  ", "baseline");
	for (size_t v = first; v < end; v++)
		str_addf(out, "%*s  ", variant_width(r, v), r->variants[v].name);
	end_line(out);
	for (size_t i = 0; i < s->point_count; i++)
		add_row(s, &s->points[i], r, first, end, out);
}

/* ---- the picture ---- */

struct scale {
	double low, high; /* log2 of the times faster at its ends */
};

static bool position_of(const struct scale *scale, const struct sweep_point *p, size_t variant,
			size_t *at)
{
	const struct result_figure *f = figure_of(p, variant);

	if (!f || last_failure(p, variant) || !(f->ratio.estimate > 0))
		return false;
	double share =
	    (log2(f->ratio.estimate) - scale->low) / (scale->high - scale->low) * PICTURE_WIDTH;

	*at = share < 0 ? 0 : share >= PICTURE_WIDTH ? PICTURE_WIDTH - 1 : (size_t)share;
	return true;
}

/* Whole doublings around all that is to be shown, and around 1. */
static struct scale scale_of(const struct sweep *s, const struct result *r)
{
	struct scale scale = {-1, 1};

	for (size_t i = 0; i < s->point_count; i++) {
		for (size_t v = 1; v < r->variant_count; v++) {
			const struct result_figure *f = figure_of(&s->points[i], v);

			if (!f || !(f->ratio.estimate > 0))
				continue;
			scale.low = fmin(scale.low, floor(log2(f->ratio.estimate)));
			scale.high = fmax(scale.high, ceil(log2(f->ratio.estimate)));
		}
	}
	return scale;
}

static size_t mark_of(const struct scale *scale, double doublings)
{
	return (size_t)((doublings - scale->low) / (scale->high - scale->low) * PICTURE_WIDTH);
}

/* Letters that meet stand side by side. */
static void add_picture_row(const struct sweep *s, const struct sweep_point *p,
			    const struct result *r, const struct scale *scale, struct str *out)
{
	char line[PICTURE_WIDTH + LETTERS + 1];
	cleanup(str_done) struct str lost = STR_INIT;

	memset(line, ' ', sizeof(line));
	line[mark_of(scale, 0)] = '|';
	for (size_t v = 1; v < r->variant_count && v <= LETTERS; v++) {
		size_t at;

		if (!position_of(scale, p, v, &at)) {
			if (last_failure(p, v))
				str_addf(&lost, " %c", (char)('a' + v - 1));
			continue;
		}
		while (line[at] != ' ' && line[at] != '|')
			at++;
		line[at] = (char)('a' + v - 1);
	}
	line[lost.len > 0 ? PICTURE_WIDTH : sizeof(line) - 1] = '\0';
	add_axes(s, p, out);
	str_addf(out, "%s%s%s", line, lost.len > 0 ? " ended:" : "", lost.data);
	end_line(out);
}

static void add_ruler(const struct sweep *s, const struct scale *scale, struct str *out)
{
	char line[PICTURE_WIDTH + 16];
	int step = scale->high - scale->low > 8 ? 2 : 1;

	memset(line, ' ', sizeof(line));
	for (int d = (int)scale->low; d <= (int)scale->high; d += step) {
		char text[16];
		int n = snprintf(text, sizeof(text), "%gx", exp2(d));

		memcpy(line + mark_of(scale, d), text, (size_t)n);
	}
	line[sizeof(line) - 1] = '\0';
	add_axes(s, NULL, out);
	str_add(out, line);
	end_line(out);
}

static void add_picture(const struct sweep *s, const struct result *r, struct str *out)
{
	struct scale scale = scale_of(s, r);
	cleanup(str_done) struct str names = STR_INIT;

	add_ruler(s, &scale, out);
	for (size_t i = 0; i < s->point_count; i++) {
		const struct sweep_point *p = &s->points[i];

		if (p->run_count) {
			add_picture_row(s, p, r, &scale, out);
			continue;
		}
		add_axes(s, p, out);
		str_add(out, p->failed ? "the baseline failed" : "not run");
		str_addc(out, '\n');
	}
	for (size_t v = 1; v < r->variant_count && v <= LETTERS; v++)
		str_addf(&names, "%s%c %s", v > 1 ? ", " : "", (char)('a' + v - 1),
			 r->variants[v].name);
	str_addc(out, '\n');
	str_add_wrapped(out, names.data, 0, 2);
}

/* ---- what failed ---- */

static void add_words(const char *who, const char *where, const char *words, struct str *out)
{
	cleanup_free char *text = xasprintf("%s at %s: %s", who, where, words ? words : "failed");

	str_add(out, "  ");
	str_add_wrapped(out, text, 2, 4);
}

static void add_failures(const struct sweep *s, struct str *out)
{
	for (size_t i = 0; i < s->point_count; i++) {
		const struct sweep_point *p = &s->points[i];
		cleanup_free char *where = sweep_point_name(s, p);

		if (p->failed)
			add_words("everything", where, p->failed, out);
		for (size_t v = 1; p->run_count && v < p->runs->variant_count; v++) {
			const struct result_sample *failure = last_failure(p, v);

			if (failure)
				add_words(p->runs->variants[v].name, where, failure->words, out);
		}
	}
}

/* ---- scaling ---- */

static void add_fit(const struct sweep_fit *f, struct str *out)
{
	cleanup(str_done) struct str text = STR_INIT;

	str_addf(&text,
		 "Amdahl's law: %.0f%% of it [%.0f%%, %.0f%%] gains nothing from more CPUs; on any "
		 "number of them it is ",
		 100 * f->serial, 100 * f->low, 100 * f->high);
	/* An interval that reaches down to nothing bounds nothing. */
	if (f->low > 0)
		str_addf(&text, "at most %.1f times faster than the baseline [%.1f, %.1f]",
			 1 / (f->one * f->serial), 1 / (f->one * f->high), 1 / (f->one * f->low));
	else
		str_addf(&text,
			 "at least %.1f times faster than the baseline; where that ends, these "
			 "CPUs are too few or too busy to tell",
			 1 / (f->one * f->high));
	str_add(out, "               ");
	str_add_wrapped(out, text.data, 15, 15);
}

static void add_speeds(const struct sweep *s, const char *variant, struct str *out)
{
	const char *name = variant;

	for (size_t i = 0; i < s->point_count; i++) {
		struct sweep_speed speed;

		if (!sweep_scaling_speed(s, &s->points[i], variant, &speed))
			continue;
		str_addf(out, "%-13s  %4g  %7.2f  %9.0f%%  %8.3f s\n", name, speed.cpus,
			 speed.speedup, 100 * speed.efficiency, speed.cpu_seconds);
		name = "";
	}
}

static void add_scaling(const struct sweep *s, struct str *out)
{
	if (s->fit_count == 0)
		return;
	str_addf(out, "\n%-13s  %4s  %7s  %10s  %10s\n", "scaling", "CPUs", "speedup", "efficiency",
		 "CPU time");
	for (size_t i = 0; i < s->fit_count; i++) {
		add_speeds(s, s->fits[i].variant, out);
		add_fit(&s->fits[i], out);
	}
	str_add(out, "speedup: over the baseline, which works on one CPU, in the same blocks. "
		     "efficiency: speedup\n  by CPUs. CPU time: all processes and services "
		     "together, median.\n");
}

/* ---- all of it ---- */

static void add_legend(const struct sweep *s, struct str *out)
{
	str_addf(out,
		 "\nbaseline: its time at that point. Beneath a variant: times faster than the "
		 "baseline at the same\n  point; ~ where no difference is shown; memory!, time!, "
		 "pids! where that limit ended it.\n"
		 "The points ran in random order, each with a baseline of its own. Seed %llu.\n",
		 (unsigned long long)s->seed);
}

void sweep_report_print(const struct sweep *s, struct str *out)
{
	const struct result *r = first_run(s);

	str_addf(out, "%s, size %s: %zu points\n\n", s->exercise, s->size, s->point_count);
	if (r && r->variant_count > 1) {
		for (size_t first = 1, end; first < r->variant_count; first = end) {
			end = fit_line(s, r, first);
			add_table(s, r, first, end, out);
			str_addc(out, '\n');
		}
		add_picture(s, r, out);
	} else if (r) {
		add_table(s, r, 1, 1, out);
	}
	str_addc(out, '\n');
	add_failures(s, out);
	add_scaling(s, out);
	add_legend(s, out);
}

void sweep_report_plan(const struct sweep *s, const size_t *order, int64_t budget_ns,
		       struct str *out)
{
	char each[32];
	char all[32];

	str_addf(out, "%s, size %s: %zu points, %s each, %s in all at most\n", s->exercise, s->size,
		 s->point_count, str_human_ns(budget_ns, each, sizeof(each)),
		 str_human_ns(budget_ns * (int64_t)s->point_count, all, sizeof(all)));
	for (size_t i = 0; i < s->point_count; i++) {
		cleanup_free char *name = sweep_point_name(s, &s->points[order[i]]);

		str_addf(out, "  %2zu  %s\n", i + 1, name);
	}
}
