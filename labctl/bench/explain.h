/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_EXPLAIN_H
#define LABCTL_BENCH_EXPLAIN_H

/*
 * Seeing why: a variant runs once under an instrument of the harness (a
 * profiler, the database's plans, ...), in a sandbox like a sample's, and its
 * report is printed. Instruments slow down what they watch, so nothing here is
 * a measurement. What instruments answered can be kept, as evidence that
 * `labctl report` shows beside a record.
 */

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "base/strv.h"
#include "spec/exercise.h"

enum { EVIDENCE_SCHEMA = 1 }; /* of what --json keeps; labctl report reads it */

struct explain_options {
	const char *variant;     /* NULL: the baseline */
	const char *try_file;    /* a student's file instead */
	bool machines;           /* ... which works across the exercise's machines */
	const char *size;        /* NULL: the exercise's explain_size */
	struct strv instruments; /* empty: all of the exercise */
	bool colour;
	json_t *reports; /* what each instrument answered is added to this list; NULL: not kept */
};

/* Calls show(text, arg) with each instrument's report as soon as it is there. */
int explain_run(const struct exercise *x, const struct explain_options *options,
		void (*show)(const char *text, void *arg), void *arg, struct err *e);

/* Are these all instruments that the harness has? ERR_USAGE names the first that is none. */
int explain_check_instruments(const struct strv *asked, struct err *e);

/* The document that `labctl explain --json` writes: takes o->reports. The caller owns it. */
json_t *explain_evidence(const struct exercise *x, const struct explain_options *o);

#endif
