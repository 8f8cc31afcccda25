/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables are at most 100 columns wide, those without services about 90. A cell
 * is made as plain text, padded, and coloured last, so that colour never moves
 * a column.
 */
#include "bench/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench/counters.h"
#include "bench/series.h"
#include "stats/ratio.h"

enum column {
	COL_NAME,
	COL_RATIO,
	COL_TIME,
	COL_COLD,
	COL_STEADY,
	COL_EVEN,
	COL_THROUGHPUT,
	COL_P50,
	COL_P99,
	COL_CPU,
	COL_SERVICES,
	COL_ANON,
	COL_CACHE,
	COL_TOTAL,
	COL_VERDICT,
	COL_COUNT,
};

static const struct {
	const char *head, *under;
	int width;
	bool left;
} columns[COL_COUNT] = {
    [COL_NAME] = {"", "variant", 13, true},
    [COL_RATIO] = {"times faster", "[95% interval]", 20, true},
    [COL_TIME] = {"", "time", 7, false},
    [COL_COLD] = {"first", "call", 7, false},
    [COL_STEADY] = {"steady", "call", 7, false},
    [COL_EVEN] = {"ahead", "after", 6, false},
    [COL_THROUGHPUT] = {"requests", "/second", 8, false},
    [COL_P50] = {"response", "median", 8, false},
    [COL_P99] = {"", "p99", 7, false},
    [COL_CPU] = {"", "CPU", 7, false},
    [COL_SERVICES] = {"CPU of", "services", 8, false},
    [COL_ANON] = {"peak", "anon", 5, false},
    [COL_CACHE] = {"", "cache", 5, false},
    [COL_TOTAL] = {"memory", "total", 6, false},
    [COL_VERDICT] = {"", "verdict", 0, true},
};

struct row {
	char *cells[COL_COUNT];
	const char *colour; /* of the verdict; NULL: none */
};

static void row_done(struct row *row)
{
	for (int c = 0; c < COL_COUNT; c++)
		free(row->cells[c]);
}

bool report_colour_wanted(int fd)
{
	const char *term = getenv("TERM");
	const char *refused = getenv("NO_COLOR");

	return isatty(fd) && term && !str_eq(term, "dumb") && !(refused && *refused);
}

/* Decimals so that half the interval's width shows two digits; at most three. */
static int decimals_for(double half_width)
{
	if (!(half_width > 0))
		return 2;
	int decimals = 1 - (int)floor(log10(half_width));

	return decimals < 0 ? 0 : decimals > 3 ? 3 : decimals;
}

void report_interval(const struct result_interval *i, struct str *out)
{
	if (isnan(i->estimate) || isnan(i->low)) {
		str_add(out, "-");
		return;
	}
	int d = decimals_for((i->high - i->low) / 2);

	str_addf(out, "%.*f [%.*f, %.*f]", d, i->estimate, d, i->low, d, i->high);
}

/* "14.2M": five characters at most. */
char *report_bytes(int64_t bytes)
{
	static const char units[] = "BKMGT";
	double value = (double)bytes;
	size_t unit = 0;

	if (bytes <= 0)
		return xstrdup("-");
	while (value >= 999.5 && unit + 2 < sizeof(units)) {
		value /= 1024;
		unit++;
	}
	return xasprintf("%.*f%c", unit && value < 9.95 ? 1 : 0, value, units[unit]);
}

char *report_time(int64_t ns)
{
	char text[32];

	return xstrdup(ns > 0 ? str_human_ns(ns, text, sizeof(text)) : "-");
}

static bool uses_services(const struct result *r)
{
	for (size_t i = 0; i < r->sample_count; i++)
		if (r->samples[i].service_count > 0)
			return true;
	return false;
}

static bool is_load(const struct result *r)
{
	return str_eq(r->measure, "load");
}

