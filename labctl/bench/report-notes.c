/* SPDX-License-Identifier: Apache-2.0 */

/* What stands below the table: why a variant has no ratio, what was built, how short samples and
 * caches came out, how the run went. A paragraph each, and none where there is nothing to say. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench/counters.h"
#include "bench/report.h"
#include "bench/series.h"

void report_note(struct str *out, const char *text)
{
	str_add(out, "  ");
	str_add_wrapped(out, text, 2, 4);
}

/* What a compiler said, with the carets where it put them. */
static void add_log(const struct result_variant *v, struct str *out)
{
	const char *line = v->build.log;

	while (line && *line) {
		size_t len = strcspn(line, "\n");

		str_addf(out, "      %.*s\n", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

/* What happened to the variants that have no ratio. */
static void add_failures(const struct result *r, struct str *out)
{
	for (size_t i = 0; i < r->figure_count; i++) {
		const struct result_figure *f = &r->figures[i];

		if (!f->words)
			continue;
		cleanup_free char *text =
		    xasprintf("%s: %s: %s", r->variants[f->variant].name, f->verdict, f->words);

		report_note(out, text);
		add_log(&r->variants[f->variant], out);
	}
}

/* What was built, and how long that took, now or in the run that did it. */
static void add_builds(const struct result *r, struct str *out)
{
	cleanup(str_done) struct str text = STR_INIT;
	char time[32];

	for (size_t i = 0; i < r->variant_count; i++) {
		const struct result_build *b = &r->variants[i].build;

		if (!b->digest || b->log)
			continue;
		str_addf(&text, "%s%s %s%s",
			 text.len ? ", " : "Built before measuring: ", r->variants[i].name,
			 str_human_ns(b->build_ns, time, sizeof(time)), b->cached ? " (kept)" : "");
		if (b->trial_ns > 0)
			str_addf(&text, " and %s under a sanitizer",
				 str_human_ns(b->trial_ns, time, sizeof(time)));
	}
	if (!text.len)
		return;
	str_addc(&text, '.');
	report_note(out, text.data);
}

/* Of the samples that count, the mean; -1: none of them asked a cache server. */
static double hit_ratio(const struct result *r, int64_t variant)
{
	double sum = 0;
	size_t count = 0;

	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];

		for (size_t k = 0; k < s->service_count && s->variant == variant; k++) {
			double ratio = counters_hit_ratio(&s->services[k]);

			sum += ratio >= 0 ? ratio : 0;
			count += ratio >= 0;
		}
	}
	return count ? sum / (double)count : -1;
}

/* The mean of the samples of a variant, in whole keys. */
static int64_t evicted(const struct result *r, int64_t variant)
{
	int64_t sum = 0;
	int64_t count = 0;

	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];

		if (s->variant != variant)
			continue;
		count++;
		for (size_t k = 0; k < s->service_count; k++)
			sum += counters_evicted(&s->services[k]);
	}
	return count ? sum / count : 0;
}

static void add_hits(const struct result *r, struct str *out)
{
	cleanup(str_done) struct str text = STR_INIT;

	for (size_t i = 0; i < r->variant_count; i++) {
		double ratio = hit_ratio(r, (int64_t)i);

		if (ratio < 0)
			continue;
		str_addf(&text, "%s%s %.0f%%",
			 text.len ? ", " : "Cache hits, as the servers count them: ",
			 r->variants[i].name, 100 * ratio);
		if (evicted(r, (int64_t)i) > 0)
			str_addf(&text, " (%lld keys thrown out for want of memory)",
				 (long long)evicted(r, (int64_t)i));
	}
	if (!text.len)
		return;
	str_addc(&text, '.');
	report_note(out, text.data);
}

