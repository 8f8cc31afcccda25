/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_REPORT_TABLE_H
#define LABCTL_REPORT_TABLE_H

/*
 * A table of the report, and how it is to be drawn. Whatever a chart shows
 * stands in the rows of its table, so that a reader without a screen or
 * without JavaScript has the same figures, and a test can count the marks.
 *
 * Columns first, then cells, row by row. Cells hold the raw value; a unit says how
 * it reads. Text may come from a student's program: writers escape it, and
 * nothing here trusts it.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strv.h"

enum table_unit {
	TABLE_TEXT,
	TABLE_CODE,   /* text whose blanks matter */
	TABLE_COUNT,  /* a whole number */
	TABLE_NUMBER, /* any other */
	TABLE_TIMES,  /* times faster */
	TABLE_NS,
	TABLE_BYTES,
	TABLE_SHARE, /* 0.02 is 2% */
};

struct table_column {
	char *key; /* in JSON and CSV; charts find the column by it */
	char *label;
	enum table_unit unit;
};

struct table_cell {
	char *text;    /* of TABLE_TEXT and TABLE_CODE */
	double number; /* of the others; NAN: none */
};

struct table {
	char *name;  /* what it is: "samples"; kept by charts and the tests */
	char *chart; /* drawn by charts.js or evidence.js under this name; NULL: a table only */
	char *group; /* tables that stand together have it in common: "profile of baseline"; or NULL
		      */
	char *title;
	char *note;    /* how to read it; or NULL */
	bool folded;   /* long, or for those who look for it: shown when asked for */
	bool last;     /* comes behind the others of its chapter */
	json_t *facts; /* what a chart needs beside the rows: a fit, a noise floor; or NULL */
	struct table_column *columns;
	size_t column_count, column_cap;
	struct table_cell *cells;
	size_t cell_count, cell_cap;
};

void table_init(struct table *t, const char *name, const char *chart, const char *title);
void table_done(struct table *t);

void table_add_column(struct table *t, const char *key, const char *label, enum table_unit unit);
void table_add_text(struct table *t, const char *text);  /* copies; NULL: an empty cell */
void table_add_number(struct table *t, double number);   /* NAN: an empty cell */
void table_add_positive(struct table *t, double number); /* the same for 0 and below */
void table_set_fact(struct table *t, const char *key, json_t *value); /* takes value */

size_t table_rows(const struct table *t);
const struct table_cell *table_cell(const struct table *t, size_t row, size_t column);
bool table_column_empty(const struct table *t, size_t column);
bool table_column_is_text(const struct table *t, size_t column);

/* The cell as a person reads it: "84.2 ms", "1.3 MiB", "" for none. The caller frees. */
char *table_words(const struct table *t, size_t row, size_t column);

char *table_time_words(double ns); /* "84.2 ms", "714 µs"; the caller frees */

/* {"name", "chart", "title", "columns": [{"key", "label", "unit"}], "rows": [[...]], ...}; the
 * caller owns it. */
json_t *table_json(const struct table *t);

#endif
