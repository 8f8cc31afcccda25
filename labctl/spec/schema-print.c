/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Tables to text: an object as canonical YAML, and a table as documentation.
 * Canonical means that equal objects give equal bytes whatever the host and
 * locale: no wrapping, no choice of style, numbers in one form only.
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/strv.h"
#include "spec/schema.h"

static const void *slot(const struct field *f, const void *object)
{
	return (const char *)object + f->offset;
}

static size_t count_of(const struct field *f, const void *object)
{
	return *(const size_t *)(const void *)((const char *)object + f->count_offset);
}

/* ---- an object as YAML ---- */

static bool is_plain(const char *text)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_/.+:~@=-";
	size_t len = strlen(text);

	return len > 0 && strspn(text, safe) == len && !strchr("-.+:~@=", text[0]) &&
	       text[len - 1] != ':' && !str_eq(text, "null");
}

static void print_text(const char *text, struct str *out)
{
	if (is_plain(text)) {
		str_add(out, text);
		return;
	}
	str_addc(out, '"');
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p == '"' || *p == '\\')
			str_addf(out, "\\%c", *p);
		else if (*p == '\n')
			str_add(out, "\\n");
		else if (*p < 0x20 || *p == 0x7f)
			str_addf(out, "\\x%02x", *p);
		else
			str_addc(out, (char)*p);
	}
	str_addc(out, '"');
}

static void print_bytes(int64_t bytes, struct str *out)
{
	static const char units[] = "TGMK";
	int64_t unit = 1LL << 40;

	for (const char *u = units; *u; u++, unit >>= 10) {
		if (bytes && bytes % unit == 0) {
			str_addf(out, "%" PRId64 "%c", bytes / unit, *u);
			return;
		}
	}
	str_addf(out, bytes ? "%" PRId64 "B" : "%" PRId64, bytes);
}

static void print_duration(int64_t ns, struct str *out)
{
	if (ns % 1000000000 == 0)
		str_addf(out, ns ? "%" PRId64 "s" : "%" PRId64, ns / 1000000000);
	else if (ns % 1000000 == 0)
		str_addf(out, "%" PRId64 "ms", ns / 1000000);
	else
		str_addf(out, "%" PRId64 "ns", ns);
}

/* The shortest decimal that reads back as the same double. */
static void print_double(double value, struct str *out)
{
	char buf[40];

	for (int digits = 6; digits <= 17; digits++) {
		snprintf(buf, sizeof(buf), "%.*g", digits, value);
		if (strtod(buf, NULL) == value)
			break;
	}
	str_add(out, buf);
}

static void print_strings(const struct strv *list, struct str *out)
{
	str_addc(out, '[');
	for (size_t i = 0; i < list->len; i++) {
		str_add(out, i ? ", " : "");
		print_text(list->items[i], out);
	}
	str_addc(out, ']');
}

static void print_choice(const char *choices, int index, struct str *out)
{
	const char *name;
	size_t len;

	if (index >= 0 && schema_choice(choices, (size_t)index, &name, &len))
		str_addn(out, name, len);
}

static void print_value(const struct field *f, const void *object, struct str *out)
{
	const void *place = slot(f, object);

	switch (f->type) {
	case FIELD_STRINGS:
		print_strings(place, out);
		break;
	case FIELD_BOOL:
		str_add(out, *(const bool *)place ? "true" : "false");
		break;
	case FIELD_INT:
		str_addf(out, "%" PRId64, *(const int64_t *)place);
		break;
	case FIELD_MODE:
		str_addf(out, "%04" PRIo64, *(const int64_t *)place);
		break;
	case FIELD_SEED:
		str_addf(out, "0x%" PRIx64, *(const uint64_t *)place);
		break;
	case FIELD_BYTES:
		print_bytes(*(const int64_t *)place, out);
		break;
	case FIELD_DURATION:
		print_duration(*(const int64_t *)place, out);
		break;
	case FIELD_DOUBLE:
	case FIELD_FRACTION:
		print_double(*(const double *)place, out);
		break;
	case FIELD_CHOICE:
		print_choice(f->choices, *(const int *)place, out);
		break;
	default:
		print_text(*(char *const *)place, out);
	}
}

static bool is_absent(const struct field *f, const void *object)
{
	const void *place = slot(f, object);

	switch (f->type) {
	case FIELD_STRING:
	case FIELD_NAME:
	case FIELD_PATH:
	case FIELD_DIGEST:
		return !*(char *const *)place;
	case FIELD_STRINGS:
		return ((const struct strv *)place)->len == 0;
	case FIELD_LIST:
	case FIELD_MAP:
		return count_of(f, object) == 0;
	case FIELD_JSON:
		return true;
	default:
		return false;
	}
}

/* Left out: what is not there, and what the reader would put there anyway. */
static bool is_left_out(const struct field *f, const void *object)
{
	cleanup(str_done) struct str value = STR_INIT;

	if (is_absent(f, object))
		return true;
	if (f->required || f->type >= FIELD_OBJECT || f->type == FIELD_STRINGS)
		return false;
	print_value(f, object, &value);
	if (f->preset)
		return str_eq(value.data, f->preset);
	return f->type == FIELD_CHOICE
		   ? *(const int *)slot(f, object) == 0
		   : str_eq(value.data, "0") || str_eq(value.data, "false") ||
			 str_eq(value.data, "0000") || str_eq(value.data, "0x0");
}

