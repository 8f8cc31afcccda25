/* SPDX-License-Identifier: Apache-2.0 */

/*
 * YAML into structs, in one pass over libyaml's events. No tree is built: the
 * table says what may come next, and anything else ends the reading with the
 * place of the event. So nesting is bounded by the tables, not by the text.
 *
 * Refused, because a manifest needs none of it and each is a way to write what
 * a reader does not see: anchors and aliases (also the "billion laughs"), tags,
 * several documents in a file, and plain texts that YAML programs disagree
 * about (a boolean is true or false, never yes or on).
 */

#include <string.h>
#include <yaml.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/strv.h"
#include "spec/schema.h"

#include <fcntl.h>

struct reader {
	yaml_parser_t yaml;
	yaml_event_t event; /* the current one */
	const char *name;
	bool on_disk;
	struct err *e;
};

static void reader_done(struct reader *r)
{
	yaml_event_delete(&r->event);
	yaml_parser_delete(&r->yaml);
}

static struct schema_mark mark_of(yaml_mark_t m)
{
	return (struct schema_mark){.line = m.line + 1, .column = m.column + 1};
}

/* Puts "file:line:column: " before the message in r->e. */
static int place(struct reader *r, yaml_mark_t m)
{
	r->e->kind = ERR_SPEC;
	return wrap(r->e, "%s:%zu:%zu", r->name, m.line + 1, m.column + 1);
}

#define fail_here(r, ...) (fail((r)->e, ERR_SPEC, 0, __VA_ARGS__), place(r, (r)->event.start_mark))

static int fail_syntax(struct reader *r)
{
	const yaml_parser_t *y = &r->yaml;
	const char *problem = y->problem ? y->problem : "unreadable";

	if (y->error == YAML_READER_ERROR) {
		fail(r->e, ERR_SPEC, 0, "%s: byte %zu: %s", r->name, y->problem_offset, problem);
		return hint(r->e, "save the file as plain UTF-8 text");
	}
	fail(r->e, ERR_SPEC, 0, "not valid YAML: %s%s%s", problem, y->context ? " " : "",
	     y->context ? y->context : "");
	place(r, y->problem_mark);
	if (strstr(problem, "cannot start any token") || strstr(problem, "tab"))
		hint(r->e, "indent with spaces, never with tabs; put a text that begins with "
			   "@, ` or %% in quotes");
	if (strstr(problem, "mapping values are not allowed"))
		hint(r->e, "put a text with a colon and a blank in it in quotes");
	return -1;
}

static int refuse_tricks(struct reader *r)
{
	const yaml_event_t *ev = &r->event;
	const void *anchor = NULL, *tag = NULL;

	if (ev->type == YAML_SCALAR_EVENT) {
		anchor = ev->data.scalar.anchor;
		tag = ev->data.scalar.tag;
		if (strlen((const char *)ev->data.scalar.value) != ev->data.scalar.length)
			return fail_here(r, "a text must not hold NUL characters");
	} else if (ev->type == YAML_SEQUENCE_START_EVENT) {
		anchor = ev->data.sequence_start.anchor;
		tag = ev->data.sequence_start.tag;
	} else if (ev->type == YAML_MAPPING_START_EVENT) {
		anchor = ev->data.mapping_start.anchor;
		tag = ev->data.mapping_start.tag;
	}
	if (anchor || ev->type == YAML_ALIAS_EVENT)
		return fail_here(r, "anchors (&) and aliases (*) are not allowed: write it out, or "
				    "put a text that begins with & or * in quotes");
	if (tag)
		return fail_here(r, "tags (!) are not allowed: leave the tag out, or put a text "
				    "that begins with ! in quotes");
	return 0;
}

static int next(struct reader *r)
{
	yaml_event_delete(&r->event);
	if (!yaml_parser_parse(&r->yaml, &r->event))
		return fail_syntax(r);
	return refuse_tricks(r);
}

static const char *found(const struct reader *r)
{
	switch (r->event.type) {
	case YAML_SCALAR_EVENT:
		return "a single value";
	case YAML_SEQUENCE_START_EVENT:
		return "a list";
	case YAML_MAPPING_START_EVENT:
		return "a mapping of keys";
	default:
		return "nothing";
	}
}

static int expect(struct reader *r, yaml_event_type_t type, const char *what, const char *of)
{
	if (r->event.type == type)
		return 0;
	return fail_here(r, "'%s' must be %s, not %s", of, what, found(r));
}