static bool shows(const struct result *r, enum column c)
{
	switch (c) {
	case COL_TIME:
		return !is_load(r) && !series_is(r);
	case COL_COLD:
	case COL_STEADY:
	case COL_EVEN:
		return series_is(r);
	case COL_THROUGHPUT:
	case COL_P50:
	case COL_P99:
		return is_load(r);
	case COL_SERVICES:
		return uses_services(r);
	case COL_CACHE:
		return !is_load(r) && !series_is(r);
	case COL_ANON:
		return !is_load(r); /* they would not fit 100 columns */
	default:
		return true;
	}
}

const char *report_verdict_colour(const char *verdict)
{
	if (str_eq(verdict, ratio_verdict_words(VERDICT_FASTER)))
		return "\033[32m";
	if (str_eq(verdict, ratio_verdict_words(VERDICT_NO_DIFFERENCE)) ||
	    str_eq(verdict, ratio_verdict_words(VERDICT_IMPRECISE)))
		return "\033[33m";
	return "\033[31m";
}

/* After how many calls it has cost less than the baseline in all. */
static char *break_even_words(const struct result_figure *f)
{
	if (f->variant == 0 || f->warm.break_even.n == 0)
		return xstrdup("-");
	if (isnan(f->warm.break_even.estimate))
		return xstrdup("never");
	return xasprintf("%.0f", f->warm.break_even.estimate);
}

static void fill_row(const struct result *r, const struct result_figure *f, struct row *row)
{
	cleanup(str_done) struct str ratio = STR_INIT;
	bool baseline = f->variant == 0 && !f->again;

	if (baseline)
		str_add(&ratio, "1");
	else
		report_interval(&f->ratio, &ratio);
	row->cells[COL_NAME] =
	    xasprintf("%s%s", r->variants[f->variant].name, f->again ? " again" : "");
	row->cells[COL_RATIO] = str_take(&ratio);
	row->cells[COL_TIME] = report_time(f->wall_ns);
	row->cells[COL_COLD] = report_time(f->warm.cold_ns);
	row->cells[COL_STEADY] = report_time(f->wall_ns);
	row->cells[COL_EVEN] = break_even_words(f);
	row->cells[COL_THROUGHPUT] =
	    f->throughput > 0 ? xasprintf("%.0f", f->throughput) : xstrdup("-");
	row->cells[COL_P50] = report_time(f->p50_ns);
	row->cells[COL_P99] = report_time(f->p99_ns);
	row->cells[COL_CPU] = report_time(f->cpu_ns);
	row->cells[COL_SERVICES] = report_time(f->service_cpu_ns);
	row->cells[COL_ANON] = report_bytes(f->anon_peak_bytes);
	row->cells[COL_CACHE] = report_bytes(f->file_bytes);
	row->cells[COL_TOTAL] = report_bytes(f->memory_peak_bytes);
	row->cells[COL_VERDICT] = xstrdup(baseline     ? "the baseline"
					  : f->verdict ? f->verdict
						       : "-");
	row->colour = baseline ? NULL : report_verdict_colour(row->cells[COL_VERDICT]);
}

/* Display width of UTF-8 text, as far as our cells need it: one column a character. */
static int width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

static void add_cell(const char *text, int width, bool left, struct str *out)
{
	int pad = width - width_of(text);

	if (!left && pad > 0)
		str_addf(out, "%*s", pad, "");
	str_add(out, text);
	if (left && pad > 0)
		str_addf(out, "%*s", pad, "");
}

static void trim_line(struct str *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	str_addc(out, '\n');
}

static void add_row(const struct result *r, const struct row *row, const int *widths, bool colour,
		    struct str *out)
{
	for (int c = 0; c < COL_COUNT; c++) {
		bool paint = c == COL_VERDICT && colour && row->colour;

		if (!shows(r, (enum column)c))
			continue;
		str_add(out, c ? "  " : "");
		str_add(out, paint ? row->colour : "");
		add_cell(row->cells[c], widths[c], columns[c].left, out);
		str_add(out, paint ? "\033[0m" : "");
	}
	trim_line(out);
}