/* {a: 1, b: x}: an element of a list, on one line. */
static void print_flow(const struct field *fields, const void *object, struct str *out)
{
	const char *comma = "";

	str_addc(out, '{');
	for (const struct field *f = fields; f->type != FIELD_END; f++) {
		if (is_left_out(f, object))
			continue;
		str_addf(out, "%s%s: ", comma, f->key);
		if (f->type == FIELD_OBJECT)
			print_flow(f->sub->fields, slot(f, object), out);
		else if (f->type < FIELD_OBJECT)
			print_value(f, object, out);
		comma = ", ";
	}
	str_addc(out, '}');
}

static void print_elements(const struct field *f, const void *object, struct str *out)
{
	const char *items = *(char *const *)slot(f, object);

	for (size_t i = 0; i < count_of(f, object); i++) {
		const void *item = items + i * f->sub->size;
		const struct field *fields = f->sub->fields;
		if (f->type == FIELD_MAP) {
			str_add(out, "  ");
			print_value(fields++, item, out);
			str_add(out, ": ");
		} else {
			str_add(out, "  - ");
		}
		print_flow(fields, item, out);
		str_addc(out, '\n');
	}
}

void schema_print(const struct schema *s, const void *object, struct str *yaml)
{
	for (const struct field *f = s->fields; f->type != FIELD_END; f++) {
		if (is_left_out(f, object))
			continue;
		str_addf(yaml, "%s:", f->key);
		if (f->type == FIELD_LIST || f->type == FIELD_MAP) {
			str_addc(yaml, '\n');
			print_elements(f, object, yaml);
			continue;
		}
		str_addc(yaml, ' ');
		if (f->type == FIELD_OBJECT)
			print_flow(f->sub->fields, slot(f, object), yaml);
		else
			print_value(f, object, yaml);
		str_addc(yaml, '\n');
	}
}

/* ---- a table as documentation ---- */

static const char *type_words(enum field_type type)
{
	static const char *const words[] = {
	    [FIELD_STRING] = "text",
	    [FIELD_NAME] = "name",
	    [FIELD_PATH] = "path below the folder",
	    [FIELD_STRINGS] = "list of texts",
	    [FIELD_BOOL] = "true or false",
	    [FIELD_INT] = "whole number",
	    [FIELD_MODE] = "octal mode",
	    [FIELD_DOUBLE] = "number",
	    [FIELD_BYTES] = "size with unit",
	    [FIELD_DURATION] = "time with unit",
	    [FIELD_FRACTION] = "percentage",
	    [FIELD_CHOICE] = "one of",
	    [FIELD_DIGEST] = "SHA-256",
	    [FIELD_SEED] = "seed (0x and hex digits)",
	    [FIELD_JSON] = "free-form",
	    [FIELD_OBJECT] = "mapping",
	    [FIELD_LIST] = "list of mappings",
	    [FIELD_MAP] = "names to mappings",
	};
	return words[type];
}

static void document_choices(const struct field *f, struct str *out)
{
	const char *name;
	size_t len;

	for (size_t i = 0; schema_choice(f->choices, i, &name, &len); i++)
		str_addf(out, "%s`%.*s`", i ? ", " : " ", (int)len, name);
}

/* In the units that the manifest is written in. */
static void document_limit(const struct field *f, double value, struct str *out)
{
	if (f->type == FIELD_BYTES)
		print_bytes((int64_t)value, out);
	else if (f->type == FIELD_DURATION)
		print_duration((int64_t)value, out);
	else
		str_addf(out, f->type == FIELD_FRACTION ? "%g%%" : "%.15g",
			 f->type == FIELD_FRACTION ? value * 100 : value);
}

static void document_row(const struct field *f, struct str *out)
{
	str_addf(out, "| `%s` | %s", f->key, type_words(f->type));
	if (f->choices)
		document_choices(f, out);
	if (f->min != 0 || f->max != 0) {
		str_add(out, ", ");
		document_limit(f, f->min, out);
		str_add(out, f->max != 0 ? " to " : " or more");
		if (f->max != 0)
			document_limit(f, f->max, out);
	}
	str_add(out, " | ");
	if (f->required)
		str_add(out, "**required**");
	else if (f->preset)
		str_addf(out, "`%s`", f->preset);
	str_addf(out, " | %s |\n", f->help ? f->help : "");
}

static void document_table(const struct schema *s, const struct field *fields, const char *path,
			   struct str *out)
{
	str_addf(out, "\n### %s\n\n", path);
	if (s->summary)
		str_addf(out, "%s\n\n", s->summary);
	if (s->short_key)
		str_addf(out, "A plain text in its place stands for `{%s: text}`.\n\n",
			 s->short_key);
	str_add(out, "| key | value | default | meaning |\n|---|---|---|---|\n");
	for (const struct field *f = fields; f->type != FIELD_END; f++)
		document_row(f, out);
	for (const struct field *f = fields; f->type != FIELD_END; f++) {
		if (!f->sub)
			continue;
		cleanup_free char *inner = xasprintf("%s: %s%s", path, f->key,
						     f->type == FIELD_MAP    ? ": NAME"
						     : f->type == FIELD_LIST ? ": an element"
									     : "");
		document_table(f->sub, f->sub->fields + (f->type == FIELD_MAP), inner, out);
	}
}

void schema_document(const struct schema *s, struct str *markdown)
{
	document_table(s, s->fields, s->title, markdown);
}
