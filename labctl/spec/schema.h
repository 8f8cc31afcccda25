/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SPEC_SCHEMA_H
#define LABCTL_SPEC_SCHEMA_H

/*
 * YAML read by table straight into structs. One row per key: type, unit,
 * range, default and help stand together, and parsing, defaults, checks and
 * docs/manifest.md all come from the row. Unknown, duplicate, missing and
 * out-of-range keys are ERR_SPEC with "file:line:column: ". A key's name is
 * spelled in spec/ and nowhere else. Parser: libyaml (see docs/decisions).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum field_type {
	FIELD_END = 0,
	FIELD_STRING,   /* char *, owned */
	FIELD_NAME,     /* char *, path_is_plain_name */
	FIELD_STRINGS,  /* struct strv */
	FIELD_BOOL,     /* bool */
	FIELD_INT,      /* int64_t */
	FIELD_DOUBLE,   /* double */
	FIELD_BYTES,    /* int64_t; a unit must be written unless 0 */
	FIELD_DURATION, /* int64_t ns */
	FIELD_FRACTION, /* double; "2%" */
	FIELD_CHOICE,   /* int: index into choices "a|b|c" */
	FIELD_DIGEST,   /* char *: 64 lower-case hex digits */
	FIELD_OBJECT,   /* struct in place, by sub */
	FIELD_LIST,     /* T *items; size_t count: a list of mappings, by sub */
	FIELD_MAP, /* the same, a mapping name -> mapping; the name goes into the sub's first field
		    */
};

struct schema;

struct field {
	const char *key;
	enum field_type type;
	size_t offset;       /* in the struct; of the items pointer for FIELD_LIST and FIELD_MAP */
	size_t count_offset; /* of the count for those two */
	bool required;
	const char *preset; /* default, written as in YAML; NULL: zero */
	double min, max;    /* both 0: no range */
	const char *choices;
	const struct schema *sub;
	const char *help; /* one sentence, for docs/manifest.md */
};

struct schema {
	const char *title; /* "image.yaml" */
	const char *summary;
	size_t size;                /* of the struct */
	const struct field *fields; /* ends with FIELD_END */
};

/* Fills *out (set to zero and defaults first). On error *out is released and zero. */
int schema_load(const struct schema *s, const char *path, void *out, struct err *e);
int schema_parse(const struct schema *s, const char *name, const char *text, size_t size, void *out,
		 struct err *e);
void schema_done(const struct schema *s,
		 void *object); /* frees all that the fields own, sets to zero */
void schema_document(const struct schema *s, struct str *markdown);

#endif
