/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Structs to JSON and back by the tables of schema.h. Quantities are plain
 * numbers in JSON (bytes, nanoseconds): programs read it. Only a seed is a
 * text, since many readers keep numbers as doubles and would lose its bits.
 */

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/strv.h"
#include "spec/json.h"

static const void *slot(const struct field *f, const void *object)
{
	return (const char *)object + f->offset;
}

/* ---- out ---- */

static json_t *encode_list(const struct field *f, const void *object)
{
	json_t *list = json_array();
	const char *items = *(char *const *)slot(f, object);
	size_t count = *(const size_t *)(const void *)((const char *)object + f->count_offset);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_encode(f->sub, items + i * f->sub->size));
	return list;
}

static json_t *encode_strings(const struct strv *list)
{
	json_t *out = json_array();

	for (size_t i = 0; i < list->len; i++)
		json_array_append_new(out, json_string(list->items[i]));
	return out;
}

static json_t *encode_choice(const struct field *f, int index)
{
	const char *name;
	size_t len;

	if (index < 0 || !schema_choice(f->choices, (size_t)index, &name, &len))
		return json_null();
	return json_stringn(name, len);
}

static json_t *encode_seed(uint64_t seed)
{
	char text[20];

	snprintf(text, sizeof(text), "0x%" PRIx64, seed);
	return json_string(text);
}

static json_t *encode_double(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

/* NULL: nothing to write. */
static json_t *encode_field(const struct field *f, const void *object)
{
	const void *place = slot(f, object);

	switch (f->type) {
	case FIELD_STRING:
	case FIELD_NAME:
	case FIELD_PATH:
	case FIELD_DIGEST:
		return *(char *const *)place ? json_string(*(char *const *)place) : NULL;
	case FIELD_STRINGS:
		return ((const struct strv *)place)->len ? encode_strings(place) : NULL;
	case FIELD_BOOL:
		return json_boolean(*(const bool *)place);
	case FIELD_INT:
	case FIELD_MODE:
	case FIELD_BYTES:
	case FIELD_DURATION:
		return json_integer(*(const int64_t *)place);
	case FIELD_DOUBLE:
	case FIELD_FRACTION:
		return encode_double(*(const double *)place);
	case FIELD_CHOICE:
		return encode_choice(f, *(const int *)place);
	case FIELD_SEED:
		return encode_seed(*(const uint64_t *)place);
	case FIELD_JSON:
		return json_incref(*(json_t *const *)place);
	case FIELD_OBJECT:
		return json_encode(f->sub, place);
	case FIELD_LIST:
	case FIELD_MAP:
		return encode_list(f, object);
	default:
		return NULL;
	}
}

json_t *json_encode(const struct schema *s, const void *object)
{
	json_t *out = json_object();

	for (const struct field *f = s->fields; f->type != FIELD_END; f++) {
		json_t *value = encode_field(f, object);
		if (value)
			json_object_set_new(out, f->key, value);
	}
	return out;
}

/* ---- in ---- */

struct decoder {
	const char *name;
	struct str path; /* of the object at hand: "samples[3].usage" */
	struct err *e;
};

/* Puts "file: path.key: " before the message in d->e. */
static int place_at(struct decoder *d, const char *key)
{
	const char *dot = d->path.len && key ? "." : "";

	return wrap(d->e, "%s: %s%s%s", d->name, d->path.data, dot, key ? key : "");
}

static int fail_at(struct decoder *d, const char *key, const char *what, const char *title)
{
	fail(d->e, ERR_SPEC, 0, "%s%s", what, title);
	return place_at(d, key);
}

static int decode_object(struct decoder *d, const struct schema *s, const json_t *j, void *object);

/* Bytes of the character that begins here and that no terminal may see: what moves the cursor,
 * begins a command to it, or reorders text. 0: it may. The text is UTF-8, jansson has seen to that.
 */
static size_t forbidden(const unsigned char *p)
{
	if (*p < 0x20 || *p == 0x7f)
		return *p != '\n' && *p != '\t';
	if (p[0] == 0xc2 && p[1] < 0xa0) /* U+0080 to U+009F */
		return 2;
	if (p[0] != 0xe2 || (p[1] != 0x80 && p[1] != 0x81))
		return 0;
	/* U+200E, U+200F, U+202A to U+202E; U+2066 to U+2069 */
	return (p[1] == 0x80 ? p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xaa && p[2] <= 0xae)
			     : p[2] >= 0xa6 && p[2] <= 0xa9)
		   ? 3
		   : 0;
}

/* Records are passed on, and printed by who did not write them. The caller frees. */
static char *printable(const char *text)
{
	char *out = xstrdup(text);
	size_t n;

	for (char *p = out; *p; p += n ? n : 1) {
		n = forbidden((const unsigned char *)p);
		memset(p, '?', n);
	}
	return out;
}

