/* SPDX-License-Identifier: Apache-2.0 */
/* What a record of `labctl run --scaling` says: every call at every value, and the fits. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/chapter.h"
#include "stats/complexity.h"

static bool is_exponential(const struct result_growth *g)
{
	return str_eq(g->nearest, complexity_name(GROWTH_EXPONENTIAL));
}

/* ---- tables ---- */

static void add_times(struct table *t, const struct result *r, const struct result_growth *g)
{
	const json_t *value, *time;
	size_t i, k;

	json_array_foreach(g->values, i, value)
	{
		json_array_foreach(json_array_get(g->times_ns, i), k, time)
		{
			table_add_text(t, r->variants[g->variant].name);
			table_add_number(t, json_number_value(value));
			table_add_positive(t, json_number_value(time));
		}
	}
}

/* What draws the fit: over the last `fitted` values. */
static json_t *fits_json(const struct result *r)
{
	json_t *fits = json_object();

	for (size_t i = 0; i < r->growth_count; i++) {
		const struct result_growth *g = &r->growths[i];

		if (isnan(g->exponent))
			continue;
		json_object_set_new(fits, r->variants[g->variant].name,
				    json_pack("{s:f, s:f, s:b, s:I}", "exponent", g->exponent,
					      "base", g->base, "exponential", is_exponential(g),
					      "fitted", (json_int_t)g->fitted));
	}
	return fits;
}

static void add_points(struct chapter *c, const struct result *r, const char *parameter)
{
	struct table *t = chapter_add_table(c, "growth", "growths", "How time grows");

	t->folded = true;
	t->note = xstrdup(
	    "One mark is one call in a fresh process, and the quickest of a value, the dark one, counts. On two logarithmic axes a "
	    "straight line is a power; the line is the fit, over the larger half of "
	    "the values.");
	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "size", parameter, TABLE_NUMBER);
	table_add_column(t, "ns", "time", TABLE_NS);
	for (size_t i = 0; i < r->growth_count; i++)
		add_times(t, r, &r->growths[i]);
	table_set_fact(t, "parameter", json_string(parameter));
	table_set_fact(t, "fits", fits_json(r));
	chapter_end_table(c);
}

static void add_exponents(struct chapter *c, const struct result *r)
{
	struct table *t = chapter_add_table(c, "exponents", NULL, "The growth, fitted");

	table_add_column(t, "variant", "variant", TABLE_TEXT);
	table_add_column(t, "exponent", "exponent", TABLE_NUMBER);
	table_add_column(t, "low", "from", TABLE_NUMBER);
	table_add_column(t, "high", "to", TABLE_NUMBER);
	table_add_column(t, "nearest", "nearest growth", TABLE_TEXT);
	table_add_column(t, "base", "times for each step", TABLE_TIMES);
	table_add_column(t, "words", "ended because", TABLE_TEXT);
	for (size_t i = 0; i < r->growth_count; i++) {
		const struct result_growth *g = &r->growths[i];
		bool power = !is_exponential(g);

		table_add_text(t, r->variants[g->variant].name);
		table_add_number(t, power ? round(g->exponent * 100) / 100 : NAN);
		table_add_number(t, power ? round(g->low * 100) / 100 : NAN);
		table_add_number(t, power ? round(g->high * 100) / 100 : NAN);
		table_add_text(t, isnan(g->exponent) ? "too few values" : g->nearest);
		table_add_number(t, power ? NAN : g->base);
		table_add_text(t, g->words);
	}
	chapter_end_table(c);
}

/* ---- the headline ---- */

static char *growth_words(const struct result_growth *g)
{
	return is_exponential(g) ? xasprintf("%.2f times with each step", g->base)
				 : xasprintf("as a power of %.2f", g->exponent);
}

/* Exponentials behind powers, then the lower exponent. */
static bool grows_less(const struct result_growth *a, const struct result_growth *b)
{
	if (is_exponential(a) != is_exponential(b))
		return is_exponential(b);
	return is_exponential(a) ? a->base < b->base : a->exponent < b->exponent;
}

static const double WIDE = 0.5; /* interval of an exponent that names no growth */

static void set_headline(struct chapter *c, const struct result *r)
{
	const struct result_growth *best = NULL;
	const struct result_growth *first = &r->growths[0];

	for (size_t i = 0; i < r->growth_count; i++)
		if (!isnan(r->growths[i].exponent) && (!best || grows_less(&r->growths[i], best)))
			best = &r->growths[i];
	c->headline.tone = xstrdup(best && best->variant ? "good" : "open");
	if (!best) {
		c->headline.amount = xstrdup("too few values for a fit");
		return;
	}
	cleanup_free char *words = growth_words(best);
	cleanup_free char *before = isnan(first->exponent) ? NULL : growth_words(first);

	c->headline.variant = xstrdup(r->variants[best->variant].name);
	/* Of neighbouring growths the nearest is a guess; the interval's end is the claim. */
	c->headline.amount = is_exponential(best) || best->high - best->low < WIDE
				 ? xasprintf("grows like %s", best->nearest)
				 : xasprintf("grows at most like n^%.1f", best->high);
	c->headline.sure =
	    is_exponential(best)
		? xasprintf("time grows %s", words)
		: xasprintf("time grows %s, 95%% sure: between %.2f and %.2f%s%s", words, best->low,
			    best->high, before ? "; the baseline's grows " : "",
			    before ? before : "");
}

void chapter_growth(struct chapter *c, const struct result *r)
{
	const char *parameter = r->growth_count ? r->growths[0].parameter : NULL;

	if (r->growth_count == 0)
		return;
	free(c->title);
	c->title = xasprintf("%s, as the input grows", c->exercise);
	set_headline(c, r);
	for (size_t i = 0; i < r->warnings.len; i++)
		strv_add(&c->remarks, r->warnings.items[i]);
	add_points(c, r, parameter ? parameter : "size");
	add_exponents(c, r);
}
