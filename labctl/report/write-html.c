/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page: page/page.html with its marks replaced. Everything a reader
 * needs is HTML made here, tables above all; report.js then draws a chart
 * beside each table that has one, from the same rows, which are embedded as
 * JSON. So without JavaScript only the pictures are missing.
 *
 * A report shows text of strangers: names, error messages, lines of a student's program. Three
 * walls keep it text: html_text and html_data escape it, the scripts never make
 * markup of it, and the page's policy runs no script but the two whose hashes it
 * names and lets nothing go to the network.
 */
#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "report/html.h"
#include "report/write.h"
#include "spec/json.h"

static const size_t PART_BYTES = 4 << 20;

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

/* id: of the chapter and the table's place in it; report.js finds the rows by it. */
static void add_table(const struct table *t, const char *chapter, size_t index, const char *level,
		      struct str *out)
{
	str_addf(out, "<section class=\"figure%s\" id=\"%s-%zu\" data-name=\"",
		 t->last ? " aside" : "", chapter, index);
	html_text(out, t->name);
	str_addf(out, "\">\n<%s>", level);
	html_text(out, t->title);
	str_addf(out, "</%s>\n", level);
	add_element(out, "<p class=\"note\">", t->note, "</p>\n");
	if (t->chart)
		str_add(out, "<div class=\"chart\"></div>\n");
	if (t->chart || t->folded)
		str_addf(out, "<details%s><summary>%s (%zu %s)</summary>\n",
			 t->folded ? "" : " open", t->chart ? "These figures as a table" : "Show",
			 table_rows(t), table_rows(t) == 1 ? "row" : "rows");
	str_add(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table: ");
	html_text(out, t->title);
	str_add(out, "\"><table>");
	add_head_row(t, out);
	add_rows(t, out);
	str_add(out, "</table></div>\n");
	str_add(out, t->chart || t->folded ? "</details>\n</section>\n" : "</section>\n");
}

/* ---- the body ---- */

static const char *tone_sign(const char *tone)
{
	return strcmp(tone, "good") == 0 ? "▲" : strcmp(tone, "bad") == 0 ? "▼" : "◆";
}

static void add_headline(const struct chapter *c, struct str *out)
{
	const struct headline *h = &c->headline;

	if (!h->amount)
		return;
	str_addf(out, "<li class=\"card %s\"><a href=\"#%s\">", h->tone, c->id);
	add_element(out, "<span class=\"exercise\">", c->title, "</span> ");
	add_element(out, "<span class=\"variant\">", h->variant, "</span> ");
	str_addf(out, "<span class=\"amount\"><span aria-hidden=\"true\">%s</span> ",
		 tone_sign(h->tone));
	html_text(out, h->amount);
	str_add(out, "</span> ");
	add_element(out, "<span class=\"sure\">", h->sure, "</span>");
	str_add(out, "</a></li>\n");
}

static void add_top(const struct document *d, struct str *out)
{
	str_add(out, "<ul class=\"cards\">\n");
	for (size_t i = 0; i < d->chapter_count; i++)
		add_headline(d->chapters[i], out);
	str_add(out, "</ul>\n");
	if (table_rows(&d->overview))
		add_table(&d->overview, "all", 0, "h2", out);
	if (table_rows(&d->agreement))
		add_table(&d->agreement, "all", 1, "h2", out);
}

static void add_chapter(const struct chapter *c, struct str *out)
{
	str_addf(out, "<section class=\"chapter\" id=\"%s\">\n", c->id);
	add_element(out, "<h2>", c->title, "</h2>\n");
	add_element(out, "<p>", c->about, "</p>\n");
	if (c->remarks.len)
		str_add(out, "<ul class=\"remarks\">\n");
	for (size_t i = 0; i < c->remarks.len; i++)
		add_element(out, "<li>", c->remarks.items[i], "</li>\n");
	if (c->remarks.len)
		str_add(out, "</ul>\n");
	for (size_t i = 0; i < c->table_count; i++) {
		const char *group = c->tables[i].group;

		if (group && (i == 0 || !str_eq(group, c->tables[i - 1].group)))
			add_element(out, "<h3 class=\"group\">", group, "</h3>\n");
		add_table(&c->tables[i], c->id, i, group ? "h4" : "h3", out);
	}
	add_element(out, "<p class=\"replay\">Measure it again: <code>", c->replay,
		    "</code></p>\n");
	str_add(out, "</section>\n");
}

static void add_chapters(const struct document *d, struct str *out)
{
	for (size_t i = 0; i < d->chapter_count; i++)
		add_chapter(d->chapters[i], out);
}

void write_body(const struct document *d, struct str *out)
{
	add_top(d, out);
	add_chapters(d, out);
}

static void add_contents(const struct document *d, struct str *out)
{
	for (size_t i = 0; i < d->chapter_count && d->chapter_count > 1; i++) {
		str_addf(out, "<a href=\"#%s\">", d->chapters[i]->id);
		html_text(out, d->chapters[i]->title);
		str_add(out, "</a>\n");
	}
}

/* What report.js draws: {"chapter-1-0": table, ...}. */
static void add_data(const struct document *d, struct str *out)
{
	cleanup(json_free) json_t *all = json_object();

	json_object_set_new(all, "all-0", table_json(&d->overview));
	json_object_set_new(all, "all-1", table_json(&d->agreement));
	for (size_t i = 0; i < d->chapter_count; i++)
		for (size_t k = 0; k < d->chapters[i]->table_count; k++) {
			const struct table *t = &d->chapters[i]->tables[k];
			cleanup_free char *id = xasprintf("%s-%zu", d->chapters[i]->id, k);

			if (t->chart)
				json_object_set_new(all, id, table_json(t));
		}
	html_data(out, all);
}

static void add_title(const struct document *d, struct str *out)
{
	str_add(out, "How much faster?");
	for (size_t i = 0; i < d->chapter_count && i < 7; i++) {
		str_add(out, i ? ", " : " ");
		html_text(out, d->chapters[i]->exercise);
	}
}

/* ---- the file ---- */

struct parts { /* read from labctl's data */
	struct str page, style, script, libraries;
};

static void parts_done(struct parts *p)
{
	str_done(&p->page);
	str_done(&p->style);
	str_done(&p->script);
	str_done(&p->libraries);
}

/* Installed, all parts lie together; in a checkout, ours lie in the sources. */
static int read_part(const char *name, struct str *out, struct err *e)
{
	cleanup_free char *installed = path_join(path_data_dir("report"), name);
	cleanup_free char *ours = xasprintf("%s/report/page/%s", path_data_dir("labctl"), name);
	const char *path = path_exists(installed) ? installed : ours;

	if (fd_read_file_at(AT_FDCWD, path, out, PART_BYTES, e)) {
		wrap(e, "read a part of the report");
		return hint(e, "it belongs to labctl: install labctl again");
	}
	return 0;
}

/* Installed beside the page; in a checkout, made in build/. */
static int read_libraries(struct str *out, struct err *e)
{
	cleanup_free char *installed = path_join(path_data_dir("report"), "libraries.js");
	cleanup_free char *built = path_join(path_data_dir("build"), "report/libraries.js");
	const char *path = path_exists(installed) ? installed : built;

	if (!path_exists(path)) {
		fail(e, ERR_HOST, 0, "draw charts: the chart libraries are not here (%s)",
		     installed);
		return hint(e, "they come with npm when labctl is built: install npm and run 'make "
			       "charts' in labctl's sources (then 'make install'); --markdown, "
			       "--csv and --json need none");
	}
	if (fd_read_file_at(AT_FDCWD, path, out, PART_BYTES, e))
		return -1;
	if (strstr(out->data, "</script") || strstr(out->data, "<!--"))
		return fail(e, ERR_HOST, 0, "%s: cannot stand in a page: it holds '</script'",
			    path);
	return 0;
}

/* In the order in which they need each other. */
static int read_script(struct str *out, struct err *e)
{
	static const char *const files[] = {"plot.js", "charts.js", "evidence.js", "report.js"};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (read_part(files[i], out, e))
			return -1;
	return 0;
}

static int read_parts(struct parts *p, struct err *e)
{
	return read_part("page.html", &p->page, e) || read_part("report.css", &p->style, e) ||
		       read_script(&p->script, e) || read_libraries(&p->libraries, e)
		   ? -1
		   : 0;
}

static void add_policy(const struct parts *p, struct str *out)
{
	str_add(out, "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action "
		     "'none'; script-src ");
	html_add_hash(out, p->libraries.data, p->libraries.len);
	str_addc(out, ' ');
	html_add_hash(out, p->script.data, p->script.len);
}

/* What stands in page.html as {{name}}. */
static int fill(const struct document *d, const struct parts *p, const char *mark, struct str *out)
{
	if (str_starts(mark, "{{policy}}"))
		add_policy(p, out);
	else if (str_starts(mark, "{{title}}"))
		add_title(d, out);
	else if (str_starts(mark, "{{style}}"))
		str_addn(out, p->style.data, p->style.len);
	else if (str_starts(mark, "{{contents}}"))
		add_contents(d, out);
	else if (str_starts(mark, "{{body}}"))
		write_body(d, out);
	else if (str_starts(mark, "{{data}}"))
		add_data(d, out);
	else if (str_starts(mark, "{{libraries}}"))
		str_addn(out, p->libraries.data, p->libraries.len);
	else if (str_starts(mark, "{{script}}"))
		str_addn(out, p->script.data, p->script.len);
	else if (str_starts(mark, "{{version}}"))
		str_add(out, LABCTL_VERSION);
	else
		return -1;
	return 0;
}

int write_html(const struct document *d, struct str *out, struct err *e)
{
	cleanup(parts_done) struct parts p = {STR_INIT, STR_INIT, STR_INIT, STR_INIT};

	if (read_parts(&p, e))
		return -1;
	const char *at = p.page.data;

	for (const char *mark; (mark = strstr(at, "{{")); at = strstr(mark, "}}") + 2) {
		str_addn(out, at, (size_t)(mark - at));
		if (!strstr(mark, "}}") || fill(d, &p, mark, out))
			return fail(e, ERR_HOST, 0,
				    "the report's page.html has an unknown mark: %.20s", mark);
	}
	str_add(out, at);
	return 0;
}
