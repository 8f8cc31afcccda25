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

#include "base/mem.h"
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

static int decimals_of(double x, int digits)
{
	return digits - 1 - (int)floor(log10(x));
}

/* So many that half the interval's width shows two digits and its lower end one: no ratio
 * is 0. At most three. */
static int decimals_for(const struct result_interval *i)
{
	if (!(i->high > i->low))
		return 2;
	int wanted = decimals_of((i->high - i->low) / 2, 2);
	int least = i->low > 0 ? decimals_of(i->low, 1) : 0;

	if (wanted < least)
		wanted = least;
	return wanted < 0 ? 0 : wanted > 3 ? 3 : wanted;
}

void report_interval(const struct result_interval *i, struct str *out)
{
	if (isnan(i->estimate) || isnan(i->low)) {
		str_add(out, "-");
		return;
	}
	int d = decimals_for(i);

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

bool report_is_load(const struct result *r)
{
	return str_eq(r->measure, "load");
}

static bool shows(const struct result *r, enum column c)
{
	switch (c) {
	case COL_TIME:
		return !report_is_load(r) && !series_is(r);
	case COL_COLD:
	case COL_STEADY:
	case COL_EVEN:
		return series_is(r);
	case COL_THROUGHPUT:
	case COL_P50:
	case COL_P99:
		return report_is_load(r);
	case COL_SERVICES:
		return uses_services(r);
	case COL_CACHE:
		return !report_is_load(r) && !series_is(r);
	case COL_ANON:
		return !report_is_load(r); /* they would not fit 100 columns */
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

void report_print(const struct result *r, bool colour, struct str *out)
{
	add_title(r, colour, out);
	add_table(r, colour, out);
	str_addc(out, '\n');
	report_notes(r, out);
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
