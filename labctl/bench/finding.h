/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_FINDING_H
#define LABCTL_BENCH_FINDING_H

/*
 * What a check of an exercise found, good and bad, in the order it was found.
 * A bad or an open one says what is missing and, where that is a place in a file, names
 * it as compilers do, so that an editor can jump there.
 */

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/str.h"

enum finding_grade {
	FINDING_GOOD,
	FINDING_BAD,
	FINDING_OPEN, /* the machine was too busy to tell: neither kept nor broken */
};

struct finding {
	enum finding_grade grade;
	char *file;   /* relative to the exercise's folder; NULL: no place in a file */
	int64_t line; /* counted from 1; 0: the file as a whole */
	char *words;
};

struct findings {
	struct finding *items;
	size_t len, cap;
};

void findings_good(struct findings *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void findings_bad(struct findings *f, const char *file, int64_t line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void findings_open(struct findings *f, const char *file, int64_t line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void findings_done(struct findings *f);

size_t findings_bad_count(const struct findings *f);
size_t findings_open_count(const struct findings *f);
/* "ok   words", "FAIL file:line: words" or "open file:line: words", a line each. */
void findings_print(const struct findings *f, struct str *out);
json_t *findings_json(const struct findings *f); /* the caller owns it */

#endif
