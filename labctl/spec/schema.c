/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The tables at work: defaults, one value into its place, release.
 * What reads YAML is in schema-yaml.c, what reads and writes JSON in json.c,
 * what prints YAML and documentation in schema-print.c; all of them know a
 * struct only through its table.
 */

#include "spec/schema.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strv.h"

static void *slot(const struct field *f, void *object)
{
	return (char *)object + f->offset;
}

static size_t *count_slot(const struct field *f, void *object)
{
	return (size_t *)(void *)((char *)object + f->count_offset);
}

/* ---- names ---- */

/* The index-th of "a|b|c"; false past the end. */
bool schema_choice(const char *choices, size_t index, const char **name, size_t *len)
{
	for (; index > 0; index--) {
		choices = strchr(choices, '|');
		if (!choices)
			return false;
		choices++;
	}
	*name = choices;
	*len = strcspn(choices, "|");
	return true;
}

static int choice_index(const char *choices, const char *text)
{
	const char *name;
	size_t len;

	for (int i = 0; schema_choice(choices, (size_t)i, &name, &len); i++) {
		if (strlen(text) == len && memcmp(text, name, len) == 0)
			return i;
	}
	return -1;
}

static int fail_choice(const char *choices, const char *text, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	const char *near;

	strv_split(&names, choices, '|');
	near = str_nearest(text, (const char *const *)strv_argv(&names));
	cleanup_free char *all = strv_join(&names, ", ");
	if (near)
		return fail(e, ERR_SPEC, 0, "'%s' is not one of %s; did you mean '%s'?", text, all,
			    near);
	return fail(e, ERR_SPEC, 0, "'%s' is not one of %s", text, all);
}

const char *schema_nearest(const struct field *fields, const char *key)
{
	const char *names[SCHEMA_MAX_FIELDS + 1] = {NULL};

	for (size_t i = 0; i < SCHEMA_MAX_FIELDS && fields[i].type != FIELD_END; i++)
		names[i] = fields[i].key;
	return str_nearest(key, names);
}

void schema_hint_keys(const struct field *fields, struct err *e)
{
	cleanup(str_done) struct str keys = STR_INIT;

	for (size_t i = 0; fields[i].type != FIELD_END; i++)
		str_addf(&keys, "%s%s", i ? ", " : "", fields[i].key);
	hint(e, "the keys are: %s", keys.data);
}

/* ---- one value ---- */

static void format_limit(const struct field *f, double value, char *buf, size_t size)
{
	if (f->type == FIELD_BYTES)
		str_human_bytes((int64_t)value, buf, size);
	else if (f->type == FIELD_DURATION)
		str_human_ns((int64_t)value, buf, size);
	else if (f->type == FIELD_FRACTION)
		snprintf(buf, size, "%g%%", value * 100);
	else
		snprintf(buf, size, "%.15g", value);
}

int schema_check_range(const struct field *f, double value, struct err *e)
{
	char low[40], high[40];
	bool bounded = f->max != 0;

	if ((f->min == 0 && f->max == 0) || (value >= f->min && (!bounded || value <= f->max)))
		return 0;
	format_limit(f, f->min, low, sizeof(low));
	format_limit(f, f->max, high, sizeof(high));
	if (!bounded)
		return fail(e, ERR_SPEC, 0, "must be at least %s", low);
	return fail(e, ERR_SPEC, 0, "must be between %s and %s", low, high);
}

static void set_string(char **place, const char *text)
{
	free(*place);
	*place = xstrdup(text);
}

