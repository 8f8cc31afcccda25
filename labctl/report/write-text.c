/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Markdown for a hand-in, CSV for a spreadsheet. Markdown is read by programs
 * that let HTML and links through, so all that has a meaning there is escaped;
 * a spreadsheet runs a cell that begins with =, so such text gets an apostrophe.
 */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "report/write.h"

/* ---- Markdown ---- */

static void add_markdown_text(struct str *out, const char *text)
{
	for (; text && *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			str_addc(out, ' ');
		else if (c == '<')
			str_add(out, "&lt;");
		else if (c == '&')
			str_add(out, "&amp;");
		else if (strchr("\\`*_[]|~#", c))
			str_addf(out, "\\%c", c);
		else
			str_addc(out, (char)c);
	}
}

static void add_markdown_row(const struct table *t, size_t row, struct str *out)
{
	for (size_t c = 0; c < t->column_count; c++) {
		cleanup_free char *words = table_words(t, row, c);

		if (table_column_empty(t, c))
			continue;
		str_add(out, "| ");
		add_markdown_text(out, words);
		str_addc(out, ' ');
	}
	str_add(out, "|\n");
}

static void add_markdown_head(const struct table *t, struct str *out)
{
	for (size_t c = 0; c < t->column_count; c++) {
		if (table_column_empty(t, c))
			continue;
		str_add(out, "| ");
		add_markdown_text(out, t->columns[c].label);
		str_addc(out, ' ');
	}
	str_add(out, "|\n");
	for (size_t c = 0; c < t->column_count; c++)
		if (!table_column_empty(t, c))
			str_add(out, table_column_is_text(t, c) ? "|---" : "|---:");
	str_add(out, "|\n");
}

/* Long tables are for programs: --csv and --json have them. */
static void add_markdown_table(const struct table *t, const char *level, struct str *out)
{
	static const size_t LONG_ROWS = 40;

	if (table_rows(t) == 0 || (t->folded && table_rows(t) > LONG_ROWS))
		return;
	str_addf(out, "%s ", level);
	add_markdown_text(out, t->group);
	str_add(out, t->group ? ": " : "");
	add_markdown_text(out, t->title);
	str_add(out, "\n\n");
	add_markdown_head(t, out);
	for (size_t row = 0; row < table_rows(t); row++)
		add_markdown_row(t, row, out);
	if (t->note) {
		str_addc(out, '\n');
		add_markdown_text(out, t->note);
		str_addc(out, '\n');
	}
	str_addc(out, '\n');
}

static void add_markdown_headline(const struct headline *h, struct str *out)
{
	if (!h->amount)
		return;
	str_add(out, "**");
	add_markdown_text(out, h->variant ? h->variant : "");
	str_add(out, h->variant ? ": " : "");
	add_markdown_text(out, h->amount);
	str_add(out, "** (");
	add_markdown_text(out, h->sure);
	str_add(out, ")\n\n");
}

static void add_markdown_chapter(const struct chapter *c, struct str *out)
{
	str_add(out, "## ");
	add_markdown_text(out, c->title);
	str_add(out, "\n\n");
	add_markdown_headline(&c->headline, out);
	if (c->about) {
		add_markdown_text(out, c->about);
		str_add(out, "\n\n");
	}
	for (size_t i = 0; i < c->remarks.len; i++) {
		str_add(out, "- ");
		add_markdown_text(out, c->remarks.items[i]);
		str_add(out, i + 1 < c->remarks.len ? "\n" : "\n\n");
	}
	for (size_t i = 0; i < c->table_count; i++)
		add_markdown_table(&c->tables[i], "###", out);
	if (c->replay) {
		str_add(out, "Measured again by:\n\n    ");
		for (const char *p = c->replay; *p; p++) /* a line's end would end the code */
			str_addc(out, *p == '\n' || *p == '\r' ? ' ' : *p);
		str_add(out, "\n\n");
	}
}

void write_markdown(const struct document *d, struct str *out)
{
	str_add(out, "# How much faster?\n\n");
	add_markdown_table(&d->overview, "##", out);
	add_markdown_table(&d->agreement, "##", out);
	for (size_t i = 0; i < d->chapter_count; i++)
		add_markdown_chapter(d->chapters[i], out);
}

/* ---- CSV ---- */

static void add_csv_text(struct str *out, const char *text)
{
	str_addc(out, '"');
	if (text && *text && strchr("=+-@\t\r", *text))
		str_addc(out, '\'');
	for (; text && *text; text++)
		*text == '"' ? str_add(out, "\"\"") : str_addc(out, *text);
	str_addc(out, '"');
}

static void add_csv_cell(struct str *out, const struct table_cell *cell)
{
	if (cell->text)
		add_csv_text(out, cell->text);
	else if (!isnan(cell->number))
		str_addf(out, "%.15g", cell->number);
}

/* Each row says of which record it is: an exercise may have several. Rows end as RFC 4180 has it.
 */
static void add_csv_table(const struct chapter *of, const struct table *t, bool head,
			  struct str *out)
{
	if (head) {
		str_add(out, "exercise,started");
		for (size_t c = 0; c < t->column_count; c++)
			str_addf(out, ",%s", t->columns[c].key);
		str_add(out, "\r\n");
	}
	for (size_t row = 0; row < table_rows(t); row++) {
		add_csv_text(out, of->exercise);
		str_addc(out, ',');
		add_csv_text(out, of->started);
		for (size_t c = 0; c < t->column_count; c++) {
			str_addc(out, ',');
			add_csv_cell(out, table_cell(t, row, c));
		}
		str_add(out, "\r\n");
	}
}

bool write_csv(const struct document *d, const char *name, struct str *out)
{
	bool any = false;

	for (size_t i = 0; i < d->chapter_count; i++)
		for (size_t k = 0; k < d->chapters[i]->table_count; k++) {
			const struct table *t = &d->chapters[i]->tables[k];

			if (strcmp(t->name, name) != 0)
				continue;
			add_csv_table(d->chapters[i], t, !any, out);
			any = true;
		}
	return any;
}
