/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SPEC_SCHEMA_H
#define LABCTL_SPEC_SCHEMA_H

/*
 * YAML read by table straight into structs. One row per key: type, unit,
 * range, default and help stand together, and parsing, defaults, checks and
 * docs/manifest.md all come from the row. Unknown, duplicate, missing and
 * out-of-range keys are ERR_SPEC with "file:line:column: ". A key's name is
 * spelled in spec/ and nowhere else. Parser: libyaml, event by event
 * (docs/decisions/libyaml-tables.md). JSON goes through the same tables:
 * json_encode and json_decode in json.h.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum field_type {
	FIELD_END = 0,
	FIELD_STRING,   /* char *, owned */
	FIELD_NAME,     /* char *, path_is_plain_name */
	FIELD_PATH,     /* char *, relative, stays below the folder it is relative to */
	FIELD_STRINGS,  /* struct strv; with choices, each one of them and none twice */
	FIELD_BOOL,     /* bool; true or false */
	FIELD_INT,      /* int64_t */
	FIELD_MODE,     /* int64_t; three or four octal digits */
	FIELD_DOUBLE,   /* double; in JSON null is NAN */
	FIELD_BYTES,    /* int64_t; a unit must be written unless 0 */
	FIELD_DURATION, /* int64_t ns; a unit must be written unless 0 */
	FIELD_FRACTION, /* double; "2%" */
	FIELD_CHOICE,   /* int: index into choices "a|b|c" */
	FIELD_DIGEST,   /* char *: 64 lower-case hex digits */
	FIELD_SEED,     /* uint64_t, "0x" and hex digits: JSON numbers would lose bits */
	FIELD_JSON,     /* json_t *, owned: free-form; in JSON only */
	FIELD_OBJECT,   /* struct in place, by sub */
	FIELD_LIST,     /* T *items; size_t count: a list of mappings, by sub */
	FIELD_MAP,      /* the same, a mapping name -> mapping; the name goes into sub's first field
			 */
};

enum { SCHEMA_MAX_FIELDS = 48, SCHEMA_MAX_BYTES = 4 << 20 };

struct schema;
struct schema_where;

struct field {
	const char *key;
	enum field_type type;
	size_t offset;       /* in the struct; of the items pointer for FIELD_LIST and FIELD_MAP */
	size_t count_offset; /* of the count for those two */
	bool required;
	const char *preset; /* default, written as in YAML; NULL: zero */
	double min, max;    /* both 0: no range; max 0: no upper end */
	const char *choices;
	const struct schema *sub;
	const char *help; /* one sentence, for docs/manifest.md */
};

struct schema {
	const char *title; /* "image.yaml" */
	const char *summary;
	size_t size;                /* of the struct */
	const struct field *fields; /* ends with FIELD_END; at most SCHEMA_MAX_FIELDS */
	/* In a list or map a plain text may stand for the mapping and fills this key; or NULL. */
	const char *short_key;
	/* What a table cannot say; called when the mapping is complete. Fails with schema_fail. */
	int (*check)(const void *object, const struct schema_where *where, struct err *e);
};

/* Where a mapping stands, for check functions. */
struct schema_where {
	const char *file; /* as given to schema_load or schema_parse */
	bool on_disk;     /* the file exists, so what lies beside it can be looked up */
	const struct field *fields;
	struct schema_mark {
		size_t line, column; /* counted from 1; line 0: not given */
	} start, keys[SCHEMA_MAX_FIELDS];
	const char *path; /* "samples[3].usage": only where the text was JSON */
};

/* ERR_SPEC at the value of `key` (of the mapping's start, if the key was not given or is NULL). */
int schema_fail(const struct schema_where *where, const char *key, struct err *e, const char *fmt,
		...) __attribute__((format(printf, 4, 5)));
/* For a FIELD_PATH: fails unless a regular file or a folder lies there, beside the manifest. */
int schema_check_exists(const struct schema_where *where, const char *key, const char *path,
			struct err *e);

/* Fills *out (set to zero and defaults first). On error *out is released and zero. */
int schema_load(const struct schema *s, const char *path, void *out, struct err *e);
int schema_parse(const struct schema *s, const char *name, const char *text, size_t size, void *out,
		 struct err *e);
void schema_init(const struct schema *s, void *object); /* zero and defaults */
void schema_done(const struct schema *s,
		 void *object); /* frees all that the fields own, sets to zero */

/* The object as YAML: keys in the table's order, absent and default values left out, one line per
 * element of a list. Equal objects give equal bytes; schema_parse reads them back. */
void schema_print(const struct schema *s, const void *object, struct str *yaml);
void schema_document(const struct schema *s, struct str *markdown);

/* For the layer's own files (schema-yaml.c, json.c). */
int schema_set(const struct field *f, const char *text, void *object, struct err *e);
int schema_check_range(const struct field *f, double value, struct err *e);
void *schema_grow(const struct field *f, void *object); /* one more element, with its defaults */
const char *schema_nearest(const struct field *fields, const char *key);
void schema_hint_keys(const struct field *fields, struct err *e);
bool schema_choice(const char *choices, size_t index, const char **name, size_t *len);

#endif