/* A cache that is empty has won nothing yet: what the load found before it was warm. */
static void add_cold(const struct result *r, struct str *out)
{
	cleanup(str_done) struct str text = STR_INIT;

	for (size_t i = 0; i < r->figure_count; i++) {
		const struct result_figure *f = &r->figures[i];

		if (!f->again && f->cold_throughput > 0)
			str_addf(&text, "%s%s %.0f",
				 text.len ? ", "
					  : "Cold: requests a second while caches were empty, "
					    "before what the table shows: ",
				 r->variants[f->variant].name, f->cold_throughput);
	}
	if (!text.len)
		return;
	str_addc(&text, '.');
	report_note(out, text.data);
}

/* "JIT" is said only where its engine says that it compiled something. */
static void add_series_of(const struct result *r, const struct result_figure *f, struct str *out)
{
	const struct result_warm *w = &f->warm;
	const char *python = r->variants[f->variant].python;
	cleanup(str_done) struct str text = STR_INIT;

	str_addf(&text, "%s (%s): ", r->variants[f->variant].name, python ? python : "?");
	if (w->compilations > 0)
		str_addf(&text, "JIT, %lld compilations seen; ", (long long)w->compilations);
	else
		str_add(&text, "no compilation was seen; ");
	if (f->variant != 0 && !isnan(w->cold_ratio.low)) {
		str_add(&text, "a first call, start included, is ");
		report_interval(&w->cold_ratio, &text);
		str_add(&text, " times as fast as the baseline's; ");
	}
	if (w->break_even.n > 0 && !isnan(w->break_even.estimate)) {
		str_addf(&text, "ahead in all after %.0f calls [%.0f, ", w->break_even.estimate,
			 w->break_even.low);
		if (isnan(w->break_even.high))
			str_add(&text, "never]; ");
		else
			str_addf(&text, "%.0f]; ", w->break_even.high);
	}
	if (w->steady_from > 0)
		str_addf(&text, "steady from call %lld on", (long long)w->steady_from);
	if (w->unsteady > 0)
		str_addf(
		    &text,
		    "%s%lld process%s never became steady: the median of the last third stands "
		    "in",
		    w->steady_from > 0 ? ", but " : "", (long long)w->unsteady,
		    w->unsteady == 1 ? "" : "es");
	if (!isnan(w->within))
		str_addf(&text, "; steady calls vary by %.1f%% within a process, by %.1f%% between",
			 100 * w->within, 100 * w->between);
	str_addc(&text, '.');
	report_note(out, text.data);
}

static void add_series(const struct result *r, struct str *out)
{
	for (size_t i = 0; i < r->figure_count && series_is(r); i++)
		if (!r->figures[i].again && !r->figures[i].words)
			add_series_of(r, &r->figures[i], out);
}

/* ---- short samples ---- */

static const int64_t SAMPLE_NS = 100000000; /* what a sample should last */

/* "redesigned 13%", after a comma where something came before. */
static void add_item(struct str *list, const char *name, char *what)
{
	str_addf(list, "%s%s %s", list->len ? ", " : "", name, what);
	free(what);
}

/* Which are called several times in a sample; which of the samples are short all the same. */
static void add_batches(const struct result *r, struct str *out)
{
	cleanup(str_done) struct str several = STR_INIT;
	cleanup(str_done) struct str brief = STR_INIT;

	for (size_t i = 0; i < r->figure_count; i++) {
		const struct result_figure *f = &r->figures[i];
		const struct result_variant *v = &r->variants[f->variant];
		int64_t calls = v->calls > 1 ? v->calls : 1;

		if (f->again || f->wall_ns <= 0)
			continue;
		if (calls > 1)
			add_item(&several, v->name, xasprintf("%lld", (long long)calls));
		if (calls * f->wall_ns < SAMPLE_NS)
			add_item(&brief, v->name, report_time(calls * f->wall_ns));
	}
	if (several.len) {
		cleanup_free char *text =
		    xasprintf("Called several times in a sample, each time in a fresh process: "
			      "%s. The time shown is of one call.",
			      several.data);

		report_note(out, text);
	}
	if (brief.len) {
		cleanup_free char *text = xasprintf(
		    "Samples below 100 ms%s: %s. Short ones feel the machine more, which "
		    "is in their intervals; a larger --size or --budget makes them longer.",
		    several.len ? " all the same" : "", brief.data);

		report_note(out, text);
	}
}