static void add_head(const struct result *r, const int *widths, bool colour, struct str *out)
{
	for (int line = 0; line < 2; line++) {
		str_add(out, colour ? "\033[1m" : "");
		for (int c = 0; c < COL_COUNT; c++) {
			if (!shows(r, (enum column)c))
				continue;
			str_add(out, c ? "  " : "");
			add_cell(line ? columns[c].under : columns[c].head, widths[c],
				 columns[c].left, out);
		}
		trim_line(out);
		if (colour) {
			out->data[--out->len] = '\0';
			str_add(out, "\033[0m\n");
		}
	}
}

static void add_table(const struct result *r, bool colour, struct str *out)
{
	struct row *rows = xcalloc(r->figure_count + 1, sizeof(*rows));
	int widths[COL_COUNT];
	size_t count = 0;

	for (size_t i = 0; i < r->figure_count; i++)
		if (!r->figures[i].again)
			fill_row(r, &r->figures[i], &rows[count++]);
	/* Alone, the baseline is set against its own second copy. */
	for (size_t i = 0; i < r->figure_count && r->variant_count == 1; i++)
		if (r->figures[i].again)
			fill_row(r, &r->figures[i], &rows[count++]);
	for (int c = 0; c < COL_COUNT; c++) {
		widths[c] = columns[c].width;
		for (size_t i = 0; i < count && c != COL_VERDICT;
		     i++) /* the last needs no padding */
			if (width_of(rows[i].cells[c]) > widths[c])
				widths[c] = width_of(rows[i].cells[c]);
	}
	add_head(r, widths, colour, out);
	for (size_t i = 0; i < count; i++) {
		add_row(r, &rows[i], widths, colour, out);
		row_done(&rows[i]);
	}
	free(rows);
}

/* A paragraph below the table. */
static void add_note(struct str *out, const char *text)
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

		add_note(out, text);
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
	add_note(out, text.data);
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
	add_note(out, text.data);
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
	add_note(out, text.data);
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
	add_note(out, text.data);
}

static void add_series(const struct result *r, struct str *out)
{
	for (size_t i = 0; i < r->figure_count && series_is(r); i++)
		if (!r->figures[i].again && !r->figures[i].words)
			add_series_of(r, &r->figures[i], out);
}

static void add_noise(const struct result *r, struct str *out)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (isnan(r->noise_floor)) {
		str_add(&text, "Noise floor: unknown, too few blocks.");
	} else {
		str_addf(&text,
			 "Noise floor: %.1f%%. The baseline was measured twice in every block; "
			 "its copies came out %.1f%% apart, so no smaller difference counts.",
			 100 * r->noise_floor, 100 * r->noise_floor);
	}
	add_note(out, text.data);
}

/* "steal 3.1%" is one of "steal". */
static size_t taint_name_length(const char *taint)
{
	size_t length = strcspn(taint, "0123456789");

	while (length > 0 && taint[length - 1] == ' ')
		length--;
	return length;
}

