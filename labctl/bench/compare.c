/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interval of the change of a ratio comes from the two intervals on the
 * log scale (Zou and Donner 2008, MOVER): each side's distance from estimate
 * to bound is a spread of its own, and the squares add. With k rows, each
 * interval is widened as Bonferroni says, so that two records of the same
 * thing agree in all rows in 95 of 100 cases and not in 95 of 100 rows.
 */
#include "bench/compare.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "bench/figures.h"
#include "bench/hostinfo.h"
#include "bench/report.h"
#include "stats/dist.h"
#include "stats/ratio.h"

static const double ERROR = 0.05;

void compare_change(const struct result_interval *first, const struct result_interval *second,
		    double factor, struct result_interval *out)
{
	double change = log(second->estimate / first->estimate);
	double down =
	    hypot(log(second->estimate / second->low), log(first->high / first->estimate));
	double up = hypot(log(second->high / second->estimate), log(first->estimate / first->low));

	out->estimate = exp(change);
	out->low = exp(change - factor * down);
	out->high = exp(change + factor * up);
	out->n = first->n < second->n ? first->n : second->n;
}

static bool has_ratio(const struct result_interval *i)
{
	return !isnan(i->estimate) && !isnan(i->low);
}

/* Within the larger noise floor no two runs are told apart. */
static bool no_change(const struct result_interval *change, const struct result *first,
		      const struct result *second)
{
	double floor = fmax(first->noise_floor, second->noise_floor);
	double bar = 1 + (isnan(floor) ? 0 : floor);

	return change->low <= bar && change->high >= 1 / bar;
}

/* No answer was wrong, none failed: there are only too few of them. */
static bool lacks_blocks(const struct result_figure *f)
{
	return !has_ratio(&f->ratio) && str_eq(f->verdict, ratio_verdict_words(VERDICT_IMPRECISE));
}

static void fill_row(struct compare_row *row, const struct result *first,
		     const struct result *second, const struct result_figure *a,
		     const struct result_figure *b, double factor)
{
	row->variant = first->variants[a->variant].name;
	row->first = a->ratio;
	row->second = b->ratio;
	row->first_verdict = a->verdict;
	row->second_verdict = b->verdict;
	row->change = (struct result_interval){NAN, NAN, NAN, 0};
	if (has_ratio(&a->ratio) && has_ratio(&b->ratio)) {
		compare_change(&a->ratio, &b->ratio, factor, &row->change);
		row->agree = no_change(&row->change, first, second);
	} else if (lacks_blocks(a) || lacks_blocks(b)) {
		row->undecided = true;
	} else {
		row->agree = str_eq(a->verdict, b->verdict);
	}
}

int compare_init(struct compare *c, const struct result *first, const struct result *second,
		 struct err *e)
{
	*c = (struct compare){.agree = true};
	if (!str_eq(first->exercise, second->exercise))
		return fail(e, ERR_USAGE, 0,
			    "compare records: one is of exercise '%s', the other of '%s'",
			    first->exercise, second->exercise);
	c->rows = xcalloc(first->variant_count + 1, sizeof(*c->rows));
	double k = first->variant_count > 1 ? (double)(first->variant_count - 1) : 1;
	double factor =
	    dist_normal_quantile(1 - ERROR / (2 * k)) / dist_normal_quantile(1 - ERROR / 2);

	for (size_t i = 1; i < first->variant_count; i++) {
		const struct result_figure *a = figures_find(first, first->variants[i].name);
		const struct result_figure *b = figures_find(second, first->variants[i].name);

		if (!a || !b)
			continue;
		fill_row(&c->rows[c->row_count], first, second, a, b, factor);
		c->agree &= c->rows[c->row_count].agree;
		c->undecided += c->rows[c->row_count++].undecided;
	}
	if (c->row_count > 0)
		return 0;
	compare_done(c);
	return fail(e, ERR_USAGE, 0, "compare records of '%s': they share no variant",
		    first->exercise);
}

void compare_done(struct compare *c)
{
	free(take_ptr(c->rows));
	c->row_count = 0;
}

