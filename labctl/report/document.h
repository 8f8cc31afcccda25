/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_REPORT_DOCUMENT_H
#define LABCTL_REPORT_DOCUMENT_H

/*
 * What `labctl report` says, before it is written in any format: tables over
 * all records, and a chapter for each. Made from records and evidence alone; reads no
 * file and prints nothing.
 *
 *	struct document d = {0};
 *	document_add_record(&d, &record, "algorithm.json", digest);
 *	document_add_evidence(&d, "profile.json", json, e);
 *	document_finish(&d);
 *	write_html(&d, ...); write_markdown, write_csv, write_json
 *	document_done(&d);
 */

#include <jansson.h>
#include <stddef.h>

#include "base/err.h"
#include "report/chapter.h"

struct document {
	struct chapter **chapters;
	size_t chapter_count, chapter_cap;
	struct table overview;  /* every variant of every record; sweeps apart */
	struct table agreement; /* where an exercise has several records; else without rows */
};

/* Computes the figures of *r anew from its samples. */
void document_add_record(struct document *d, struct result *r, const char *path,
			 const char *digest);

/* Computes the figures of its runs, and its fits, anew. */
void document_add_sweep(struct document *d, struct sweep *s, const char *path);

/* Goes to the first chapter of its exercise, which is made where no record was given, so: records
 * first. ERR_SPEC: it is not evidence. */
int document_add_evidence(struct document *d, const char *path, const json_t *evidence,
			  struct err *e);

void document_finish(struct document *d); /* after the last */
void document_done(struct document *d);

#endif
