/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "report/document.h"
#include "report/write.h"
#include "spec/json.h"

static const size_t DOCUMENT_BYTES = 256 << 20;

static const char *html_path;
static const char *table_name;
static bool as_markdown, as_csv, as_json;

static const struct opt options[] = {
    {OPT_T_STRING, 0, "html", "FILE", "write one page with charts, that opens without network",
     &html_path, 0, 0, NULL},
    {OPT_T_FLAG, 0, "markdown", NULL, "print tables for a hand-in", &as_markdown, 0, 0, NULL},
    {OPT_T_FLAG, 0, "csv", NULL, "print a table for a spreadsheet: figures", &as_csv, 0, 0, NULL},
    {OPT_T_STRING, 0, "table", "NAME",
     "with --csv, another table: samples, blocks, latency, ...; --json names them", &table_name, 0,
     0, NULL},
    {OPT_T_FLAG, 0, "json", NULL, "print all tables as JSON", &as_json, 0, 0, NULL},
    OPT_END,
};

static const struct opt *report_options(void)
{
	return options;
}

/* ---- reading ---- */

enum kind { KIND_RECORD, KIND_SWEEP, KIND_EVIDENCE };

/* By the key that each has alone; what is none of them is read as a record, which says why not. */
static enum kind kind_of(const char *path)
{
	cleanup(json_free) json_t *j = json_read_file(path, DOCUMENT_BYTES, NULL);

	return j && json_object_get(j, "sweep")      ? KIND_SWEEP
	       : j && json_object_get(j, "evidence") ? KIND_EVIDENCE
						     : KIND_RECORD;
}

static int add_record(struct document *d, const char *path, struct err *e)
{
	struct result r = {0};
	char digest[HASH_HEX_SIZE];

	if (result_load(path, &r, e))
		return -1;
	int rc = hash_file_hex(AT_FDCWD, path, digest, e);

	if (!rc)
		document_add_record(d, &r, path, digest);
	result_done(&r);
	return rc;
}

static int add_sweep(struct document *d, const char *path, struct err *e)
{
	cleanup(sweep_done) struct sweep s;

	sweep_init(&s);
	if (sweep_load(path, &s, e))
		return -1;
	document_add_sweep(d, &s, path);
	return 0;
}

static int add_evidence(struct document *d, const char *path, struct err *e)
{
	cleanup(json_free) json_t *j = json_read_file(path, DOCUMENT_BYTES, e);

	return j ? document_add_evidence(d, path, j, e) : -1;
}

/* Records, sweeps, evidence, in this order: evidence goes to chapters that are there. */
static int fill(struct document *d, const struct strv *paths, struct err *e)
{
	static int (*const add[])(struct document *, const char *, struct err *) = {
	    [KIND_RECORD] = add_record, [KIND_SWEEP] = add_sweep, [KIND_EVIDENCE] = add_evidence};
	cleanup_free enum kind *kinds = xcalloc(paths->len, sizeof(*kinds));

	for (size_t i = 0; i < paths->len; i++)
		kinds[i] = kind_of(paths->items[i]);
	for (enum kind kind = KIND_RECORD; kind <= KIND_EVIDENCE; kind++)
		for (size_t i = 0; i < paths->len; i++)
			if (kinds[i] == kind && add[kind](d, paths->items[i], e))
				return -1;
	document_finish(d);
	return 0;
}

/* ---- writing ---- */

static int write_page(const struct document *d, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	char size[32];

	if (write_html(d, &text, e))
		return -1;
	if (str_eq(html_path, "-")) {
		fputs(text.data, stdout);
		return 0;
	}
	if (fd_replace_file_at(AT_FDCWD, html_path, text.data, text.len, 0644, e))
		return -1;
	log_info("%s: a page of %s, for any browser", html_path,
		 str_human_bytes((int64_t)text.len, size, sizeof(size)));
	return 0;
}

static int print_csv(const struct document *d, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	const char *name = table_name ? table_name : "figures";

	if (!write_csv(d, name, &text)) {
		fail(e, ERR_USAGE, 0, "these records have no table '%s'", name);
		return hint(e, "'labctl report --json' prints every table with its name");
	}
	fputs(text.data, stdout);
	return 0;
}

static int print(const struct document *d, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (as_csv)
		return print_csv(d, e);
	if (as_json) {
		cleanup(json_free) json_t *j = write_json(d);
		cleanup_free char *json = json_text(j, true);

		puts(json);
		return 0;
	}
	write_markdown(d, &text);
	fputs(text.data, stdout);
	return 0;
}

static int report_run(struct strv *operands, int *status, struct err *e)
{
	struct document d = {0};
	bool to_file = html_path && !str_eq(html_path, "-");
	int formats = (html_path != NULL) + as_markdown + as_csv + as_json;

	(void)status;
	if (operands->len == 0)
		return fail(e, ERR_USAGE, 0, "name records, as 'labctl run --json' keeps them");
	if (formats - to_file > 1)
		return fail(e, ERR_USAGE, 0, "choose one of --markdown, --csv and --json");
	if (table_name && !as_csv)
		return fail(e, ERR_USAGE, 0, "--table goes with --csv");
	int rc = to_file ? result_check_place(html_path, e) : 0;

	if (!rc)
		rc = fill(&d, operands, e);
	if (!rc && html_path)
		rc = write_page(&d, e);
	if (!rc && formats - (html_path != NULL) > 0)
		rc = print(&d, e);
	if (!rc && formats == 0)
		rc = print(&d, e);
	document_done(&d);
	return rc;
}

const struct command cmd_report = {
    .name = "report",
    .summary = "Make a page, or tables to paste, out of records",
    .synopsis = "RECORD...",
    .details =
	"Says which variant is faster, how many times, and how sure that is; then shows every "
	"sample, what it cost, and what disturbed it. Beside records of 'labctl run --json' it takes "
	"what 'labctl run --sweep --json' and 'labctl explain --json' kept: limits as an axis; profiles, plans, system calls. Several records of one "
	"exercise are set side by side. Without an option it prints Markdown.\n\n"
	"  labctl run algorithm --json algorithm.json\n"
	"  labctl explain algorithm --json profile.json\n"
	"  labctl report algorithm.json profile.json --html report.html\n"
	"  labctl report algorithm.json --csv --table samples >samples.csv",
    .options = report_options,
    .run = report_run,
};
