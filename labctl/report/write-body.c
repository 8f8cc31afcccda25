/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader sees: the answer of every record, then a chapter for each. What
 * is long, or for those who look for it, is closed behind one line that says
 * what it shows; a list at the head of the page, and one at the head of each
 * chapter, lead there. A link into closed details opens them: browsers do that.
 */
#include <string.h>

#include "base/mem.h"
#include "report/group.h"
#include "report/html.h"
#include "report/write.h"
#include "stats/ratio.h"

/* ---- pieces ---- */

static void add_element(struct str *out, const char *open, const char *text, const char *close)
{
	if (!text || !*text)
		return;
	str_add(out, open);
	html_text(out, text);
	str_add(out, close);
}

static void add_head_row(const struct table *t, struct str *out)
{
	str_add(out, "<thead><tr>");
	for (size_t c = 0; c < t->column_count; c++)
		if (!table_column_empty(t, c)) {
			bool text = table_column_is_text(t, c);

			str_addf(out, "<th scope=\"col\"%s>", text ? "" : " class=\"n\"");
			html_text(out, t->columns[c].label);
			str_add(out, "</th>");
		}
	str_add(out, "</tr></thead>\n");
}

/* Times and bytes read well, and lose digits: the raw value is what a pointer shows. */
static void add_cell(const struct table *t, size_t row, size_t column, bool first, struct str *out)
{
	const char *tag = first ? "th" : "td";
	const enum table_unit unit = t->columns[column].unit;
	cleanup_free char *words = table_words(t, row, column);

	str_addf(out, "<%s%s%s", tag, first ? " scope=\"row\"" : "",
		 unit == TABLE_TEXT   ? ""
		 : unit == TABLE_CODE ? " class=\"code\""
				      : " class=\"n\"");
	if ((unit == TABLE_NS || unit == TABLE_BYTES) && *words)
		str_addf(out, " title=\"%.0f %s\"", table_cell(t, row, column)->number,
			 unit == TABLE_NS ? "ns" : "bytes");
	str_addc(out, '>');
	html_text(out, words);
	str_addf(out, "</%s>", tag);
}

static void add_rows(const struct table *t, struct str *out)
{
	str_add(out, "<tbody>\n");
	for (size_t row = 0; row < table_rows(t); row++) {
		bool first = true;

		str_add(out, "<tr>");
		for (size_t c = 0; c < t->column_count; c++) {
			if (table_column_empty(t, c))
				continue;
			add_cell(t, row, c, first, out);
			first = false;
		}
		str_add(out, "</tr>\n");
	}
	str_add(out, "</tbody>");
}

