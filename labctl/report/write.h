/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_REPORT_WRITE_H
#define LABCTL_REPORT_WRITE_H

/*
 * A document in four formats, appended to `out`. All but HTML are pure. Titles,
 * names and messages may come from a student's program: each writer escapes
 * what its format would take for markup.
 */

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "report/document.h"

/* One file with everything in it: style, figures, libraries of charts and ours. ERR_HOST where
 * the libraries are missing. */
int write_html(const struct document *d, struct str *out, struct err *e);

/* Of it the parts that are made of records: headlines and chapters; and links to these. Pure. */
void write_body(const struct document *d, struct str *out);
void write_contents(const struct document *d, struct str *out);

void write_markdown(const struct document *d, struct str *out); /* headlines and tables */

/* The tables of this name ("figures", "samples", ...) of all chapters as one, raw values, RFC 4180;
 * false: there is none. */
bool write_csv(const struct document *d, const char *name, struct str *out);

json_t *write_json(const struct document *d); /* the caller owns it */

#endif
