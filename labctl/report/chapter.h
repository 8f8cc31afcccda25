/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_REPORT_CHAPTER_H
#define LABCTL_REPORT_CHAPTER_H

/*
 * What the report says of one record, and of the evidence that belongs to it.
 * Each part is a file chapter-<part>.c, and leaves out what the record has no
 * keys for.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "report/table.h"
#include "spec/result.h"
#include "spec/sweep.h"

struct headline {      /* what a student understands in ten seconds */
	char *variant; /* the one it speaks of; NULL: none could be measured */
	char *amount;  /* "254 times faster" */
	char *sure;    /* "95% sure that it is between 250 and 258 times" */
	char *tone;    /* "good", "open" or "bad": which sign and colour */
};

struct chapter {
	char *id; /* of the HTML anchor: "algorithm", "algorithm-2" */
	char *exercise;
	char *title; /* the exercise, and the date where it has several records */
	char *about; /* size, limits, blocks: one sentence */
	char *started;
	bool compares; /* its record has ratios, which can be set beside those of others */
	char *replay;  /* the command; NULL: evidence alone */
	struct headline headline; /* all NULL for evidence alone */
	struct strv remarks;      /* failures, warnings: a sentence each */
	struct table *tables;
	size_t table_count, table_cap;
};

struct chapter *chapter_new(const char *exercise);
void chapter_free(struct chapter *c);

/* A table at the end; the pointer is good until the next. */
struct table *chapter_add_table(struct chapter *c, const char *name, const char *chart,
				const char *title);

/* Drops the last table if it has no rows. */
void chapter_end_table(struct chapter *c);

/* Puts the tables in order, after the last. */
void chapter_finish(struct chapter *c);

/* What a record says; its figures must be computed. path: the record's file, for the replay
 * command; digest: of that file. */
void chapter_headline(struct chapter *c, const struct result *r);
void chapter_figures(struct chapter *c, const struct result *r);
void chapter_series(struct chapter *c, const struct result *r);
void chapter_samples(struct chapter *c, const struct result *r);
void chapter_growth(struct chapter *c, const struct result *r); /* in place of a headline, if any */
void chapter_source(struct chapter *c, const struct result *r, const char *path,
		    const char *digest);

/* What a sweep says; the figures of its runs and its fits must be computed. */
void chapter_sweep(struct chapter *c, const struct sweep *s, const char *path);

/* Pieces of these: a headline about this figure; the host of a run. */
void chapter_figure_headline(struct chapter *c, const struct result *r,
			     const struct result_figure *f);
void chapter_host(struct chapter *c, const struct result *r);

/* What `labctl explain --json` kept of one variant. */
void chapter_evidence(struct chapter *c, const json_t *evidence);

#endif