/* Closed, or open and closed by report.js when the chart has been drawn. */
static void add_details(const struct table *t, struct str *out)
{
	if (t->chart || t->folded)
		str_addf(out, "<details%s%s><summary>%s (%zu %s)</summary>\n",
			 t->chart ? " class=\"rows\"" : "", t->folded ? "" : " open",
			 t->chart ? "These figures as a table" : "Show", table_rows(t),
			 table_rows(t) == 1 ? "row" : "rows");
	str_add(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table: ");
	html_text(out, t->title);
	str_add(out, "\"><table>");
	add_head_row(t, out);
	add_rows(t, out);
	str_add(out, "</table></div>\n");
	if (t->chart || t->folded)
		str_add(out, "</details>\n");
}

/* id: of the chapter and the table's place in it; report.js finds the rows by it. */
static void add_table(const struct table *t, const char *chapter, size_t index, char level,
		      struct str *out)
{
	str_addf(out, "<section class=\"figure%s\" id=\"%s-%zu\" data-name=\"",
		 t->last ? " aside" : "", chapter, index);
	html_text(out, t->name);
	str_addf(out, "\">\n<h%c>", level);
	html_text(out, t->title);
	str_addf(out, "</h%c>\n", level);
	add_element(out, "<p class=\"note\">", t->note, "</p>\n");
	if (t->chart)
		str_add(out, "<div class=\"chart\"></div>\n");
	add_details(t, out);
	str_add(out, "</section>\n");
}

/* ---- the answers ---- */

static const char *tone_sign(const char *tone)
{
	return strcmp(tone, "good") == 0 ? "▲" : strcmp(tone, "bad") == 0 ? "▼" : "◆";
}

/* Which variant, how many times faster, how sure. */
static void add_answer(const struct headline *h, struct str *out)
{
	add_element(out, "<span class=\"variant\">", h->variant, "</span> ");
	str_addf(out, "<span class=\"amount\"><span aria-hidden=\"true\">%s</span> ",
		 tone_sign(h->tone));
	html_text(out, h->amount);
	str_add(out, "</span> ");
	add_element(out, "<span class=\"sure\">", h->sure, "</span>");
}

static void add_card(const struct chapter *c, struct str *out)
{
	const struct headline *h = &c->headline;

	if (!h->amount)
		return;
	str_addf(out, "<li class=\"card %s\"><a href=\"#%s\">", h->tone, c->id);
	add_element(out, "<span class=\"exercise\">", c->title, "</span> ");
	add_answer(h, out);
	str_add(out, "</a></li>\n");
}

static size_t count_verdicts(const struct table *overview, const char *verdict)
{
	enum { VERDICT = 6 };
	size_t count = 0;

	for (size_t row = 0; row < table_rows(overview); row++)
		count += str_eq(table_cell(overview, row, VERDICT)->text, verdict);
	return count;
}

/* "12 variants beside their baselines: 9 faster, 1 slower, 2 wrong" */
static void add_count(const struct document *d, struct str *out)
{
	size_t all = table_rows(&d->overview);
	size_t rest = all;
	const char *between = ": ";

	if (all == 0)
		return;
	str_addf(out, "<p>%zu variant%s beside %s", all, all == 1 ? "" : "s",
		 all == 1 ? "its baseline" : "their baselines");
	for (enum verdict verdict = VERDICT_FASTER; verdict <= VERDICT_FAILED; verdict++) {
		const char *words = ratio_verdict_words(verdict);
		size_t count = count_verdicts(&d->overview, words);

		if (count == 0)
			continue;
		str_addf(out, "%s%zu %s", between, count, words);
		between = ", ";
		rest -= count;
	}
	if (rest)
		str_addf(out, "%s%zu not measured", between, rest);
	str_add(out, ".</p>\n");
}

static void add_top(const struct document *d, struct str *out)
{
	str_add(out, "<div id=\"overview\">\n");
	add_count(d, out);
	str_add(out, "<ul class=\"cards\">\n");
	for (size_t i = 0; i < d->chapter_count; i++)
		add_card(d->chapters[i], out);
	str_add(out, "</ul>\n");
	if (table_rows(&d->overview))
		add_table(&d->overview, "all", 0, '2', out);
	if (table_rows(&d->agreement))
		add_table(&d->agreement, "all", 1, '2', out);
	str_add(out, "</div>\n");
}

/* ---- evidence ---- */

static void add_group(const struct chapter *c, size_t first, size_t end, struct str *out)
{
	cleanup_free char *words = group_words(c, first, end);

	str_addf(out, "<section class=\"group\">\n");
	add_element(out, "<h4>", c->tables[first].group, "</h4>\n");
	add_element(out, "<details><summary>", words, "</summary>\n");
	str_addf(out, "<div class=\"inside\" id=\"%s-group-%zu\">\n", c->id, first);
	for (size_t i = first; i < end; i++)
		add_table(&c->tables[i], c->id, i, '5', out);
	str_add(out, "</div>\n</details>\n</section>\n");
}

static void begin_evidence(const struct chapter *c, struct str *out)
{
	str_addf(out, "<section class=\"evidence\" id=\"%s-evidence\">\n<h3>Evidence</h3>\n",
		 c->id);
	str_add(out,
		"<p class=\"note\">What instruments saw, each in a run of its own. They slow a "
		"program down: no time of theirs is one of those above.</p>\n");
}

/* ---- chapters ---- */

static void add_part(const struct chapter *c, size_t first, struct str *out)
{
	const struct table *t = &c->tables[first];

	str_addf(out, "<li><a href=\"#%s%s-%zu\">", c->id, t->group ? "-group" : "", first);
	html_text(out, t->group ? t->group : t->title);
	str_add(out, "</a></li>\n");
}

static void add_parts(const struct chapter *c, struct str *out)
{
	static const size_t FEW = 4; /* fit a screen */

	if (c->table_count < FEW)
		return;
	str_add(out, "<nav class=\"parts\" aria-label=\"In ");
	html_text(out, c->title);
	str_add(out, "\"><ul>\n");
	for (size_t i = 0; i < c->table_count; i = group_end(c, i))
		add_part(c, i, out);
	str_add(out, "</ul></nav>\n");
}

static void add_remarks(const struct chapter *c, struct str *out)
{
	if (c->remarks.len == 0)
		return;
	str_add(out, "<ul class=\"remarks\">\n");
	for (size_t i = 0; i < c->remarks.len; i++)
		add_element(out, "<li>", c->remarks.items[i], "</li>\n");
	str_add(out, "</ul>\n");
}

static void add_tables(const struct chapter *c, struct str *out)
{
	bool evidence = false;

	for (size_t i = 0, end; i < c->table_count; i = end) {
		const struct table *t = &c->tables[i];

		end = group_end(c, i);
		if (t->group && !evidence)
			begin_evidence(c, out);
		if (!t->group && evidence)
			str_add(out, "</section>\n");
		evidence = t->group != NULL;
		if (t->group)
			add_group(c, i, end, out);
		else
			add_table(t, c->id, i, '3', out);
	}
	if (evidence)
		str_add(out, "</section>\n");
}

static void add_chapter(const struct chapter *c, struct str *out)
{
	str_addf(out, "<section class=\"chapter\" id=\"%s\">\n", c->id);
	add_element(out, "<h2>", c->title, "</h2>\n");
	if (c->headline.amount) {
		str_addf(out, "<p class=\"answer %s\">", c->headline.tone);
		add_answer(&c->headline, out);
		str_add(out, "</p>\n");
	}
	add_element(out, "<p>", c->about, "</p>\n");
	add_remarks(c, out);
	add_parts(c, out);
	add_tables(c, out);
	add_element(out, "<p class=\"replay\">Measure it again: <code>", c->replay,
		    "</code></p>\n");
	str_add(out, "</section>\n");
}

/* ---- the body ---- */

void write_body(const struct document *d, struct str *out)
{
	add_top(d, out);
	for (size_t i = 0; i < d->chapter_count; i++)
		add_chapter(d->chapters[i], out);
}

void write_contents(const struct document *d, struct str *out)
{
	if (d->chapter_count < 2)
		return;
	str_add(out, "<nav class=\"contents\" aria-label=\"Contents\">\n"
		     "<a href=\"#overview\">Overview</a>\n");
	for (size_t i = 0; i < d->chapter_count; i++) {
		str_addf(out, "<a href=\"#%s\">", d->chapters[i]->id);
		html_text(out, d->chapters[i]->title);
		str_add(out, "</a>\n");
	}
	str_add(out, "</nav>\n");
}
