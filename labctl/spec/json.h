/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SPEC_JSON_H
#define LABCTL_SPEC_JSON_H

/*
 * JSON (jansson): state files, records, what a guest says. Two ways in:
 * the tables of schema.h (a whole document into a struct), or typed getters
 * for the few keys of a small message. Every error names the file (or the
 * sender) and the path of the key: "record.json: samples[3].usage.cpu_ns: ...".
 *
 * json_t values are owned as jansson says; `cleanup(json_free)` drops one.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "spec/schema.h"

void json_free(json_t **j); /* json_decref, for cleanup() */

/* Strict: one value, no duplicate keys, no trailing text. The caller owns the result; NULL: error
 * with name:line:column. Beyond max_bytes it is refused unread. */
json_t *json_read_text(const char *name, const char *text, size_t size, struct err *e);
json_t *json_read_file(const char *path, size_t max_bytes, struct err *e);
/* Atomic and durable; one key per line where indent is true. Keys in the order they were added. */
int json_write_file(const json_t *j, const char *path, bool indent, struct err *e);
char *json_text(const json_t *j, bool indent); /* the caller frees */

/* Of an object; `name` is the file or sender, for the message. Missing or of another type:
 * ERR_SPEC. What they hand out is borrowed from the object. */
int json_get_string(const json_t *object, const char *key, const char **out, const char *name,
		    struct err *e);
int json_get_int(const json_t *object, const char *key, int64_t *out, const char *name,
		 struct err *e);

/* A document of labctl's carries the number of its format under `key`: ERR_SPEC, with the cure,
 * unless this labctl reads it. what: "the record". */
int json_check_format(const json_t *j, const char *key, int64_t reads, const char *what,
		      const char *file, struct err *e);
int json_get_array(const json_t *object, const char *key, json_t **out, const char *name,
		   struct err *e);
/* The same, but a default for what is missing or of another type. */
const char *json_string_or(const json_t *object, const char *key, const char *preset);
int64_t json_int_or(const json_t *object, const char *key, int64_t preset);
/* The numbers of a list, `max` at most: how many. What is no number is 0, what is no list has none.
 */
size_t json_numbers(const json_t *list, double *out, size_t max);

/* A text as what it reads as: a number, true, false; else a text. */
json_t *json_scalar(const char *text);

/* A struct by its table. Encoding leaves out what is NULL or empty; NAN becomes null. Decoding is
 * as strict as schema_parse, and on error releases *object. */
json_t *json_encode(const struct schema *s, const void *object);
int json_decode(const struct schema *s, const json_t *j, const char *name, void *object,
		struct err *e);

#endif
