/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_STR_H
#define LABCTL_BASE_STR_H

/*
 * A growing byte string. `data` is never NULL and always NUL-terminated after
 * `len` bytes; it may hold NULs itself.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct str {
	char *data;
	size_t len;
	size_t cap; /* 0: data is the shared empty string */
};

extern char str_empty[];
#define STR_INIT                                                                                   \
	{                                                                                          \
		.data = str_empty, .len = 0, .cap = 0                                              \
	}

void str_init(struct str *s);
void str_done(struct str *s);  /* frees, and leaves it empty and usable */
void str_clear(struct str *s); /* keeps the memory */
void str_add(struct str *s, const char *text);
void str_addn(struct str *s, const void *data, size_t n);
void str_addc(struct str *s, char c);
void str_addf(struct str *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Text that begins at `column`, broken at blanks before column 80, later lines indented; ends in a
 * newline. */
void str_add_wrapped(struct str *s, const char *text, size_t column, size_t indent);
void str_reserve(struct str *s, size_t extra);
char *str_take(struct str *s); /* the caller frees; s is empty again */

bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
bool str_eq(const char *a, const char *b); /* both NULL is equal */

/*
 * Strict numbers with units. The whole string must be used; overflow, a sign
 * where none is allowed and an unknown unit are errors (ERR_USAGE, the caller
 * wraps). Sizes: plain bytes or K M G T (powers of 1024, optional iB/B).
 * Durations: ns us ms s m h. Percent: "2%" -> 0.02; "0.02" is accepted too.
 */
int str_to_int64(const char *s, int64_t min, int64_t max, int64_t *out, struct err *e);
int str_to_double(const char *s, double min, double max, double *out, struct err *e);
int str_to_bytes(const char *s, int64_t *out, struct err *e);
int str_to_duration_ns(const char *s, int64_t *out, struct err *e);
int str_to_fraction(const char *s, double *out, struct err *e);

/* Human forms; each writes into buf and returns it. */
char *str_human_bytes(int64_t bytes, char *buf, size_t size); /* "12.3 MiB" */
char *str_human_ns(int64_t ns, char *buf, size_t size);       /* "84.2 ms" */

/* The nearest of `words` (NULL-ended) by edit distance, for "did you mean"; NULL if none is near.
 */
const char *str_nearest(const char *word, const char *const *words);

#endif