static void add_padded(struct str *out, const char *text, int width)
{
	str_addf(out, "%-*s  ", width, text);
}

static void add_interval(struct str *out, const struct result_interval *i, const char *verdict)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (has_ratio(i))
		report_interval(i, &text);
	else
		str_add(&text, verdict ? verdict : "-");
	add_padded(out, text.data, 22);
}

/* Variants of `a` that `b` has not, as "only in the first: x, y". */
static void add_only(const struct result *a, const struct result *b, const char *which,
		     struct strv *words)
{
	cleanup(strv_done) struct strv names = STRV_INIT;

	for (size_t i = 1; i < a->variant_count; i++)
		if (!figures_find(b, a->variants[i].name))
			strv_add(&names, a->variants[i].name);
	cleanup_free char *list = strv_join(&names, ", ");

	if (names.len > 0)
		strv_addf(words, "only in the %s, and not compared: %s", which, list);
}

static void add_differences(const struct result *first, const struct result *second,
			    struct strv *words)
{
	if (!str_eq(first->exercise_digest, second->exercise_digest))
		strv_add(words, "the exercise's files are not the same");
	if (!str_eq(first->size, second->size))
		strv_addf(words, "size: %s, then %s", first->size, second->size);
	for (size_t i = 0; i < first->image_count && i < second->image_count; i++)
		if (!str_eq(first->images[i].digest, second->images[i].digest))
			strv_addf(words, "image %s: %.12s, then %.12s", first->images[i].name,
				  first->images[i].digest, second->images[i].digest);
	if (first->limits.cpu != second->limits.cpu)
		strv_addf(words, "CPU limit: %g, then %g", first->limits.cpu, second->limits.cpu);
	if (first->limits.memory_bytes != second->limits.memory_bytes)
		strv_addf(words, "memory limit: %lld, then %lld bytes",
			  (long long)first->limits.memory_bytes,
			  (long long)second->limits.memory_bytes);
	add_only(first, second, "first", words);
	add_only(second, first, "second", words);
	hostinfo_differences(&first->host, &second->host, words);
}

static const char *row_word(const struct compare_row *row)
{
	return row->undecided ? "cannot be told" : row->agree ? "agree" : "DIFFER";
}

static bool any_differs(const struct compare *c)
{
	for (size_t i = 0; i < c->row_count; i++)
		if (!c->rows[i].agree && !c->rows[i].undecided)
			return true;
	return false;
}

static const char *conclusion(const struct compare *c)
{
	if (c->agree)
		return "The two records agree.";
	if (any_differs(c))
		return "The two records do not agree: a difference this large is not chance.";
	return "Whether the two records agree cannot be told: a variant without an interval was "
	       "measured\nin too few blocks. Measure it again with a longer --budget, or on a "
	       "quieter machine.";
}

void compare_print(const struct compare *c, const struct result *first, const struct result *second,
		   struct str *out)
{
	cleanup(strv_done) struct strv words = STRV_INIT;
	int width = 8;

	for (size_t i = 0; i < c->row_count; i++)
		if ((int)strlen(c->rows[i].variant) > width)
			width = (int)strlen(c->rows[i].variant);
	str_addf(out, "%s, size %s\n\n", first->exercise, first->size);
	add_padded(out, "", width);
	str_add(out, "times faster            times faster            second/first\n");
	add_padded(out, "variant", width);
	str_add(out, "first [95% interval]    second                  [interval]\n");
	for (size_t i = 0; i < c->row_count; i++) {
		const struct compare_row *row = &c->rows[i];

		add_padded(out, row->variant, width);
		add_interval(out, &row->first, row->first_verdict);
		add_interval(out, &row->second, row->second_verdict);
		add_interval(out, &row->change, "-");
		str_addf(out, "%s\n", row_word(row));
	}
	add_differences(first, second, &words);
	if (words.len > 0)
		str_add(out, "\nWhat is not the same:\n");
	for (size_t i = 0; i < words.len; i++)
		str_addf(out, "  %s\n", words.items[i]);
	str_addf(out, "\n%s\n", conclusion(c));
}