/* Numbers and texts: a number of JSON where the table has one, else what YAML would have held. */
static int decode_scalar(struct decoder *d, const struct field *f, const json_t *j, void *object)
{
	void *place = (char *)object + f->offset;
	bool number = f->type == FIELD_INT || f->type == FIELD_MODE || f->type == FIELD_BYTES ||
		      f->type == FIELD_DURATION;

	if (number && json_is_integer(j)) {
		*(int64_t *)place = json_integer_value(j);
	} else if ((f->type == FIELD_DOUBLE || f->type == FIELD_FRACTION) &&
		   (json_is_number(j) || json_is_null(j))) {
		*(double *)place = json_is_null(j) ? (double)NAN : json_number_value(j);
	} else if (f->type == FIELD_BOOL && json_is_boolean(j)) {
		*(bool *)place = json_is_true(j);
	} else if (!number && f->type != FIELD_DOUBLE && f->type != FIELD_FRACTION &&
		   f->type != FIELD_BOOL && json_is_string(j)) {
		cleanup_free char *text = printable(json_string_value(j));

		if (schema_set(f, text, object, d->e))
			return place_at(d, f->key);
		return 0;
	} else {
		return fail_at(d, f->key, "has the wrong type", "");
	}
	if (!json_is_null(j) && f->type != FIELD_BOOL &&
	    schema_check_range(f, json_number_value(j), d->e))
		return place_at(d, f->key);
	return 0;
}

static int decode_strings(struct decoder *d, const struct field *f, const json_t *j, void *object)
{
	size_t i;
	json_t *item;

	if (!json_is_array(j))
		return fail_at(d, f->key, "must be a list of texts", "");
	json_array_foreach((json_t *)j, i, item)
	{
		if (decode_scalar(d, f, item, object))
			return -1;
	}
	return 0;
}

static int decode_list(struct decoder *d, const struct field *f, const json_t *j, void *object)
{
	size_t len = d->path.len, i;
	json_t *item;

	if (!json_is_array(j))
		return fail_at(d, f->key, "must be a list", "");
	json_array_foreach((json_t *)j, i, item)
	{
		str_addf(&d->path, "%s%s[%zu]", len ? "." : "", f->key, i);
		if (decode_object(d, f->sub, item, schema_grow(f, object)))
			return -1;
		d->path.len = len;
		d->path.data[len] = '\0';
	}
	return 0;
}

static int decode_inner(struct decoder *d, const struct field *f, const json_t *j, void *object)
{
	size_t len = d->path.len;

	str_addf(&d->path, "%s%s", len ? "." : "", f->key);
	if (decode_object(d, f->sub, j, (char *)object + f->offset))
		return -1;
	d->path.len = len;
	d->path.data[len] = '\0';
	return 0;
}

static int decode_field(struct decoder *d, const struct field *f, const json_t *j, void *object)
{
	switch (f->type) {
	case FIELD_STRINGS:
		return decode_strings(d, f, j, object);
	case FIELD_JSON:
		*(json_t **)(void *)((char *)object + f->offset) = json_incref((json_t *)j);
		return 0;
	case FIELD_OBJECT:
		return decode_inner(d, f, j, object);
	case FIELD_LIST: /* a FIELD_MAP in YAML is a list in JSON, the name among its keys */
	case FIELD_MAP:
		return decode_list(d, f, j, object);
	default:
		return decode_scalar(d, f, j, object);
	}
}

static const struct field *find(const struct field *fields, const char *key)
{
	for (const struct field *f = fields; f->type != FIELD_END; f++) {
		if (str_eq(f->key, key))
			return f;
	}
	return NULL;
}

static int decode_object(struct decoder *d, const struct schema *s, const json_t *j, void *object)
{
	struct schema_where where = {.file = d->name, .fields = s->fields, .path = d->path.data};
	const char *key;
	json_t *value;

	if (!json_is_object(j))
		return fail_at(d, NULL, "must be an object: ", s->title);
	json_object_foreach((json_t *)j, key, value)
	{
		const struct field *f = find(s->fields, key);
		if (!f)
			return fail_at(d, key, "unknown key in ", s->title);
		if (decode_field(d, f, value, object))
			return -1;
	}
	for (const struct field *f = s->fields; f->type != FIELD_END; f++) {
		if (f->required && !json_object_get(j, f->key))
			return fail_at(d, f->key, "is missing in ", s->title);
	}
	where.path = d->path.data;
	return s->check ? s->check(object, &where, d->e) : 0;
}

int json_decode(const struct schema *s, const json_t *j, const char *name, void *object,
		struct err *e)
{
	struct decoder d = {.name = name, .path = STR_INIT, .e = e};
	int status;

	schema_init(s, object);
	status = decode_object(&d, s, j, object);
	str_done(&d.path);
	if (status)
		schema_done(s, object);
	return status;
}