static bool is_digest(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* Relative, no empty part, no "." or ".." part: joined to a folder it stays below it. */
static bool is_inner_path(const char *text)
{
	size_t len;

	for (const char *p = text; *p || p == text; p += len + (p[len] == '/')) {
		len = strcspn(p, "/");
		if (len == 0 || (len == 1 && p[0] == '.') ||
		    (len == 2 && p[0] == '.' && p[1] == '.'))
			return false;
		if (p[len] == '/' && !p[len + 1])
			return false;
	}
	return true;
}

static int set_text(const struct field *f, const char *text, char **place, struct err *e)
{
	if (!*text)
		return fail(e, ERR_SPEC, 0, "is empty");
	if (f->type == FIELD_NAME && !path_is_plain_name(text))
		return fail(e, ERR_SPEC, 0,
			    "'%s' is no name: at most 64 letters, digits, '.', '_' and '-', "
			    "beginning with a letter or digit",
			    text);
	if (f->type == FIELD_PATH && !is_inner_path(text))
		return fail(e, ERR_SPEC, 0,
			    "'%s' must be a relative path without '.', '..' or empty parts", text);
	if (f->type == FIELD_DIGEST && !is_digest(text))
		return fail(e, ERR_SPEC, 0, "'%s' is no SHA-256 digest (64 lower-case hex digits)",
			    text);
	set_string(place, text);
	return 0;
}

static int set_bool(const char *text, bool *place, struct err *e)
{
	if (!str_eq(text, "true") && !str_eq(text, "false"))
		return fail(e, ERR_SPEC, 0, "'%s' must be true or false", text);
	*place = text[0] == 't';
	return 0;
}

static int set_mode(const char *text, int64_t *place, struct err *e)
{
	size_t len = strlen(text);

	if (len < 3 || len > 4 || strspn(text, "01234567") != len)
		return fail(e, ERR_SPEC, 0, "'%s' is no mode: write it like 0644", text);
	*place = strtol(text, NULL, 8);
	return 0;
}

static int set_seed(const char *text, uint64_t *place, struct err *e)
{
	size_t len = strlen(text);

	if (len < 3 || len > 18 || strncmp(text, "0x", 2) != 0 ||
	    strspn(text + 2, "0123456789abcdef") != len - 2)
		return fail(e, ERR_SPEC, 0, "'%s' is no seed: 0x and up to 16 hex digits", text);
	*place = strtoull(text, NULL, 16);
	return 0;
}

static int set_int(const struct field *f, const char *text, int64_t *place, struct err *e)
{
	int64_t value = 0;
	size_t len = strlen(text);
	bool measured = f->type == FIELD_BYTES || f->type == FIELD_DURATION;

	if (measured && len > 0 && strspn(text, "0123456789.") == len && !str_eq(text, "0"))
		return fail(e, ERR_SPEC, 0, "'%s' needs a unit, as in '%s%s'", text, text,
			    f->type == FIELD_BYTES ? "M" : "s");
	if (f->type == FIELD_BYTES      ? str_to_bytes(text, &value, e)
	    : f->type == FIELD_DURATION ? str_to_duration_ns(text, &value, e)
					: str_to_int64(text, INT64_MIN, INT64_MAX, &value, e))
		return -1;
	if (schema_check_range(f, (double)value, e))
		return wrap(e, "%s", text);
	*place = value;
	return 0;
}

static int set_double(const struct field *f, const char *text, double *place, struct err *e)
{
	double value = 0;

	if (f->type == FIELD_FRACTION ? str_to_fraction(text, &value, e)
				      : str_to_double(text, -1e300, 1e300, &value, e))
		return -1;
	if (schema_check_range(f, value, e))
		return wrap(e, "%s", text);
	*place = value;
	return 0;
}

static int add_string(const struct field *f, const char *text, struct strv *list, struct err *e)
{
	if (!*text)
		return fail(e, ERR_SPEC, 0, "has an empty element");
	if (f->choices && choice_index(f->choices, text) < 0)
		return fail_choice(f->choices, text, e);
	if (f->choices && strv_has(list, text))
		return fail(e, ERR_SPEC, 0, "'%s' stands twice", text);
	strv_add(list, text);
	return 0;
}

/* Puts one scalar into its place in the object; for FIELD_STRINGS adds it. The message says what is
 * wrong with the value; the caller adds where it stands. */
int schema_set(const struct field *f, const char *text, void *object, struct err *e)
{
	void *place = slot(f, object);
	int index;

	switch (f->type) {
	case FIELD_STRING:
	case FIELD_NAME:
	case FIELD_PATH:
	case FIELD_DIGEST:
		return set_text(f, text, place, e);
	case FIELD_STRINGS:
		return add_string(f, text, place, e);
	case FIELD_BOOL:
		return set_bool(text, place, e);
	case FIELD_MODE:
		return set_mode(text, place, e);
	case FIELD_SEED:
		return set_seed(text, place, e);
	case FIELD_INT:
	case FIELD_BYTES:
	case FIELD_DURATION:
		return set_int(f, text, place, e);
	case FIELD_DOUBLE:
	case FIELD_FRACTION:
		return set_double(f, text, place, e);
	case FIELD_CHOICE:
		index = choice_index(f->choices, text);
		if (index < 0)
			return fail_choice(f->choices, text, e);
		*(int *)place = index;
		return 0;
	default:
		return fail(e, ERR_BUG, 0, "field '%s' is no scalar", f->key);
	}
}

/* ---- whole objects ---- */

void schema_init(const struct schema *s, void *object)
{
	struct err e = {0};

	memset(object, 0, s->size);
	for (const struct field *f = s->fields; f->type != FIELD_END; f++) {
		if (f->type == FIELD_OBJECT)
			schema_init(f->sub, slot(f, object));
		else if (f->preset && schema_set(f, f->preset, object, &e))
			fprintf(stderr, "labctl: bug: default of '%s' in %s: %s\n", f->key,
				s->title, e.msg);
	}
}

/* Capacity is the next power of two of the count, so it need not be kept. */
void *schema_grow(const struct field *f, void *object)
{
	char **items = slot(f, object);
	size_t *count = count_slot(f, object);
	void *element;

	if ((*count & (*count - 1)) == 0)
		*items = xreallocarray(*items, *count ? *count * 2 : 1, f->sub->size);
	element = *items + *count * f->sub->size;
	schema_init(f->sub, element);
	++*count;
	return element;
}

static void done_list(const struct field *f, void *object)
{
	char **items = slot(f, object);
	size_t *count = count_slot(f, object);

	for (size_t i = 0; i < *count; i++)
		schema_done(f->sub, *items + i * f->sub->size);
	free(*items);
	*items = NULL;
	*count = 0;
}

static void done_field(const struct field *f, void *object)
{
	switch (f->type) {
	case FIELD_STRING:
	case FIELD_NAME:
	case FIELD_PATH:
	case FIELD_DIGEST:
		free(*(char **)slot(f, object));
		break;
	case FIELD_STRINGS:
		strv_done(slot(f, object));
		break;
	case FIELD_JSON:
		json_decref(*(json_t **)slot(f, object));
		break;
	case FIELD_OBJECT:
		schema_done(f->sub, slot(f, object));
		break;
	case FIELD_LIST:
	case FIELD_MAP:
		done_list(f, object);
		break;
	default:
		break;
	}
}

void schema_done(const struct schema *s, void *object)
{
	for (const struct field *f = s->fields; f->type != FIELD_END; f++)
		done_field(f, object);
	memset(object, 0, s->size);
}