static const char *scalar(const struct reader *r)
{
	return (const char *)r->event.data.scalar.value;
}

/* ---- values ---- */

static int read_scalar(struct reader *r, const struct field *f, void *object)
{
	bool plain;

	if (expect(r, YAML_SCALAR_EVENT, "a single value", f->key))
		return -1;
	plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (plain && !*scalar(r))
		return fail_here(r, "'%s' has no value", f->key);
	if (plain && (str_eq(scalar(r), "~") || str_eq(scalar(r), "null")))
		return fail_here(r, "'%s' is null: leave the key out", f->key);
	if (schema_set(f, scalar(r), object, r->e)) {
		wrap(r->e, "'%s'", f->key);
		return place(r, r->event.start_mark);
	}
	return 0;
}

static int read_strings(struct reader *r, const struct field *f, void *object)
{
	if (expect(r, YAML_SEQUENCE_START_EVENT, "a list", f->key))
		return -1;
	for (;;) {
		if (next(r))
			return -1;
		if (r->event.type == YAML_SEQUENCE_END_EVENT)
			return 0;
		if (read_scalar(r, f, object))
			return -1;
	}
}

static int read_mapping(struct reader *r, const struct schema *s, const struct field *fields,
			void *object);

/* One element of a list or map: a mapping, or the plain text that stands for it. */
static int read_element(struct reader *r, const struct field *list, const struct field *fields,
			void *element)
{
	const struct schema *s = list->sub;
	struct schema_where where = {.file = r->name, .on_disk = r->on_disk, .fields = fields};

	if (r->event.type == YAML_MAPPING_START_EVENT)
		return read_mapping(r, s, fields, element);
	if (!s->short_key || r->event.type != YAML_SCALAR_EVENT)
		return expect(r, YAML_MAPPING_START_EVENT, "a mapping of keys", list->key);
	for (const struct field *f = fields; f->type != FIELD_END; f++) {
		if (str_eq(f->key, s->short_key) && read_scalar(r, f, element))
			return -1;
	}
	where.start = mark_of(r->event.start_mark);
	return s->check ? s->check(element, &where, r->e) : 0;
}

static int read_list(struct reader *r, const struct field *f, void *object)
{
	if (expect(r, YAML_SEQUENCE_START_EVENT, "a list", f->key))
		return -1;
	for (;;) {
		if (next(r))
			return -1;
		if (r->event.type == YAML_SEQUENCE_END_EVENT)
			return 0;
		if (read_element(r, f, f->sub->fields, schema_grow(f, object)))
			return -1;
	}
}

static int check_new_name(struct reader *r, const struct field *f, const void *object)
{
	const char *items = *(char *const *)(const void *)((const char *)object + f->offset);
	size_t count = *(const size_t *)(const void *)((const char *)object + f->count_offset);
	size_t name = f->sub->fields[0].offset;

	for (size_t i = 0; i < count; i++) {
		const char *at = items + i * f->sub->size + name;
		if (str_eq(*(char *const *)(const void *)at, scalar(r)))
			return fail_here(r, "'%s' stands twice in '%s'", scalar(r), f->key);
	}
	return 0;
}

static int read_map(struct reader *r, const struct field *f, void *object)
{
	const struct field *fields = f->sub->fields;
	void *element;

	if (expect(r, YAML_MAPPING_START_EVENT, "a mapping of names", f->key))
		return -1;
	for (;;) {
		if (next(r))
			return -1;
		if (r->event.type == YAML_MAPPING_END_EVENT)
			return 0;
		if (expect(r, YAML_SCALAR_EVENT, "a mapping of names", f->key) ||
		    check_new_name(r, f, object))
			return -1;
		element = schema_grow(f, object);
		if (read_scalar(r, &fields[0], element) || next(r) ||
		    read_element(r, f, fields + 1, element))
			return -1;
	}
}

static int read_field(struct reader *r, const struct field *f, void *object)
{
	switch (f->type) {
	case FIELD_STRINGS:
		return read_strings(r, f, object);
	case FIELD_OBJECT:
		if (expect(r, YAML_MAPPING_START_EVENT, "a mapping of keys", f->key))
			return -1;
		return read_mapping(r, f->sub, f->sub->fields, (char *)object + f->offset);
	case FIELD_LIST:
		return read_list(r, f, object);
	case FIELD_MAP:
		return read_map(r, f, object);
	default:
		return read_scalar(r, f, object);
	}
}

/* ---- mappings ---- */