static void add_taints(const struct result *r, struct str *out)
{
	static const char *const kinds[] = {"neighbours", "steal",        "disk",
					    "throttled",  "major faults", "memory pressure",
					    "starved"};
	size_t counts[ARRAY_SIZE(kinds)] = {0};
	size_t tainted = 0;
	size_t kept = 0;
	cleanup(str_done) struct str text = STR_INIT;

	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];
		bool again = false;

		if (s->block == 0 || s->taints.len == 0)
			continue;
		tainted++;
		for (size_t k = i + 1; k < r->sample_count; k++)
			again |= r->samples[k].block == s->block &&
				 r->samples[k].variant == s->variant &&
				 r->samples[k].again == s->again;
		kept += !again;
		for (size_t t = 0; t < s->taints.len; t++)
			for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
				counts[k] +=
				    taint_name_length(s->taints.items[t]) == strlen(kinds[k]) &&
				    str_starts(s->taints.items[t], kinds[k]);
	}
	if (tainted == 0)
		return;
	str_addf(&text, "Disturbed: %zu of %zu samples (", tainted, r->sample_count);
	bool first = true;

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		if (!counts[k])
			continue;
		str_addf(&text, "%s%s %zu", first ? "" : ", ", kinds[k], counts[k]);
		first = false;
	}
	str_add(&text, ")");
	if (tainted > kept)
		str_addf(&text, "; %zu measured again", tainted - kept);
	if (kept > 0)
		str_addf(&text,
			 "; %zu had to be used as %s: a quieter machine gives narrower intervals",
			 kept, kept == 1 ? "it is" : "they are");
	str_add(&text, ".");
	add_note(out, text.data);
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

		add_note(out, text);
	}
	if (brief.len) {
		cleanup_free char *text = xasprintf(
		    "Samples below 100 ms%s: %s. Short ones feel the machine more, which "
		    "is in their intervals; a larger --size or --budget makes them longer.",
		    several.len ? " all the same" : "", brief.data);

		add_note(out, text);
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

	add_note(out, text);
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

	add_note(out, text);
}

static void add_title(const struct result *r, bool colour, struct str *out)
{
	cleanup_free char *memory = report_bytes(r->limits.memory_bytes);

	str_addf(out, "%s%s%s, size %s, limits: ", colour ? "\033[1m" : "", r->exercise,
		 colour ? "\033[0m" : "", r->size);
	if (r->limits.cpu > 0)
		str_addf(out, "%g CPU, ", r->limits.cpu);
	str_addf(out, "%s%s\n\n", r->limits.memory_bytes ? memory : "no",
		 r->limits.memory_bytes ? " memory" : " memory limit");
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

void report_print(const struct result *r, bool colour, struct str *out)
{
	add_title(r, colour, out);
	add_table(r, colour, out);
	str_addc(out, '\n');
	add_failures(r, out);
	add_builds(r, out);
	add_series(r, out);
	add_cold(r, out);
	add_hits(r, out);
	report_io(r, out);
	if (any_ratio(r))
		add_noise(r, out);
	add_taints(r, out);
	if (!is_load(r) && !series_is(r)) {
		add_batches(r, out);
		add_overhead(r, out);
	}
	add_course(r, out);
	for (size_t i = 0; i < r->warnings.len; i++)
		add_note(out, r->warnings.items[i]);
}

void report_legend(bool services, bool load, bool series, struct str *out)
{
	const struct {
		bool shown;
		const char *text;
	} lines[] = {
	    {true, "times faster: the baseline's time divided by the variant's, both measured in "
		   "the same blocks. The interval holds what another run will most likely find."},
	    {series, "first call: with the start of the process, as a script pays for it. steady "
		     "call: once warm; times faster is by that one. ahead after: so many calls in "
		     "one process until it has cost less than the baseline in all."},
	    {!load && !series,
	     "time: from handing over the input to having the output, median. Starting "
	     "Python, imports and setup() are not in it."},
	    {load, "requests/second: all requests as fast as they are answered. response: at a "
		   "fixed rate, counted from when a request should have begun; one request in a "
		   "hundred takes longer than p99."},
	    {true, "CPU: processor time of the variant's own processes, median."},
	    {services,
	     "CPU of services: the same for PostgreSQL, Redis, Memcached and machines: work that "
	     "moved to a server is still work."},
	    {!services,
	     "peak memory: anon is what the code allocated, cache the files it read, total "
	     "what counted against the limit."},
	    {services,
	     "peak memory, services included: anon is what programs allocated, cache the "
	     "files they read and what they share, total what counted against the limit."},
	    {true, "verdict: faster or slower only where the whole interval and the noise floor "
		   "say so; a wrong answer has no speed."},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (lines[i].shown)
			str_add_wrapped(out, lines[i].text, 0, 2);
}