/* What of a short call is not the program's own work. */
static void add_overhead(const struct result *r, struct str *out)
{
	cleanup(str_done) struct str list = STR_INIT;
	char time[32];

	for (size_t i = 0; i < r->figure_count && r->overhead_ns > 0; i++) {
		const struct result_figure *f = &r->figures[i];

		if (!f->again && f->wall_ns > 0 && f->wall_ns < SAMPLE_NS)
			add_item(&list, r->variants[f->variant].name,
				 xasprintf("%.*f%%", r->overhead_ns * 10 < f->wall_ns,
					   100.0 * (double)r->overhead_ns / (double)f->wall_ns));
	}
	if (!list.len)
		return;
	cleanup_free char *text = xasprintf(
	    "Handing over input and output takes %s at least, as an empty program shows. Of a call "
	    "that is: %s.",
	    str_human_ns(r->overhead_ns, time, sizeof(time)), list.data);

	report_note(out, text);
}

static const char *stop_words(const char *stopped)
{
	if (str_eq(stopped, "precise"))
		return "every interval was narrow enough";
	if (str_eq(stopped, "budget"))
		return "the time budget was spent";
	if (str_eq(stopped, "blocks"))
		return "the budget's blocks were run (a longer --budget plans more)";
	if (str_eq(stopped, "interrupted"))
		return "it was interrupted";
	return stopped ? stopped : "of an unknown reason";
}

static size_t count_blocks(const struct result *r)
{
	return r->noise.n > 0 ? (size_t)r->noise.n : 0;
}

/* What would have been enough, where the budget ended a run before there was an interval. */
static char *enough_words(const struct result *r)
{
	int64_t blocks = (int64_t)count_blocks(r);
	int64_t minute = 60 * NS_PER_S;

	if (!str_eq(r->stopped, "budget") || blocks == 0 || blocks >= r->plan.min_blocks)
		return xstrdup("");
	int64_t whole = r->duration_ns / blocks * r->plan.min_blocks;

	return xasprintf(" An interval takes %lld blocks, on this machine about --budget %lldm.",
			 (long long)r->plan.min_blocks, (long long)((whole + minute - 1) / minute));
}

static void add_course(const struct result *r, struct str *out)
{
	char time[32];
	cleanup_free char *enough = enough_words(r);
	cleanup_free char *text = xasprintf(
	    "%zu block%s, %zu samples in %s; stopped because %s.%s Seed %llu, CPU %s.",
	    count_blocks(r), count_blocks(r) == 1 ? "" : "s", r->sample_count,
	    str_human_ns(r->duration_ns, time, sizeof(time)), stop_words(r->stopped), enough,
	    (unsigned long long)r->plan.seed, r->limits.cpuset ? r->limits.cpuset : "any");

	report_note(out, text);
}

/* Is there a variant, or the baseline's second copy alone, that did not fail? */
static bool any_ratio(const struct result *r)
{
	for (size_t i = 0; i < r->figure_count; i++)
		if (!r->figures[i].words &&
		    (r->variant_count == 1 ? r->figures[i].again : r->figures[i].variant != 0))
			return true;
	return false;
}

void report_notes(const struct result *r, struct str *out)
{
	add_failures(r, out);
	add_builds(r, out);
	add_series(r, out);
	add_cold(r, out);
	add_hits(r, out);
	report_io(r, out);
	report_noise(r, any_ratio(r), out);
	if (!report_is_load(r) && !series_is(r)) {
		add_batches(r, out);
		add_overhead(r, out);
	}
	add_course(r, out);
	for (size_t i = 0; i < r->warnings.len; i++)
		report_note(out, r->warnings.items[i]);
}