static int fail_unknown(struct reader *r, const struct schema *s, const struct field *fields)
{
	const char *near = schema_nearest(fields, scalar(r));

	if (near)
		fail_here(r, "unknown key '%s' in %s; did you mean '%s'?", scalar(r), s->title,
			  near);
	else
		fail_here(r, "unknown key '%s' in %s", scalar(r), s->title);
	schema_hint_keys(fields, r->e);
	return -1;
}

static int read_pair(struct reader *r, const struct schema *s, const struct field *fields,
		     struct schema_where *where, void *object)
{
	size_t i = 0;

	if (r->event.type != YAML_SCALAR_EVENT)
		return fail_here(r, "a key of %s must be a word, not %s", s->title, found(r));
	while (fields[i].type != FIELD_END && !str_eq(fields[i].key, scalar(r)))
		i++;
	if (fields[i].type == FIELD_END)
		return fail_unknown(r, s, fields);
	if (where->keys[i].line)
		return fail_here(r, "key '%s' stands twice (first in line %zu)", scalar(r),
				 where->keys[i].line);
	if (next(r))
		return -1;
	where->keys[i] = mark_of(r->event.start_mark);
	if (fields[i].type == FIELD_STRINGS) /* what is written replaces the default */
		strv_done((struct strv *)(void *)((char *)object + fields[i].offset));
	return read_field(r, &fields[i], object);
}

static int check_required(const struct schema *s, const struct schema_where *where, struct err *e)
{
	for (size_t i = 0; where->fields[i].type != FIELD_END; i++) {
		const struct field *f = &where->fields[i];
		if (!f->required || where->keys[i].line)
			continue;
		schema_fail(where, NULL, e, "key '%s' is missing in %s", f->key, s->title);
		return hint(e, "%s: %s", f->key, f->help ? f->help : "required");
	}
	return 0;
}

/* The current event is the mapping's start; afterwards it is its end. */
static int read_mapping(struct reader *r, const struct schema *s, const struct field *fields,
			void *object)
{
	struct schema_where where = {.file = r->name, .on_disk = r->on_disk, .fields = fields};

	where.start = mark_of(r->event.start_mark);
	for (;;) {
		if (next(r))
			return -1;
		if (r->event.type == YAML_MAPPING_END_EVENT)
			break;
		if (read_pair(r, s, fields, &where, object))
			return -1;
	}
	if (check_required(s, &where, r->e))
		return -1;
	return s->check ? s->check(object, &where, r->e) : 0;
}

/* ---- documents ---- */

static int read_document(struct reader *r, const struct schema *s, void *out)
{
	if (next(r) || next(r)) /* stream start, document start */
		return -1;
	if (r->event.type == YAML_STREAM_END_EVENT) {
		fail_here(r, "the file is empty, but %s has keys that must be there", s->title);
		schema_hint_keys(s->fields, r->e);
		return -1;
	}
	if (next(r))
		return -1;
	if (r->event.type != YAML_MAPPING_START_EVENT)
		return fail_here(r, "%s must be a mapping of keys, not %s", s->title, found(r));
	if (read_mapping(r, s, s->fields, out) || next(r) || next(r))
		return -1;
	if (r->event.type != YAML_STREAM_END_EVENT)
		return fail_here(r, "a second document begins here; %s is one document", s->title);
	return 0;
}

static int parse(const struct schema *s, const char *name, bool on_disk, const char *text,
		 size_t size, void *out, struct err *e)
{
	struct reader r = {.name = name, .on_disk = on_disk, .e = e};
	int status;

	schema_init(s, out);
	if (!yaml_parser_initialize(&r.yaml)) {
		schema_done(s, out);
		return fail(e, ERR_HOST, 0, "read '%s': libyaml has no memory", name);
	}
	yaml_parser_set_input_string(&r.yaml, (const unsigned char *)text, size);
	yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
	status = read_document(&r, s, out);
	reader_done(&r);
	if (status)
		schema_done(s, out);
	return status;
}

int schema_parse(const struct schema *s, const char *name, const char *text, size_t size, void *out,
		 struct err *e)
{
	return parse(s, name, false, text, size, out, e);
}

int schema_load(const struct schema *s, const char *path, void *out, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;

	memset(out, 0, s->size);
	if (fd_read_file_at(AT_FDCWD, path, &text, SCHEMA_MAX_BYTES, e))
		return wrap(e, "read %s", s->title);
	return parse(s, path, true, text.data, text.len, out, e);
}
