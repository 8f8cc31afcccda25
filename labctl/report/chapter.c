/* SPDX-License-Identifier: Apache-2.0 */
#include "report/chapter.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "stats/ratio.h"

static const char TRY_NAME[] = "try"; /* a student's own file; see result.h */

struct chapter *chapter_new(const char *exercise)
{
	struct chapter *c = xcalloc(1, sizeof(*c));

	c->exercise = xstrdup(exercise ? exercise : "exercise");
	c->title = xstrdup(c->exercise);
	return c;
}

void chapter_free(struct chapter *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->table_count; i++)
		table_done(&c->tables[i]);
	free(c->tables);
	free(c->id);
	free(c->exercise);
	free(c->title);
	free(c->about);
	free(c->started);
	free(c->replay);
	free(c->headline.variant);
	free(c->headline.amount);
	free(c->headline.sure);
	free(c->headline.tone);
	strv_done(&c->remarks);
	free(c);
}

struct table *chapter_add_table(struct chapter *c, const char *name, const char *chart,
				const char *title)
{
	mem_grow(&c->tables, &c->table_cap, c->table_count + 1, sizeof(*c->tables));
	struct table *t = &c->tables[c->table_count++];

	table_init(t, name, chart, title);
	return t;
}

void chapter_end_table(struct chapter *c)
{
	if (c->table_count > 0 && table_rows(&c->tables[c->table_count - 1]) == 0)
		table_done(&c->tables[--c->table_count]);
}

void chapter_finish(struct chapter *c)
{
	struct table *ordered = xcalloc(c->table_count + 1, sizeof(*ordered));
	size_t count = 0;

	for (int last = 0; last < 2; last++)
		for (size_t i = 0; i < c->table_count; i++)
			if (c->tables[i].last == last)
				ordered[count++] = c->tables[i];
	free(c->tables);
	c->tables = ordered;
	c->table_cap = c->table_count;
}

/* ---- the headline ---- */

static bool is_verdict(const struct result_figure *f, enum verdict verdict)
{
	return f->verdict && str_eq(f->verdict, ratio_verdict_words(verdict));
}

/* A student's own file is what the report is about; else the fastest of those shown to be faster;
 * else the first that is not the baseline. */
static const struct result_figure *choose(const struct result *r)
{
	const struct result_figure *best = NULL;
	const struct result_figure *first = NULL;

	for (size_t i = 0; i < r->figure_count; i++) {
		const struct result_figure *f = &r->figures[i];

		if (f->again || f->variant == 0)
			continue;
		if (str_eq(r->variants[f->variant].name, TRY_NAME))
			return f;
		if (is_verdict(f, VERDICT_FASTER) &&
		    (!best || f->ratio.estimate > best->ratio.estimate))
			best = f;
		first = first ? first : f;
	}
	return best ? best : first;
}

/* "3.42", "31.2", "254": three digits are as many as anybody needs. */
static char *times(double x)
{
	return xasprintf("%.*f", x >= 100 ? 0 : x >= 10 ? 1 : x >= 1 ? 2 : 3, x);
}

static char *sure_words(const struct result *r, const struct result_figure *f)
{
	if (isnan(f->ratio.low))
		return xasprintf(
		    "an interval takes %d blocks, and there are %lld: a longer --budget "
		    "gives more",
		    RATIO_MIN_BLOCKS, (long long)f->ratio.n);
	cleanup_free char *low = times(f->ratio.low);
	cleanup_free char *high = times(f->ratio.high);
	double confidence = r->plan.confidence > 0 ? r->plan.confidence : 0.95;

	return xasprintf("%.3g%% sure: between %s and %s times the baseline's speed, over %lld "
			 "blocks",
			 100 * confidence, low, high, (long long)f->ratio.n);
}

static void measured_headline(struct headline *h, const struct result *r,
			      const struct result_figure *f)
{
	bool slower = is_verdict(f, VERDICT_SLOWER);
	cleanup_free char *amount = times(slower ? 1 / f->ratio.estimate : f->ratio.estimate);

	if (is_verdict(f, VERDICT_FASTER) || slower)
		h->amount = xasprintf("%s times %s", amount, f->verdict);
	else
		h->amount = xstrdup(f->verdict ? f->verdict : "not measured");
	h->sure = sure_words(r, f);
	h->tone = xstrdup(is_verdict(f, VERDICT_FASTER) ? "good" : slower ? "bad" : "open");
}

void chapter_figure_headline(struct chapter *c, const struct result *r,
			     const struct result_figure *f)
{
	struct headline *h = &c->headline;

	h->variant = xstrdup(r->variants[f->variant].name);
	if (!is_verdict(f, VERDICT_WRONG) && !is_verdict(f, VERDICT_FAILED)) {
		measured_headline(h, r, f);
		return;
	}
	h->amount = xstrdup(f->verdict);
	h->sure = xstrdup(f->words ? f->words : "no time counts");
	h->tone = xstrdup("bad");
}

void chapter_headline(struct chapter *c, const struct result *r)
{
	const struct result_figure *f = choose(r);

	if (f) {
		chapter_figure_headline(c, r, f);
		/* Of several that show nothing yet it speaks of none. */
		if (isnan(f->ratio.low) && c->headline.tone[0] == 'o' && r->variant_count > 2 &&
		    !str_eq(c->headline.variant, TRY_NAME)) {
			free(c->headline.variant);
			c->headline.variant = NULL;
		}
		return;
	}
	c->headline.amount = xstrdup("baseline alone");
	c->headline.sure = xstrdup("no other variant was measured");
	c->headline.tone = xstrdup("open");
}
