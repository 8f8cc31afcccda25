/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page: page/page.html with its marks replaced. Everything a reader
 * needs is HTML (write-body.c), tables above all; report.js then draws a chart
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
		write_contents(d, out);
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
