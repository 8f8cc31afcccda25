/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_REPORT_H
#define LABCTL_BENCH_REPORT_H

/* What a person sees of a record: a table that needs no manual. Pure: from the record alone. */

#include <stdbool.h>

#include "base/str.h"
#include "spec/result.h"

/* The table of one record, and beneath it what disturbed it and how precise it is. */
void report_print(const struct result *r, bool colour, struct str *out);

/* What the columns mean; once, after the last table. services, load, series: are there such
 * columns? */
void report_legend(bool services, bool load, bool series, struct str *out);

bool report_is_load(const struct result *r); /* is what it measured under a load? */

/* The paragraphs beneath the table (report-notes.c). */
void report_notes(const struct result *r, struct str *out);

/* One of them; and those on how far the samples can be trusted, the noise floor only where there is
 * a ratio to hold against it (report-noise.c). */
void report_note(struct str *out, const char *text);
void report_noise(const struct result *r, bool with_floor, struct str *out);

/* Reads and writes of each variant, where the exercise has a disk (report-io.c). */
void report_io(const struct result *r, struct str *out);

/* "31.2 [30.9, 31.6]" with as many decimals as the interval deserves; "-" for none. */
void report_interval(const struct result_interval *i, struct str *out);

/* Cells: "14M", "84.2 ms", "-" for none; the caller frees. The colour of a verdict, to be undone by
 * "\033[0m". */
char *report_bytes(int64_t bytes);
char *report_time(int64_t ns);
const char *report_verdict_colour(const char *verdict);

bool report_colour_wanted(int fd); /* a terminal, and the environment does not object */

#endif
