/* SPDX-License-Identifier: Apache-2.0 */

/* Reading and writing JSON text, and the typed getters. Structs by table: json-table.c. */

#include "spec/json.h"

#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"

void json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

json_t *json_read_text(const char *name, const char *text, size_t size, struct err *e)
{
	json_error_t why;
	json_t *j = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);

	if (!j)
		fail(e, ERR_SPEC, 0, "%s:%d:%d: not valid JSON: %s", name, why.line, why.column,
		     why.text);
	return j;
}

json_t *json_read_file(const char *path, size_t max_bytes, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (fd_read_file_at(AT_FDCWD, path, &text, max_bytes, e))
		return NULL;
	return json_read_text(path, text.data, text.len, e);
}

char *json_text(const json_t *j, bool indent)
{
	size_t flags = indent ? JSON_INDENT(1) : JSON_COMPACT;
	char *text = json_dumps(j, flags | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));

	return text ? text : xstrdup("null");
}

int json_write_file(const json_t *j, const char *path, bool indent, struct err *e)
{
	cleanup_free char *text = json_text(j, indent);
	cleanup(str_done) struct str line = STR_INIT;

	str_add(&line, text);
	str_addc(&line, '\n');
	return fd_replace_file_at(AT_FDCWD, path, line.data, line.len, 0644, e);
}

/* ---- getters ---- */

static const char *type_words(const json_t *j)
{
	if (!j)
		return "missing";
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return "a text";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_NULL:
		return "null";
	default:
		return "true or false";
	}
}

static int fail_type(const json_t *value, const char *key, const char *want, const char *name,
		     struct err *e)
{
	if (!value)
		return fail(e, ERR_SPEC, 0, "%s: key '%s' (%s) is missing", name, key, want);
	return fail(e, ERR_SPEC, 0, "%s: '%s' must be %s, but is %s", name, key, want,
		    type_words(value));
}

int json_get_string(const json_t *object, const char *key, const char **out, const char *name,
		    struct err *e)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return fail_type(value, key, "a text", name, e);
	*out = json_string_value(value);
	return 0;
}

int json_get_int(const json_t *object, const char *key, int64_t *out, const char *name,
		 struct err *e)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value))
		return fail_type(value, key, "a whole number", name, e);
	*out = json_integer_value(value);
	return 0;
}

int json_check_format(const json_t *j, const char *key, int64_t reads, const char *what,
		      const char *file, struct err *e)
{
	int64_t format = 0;

	if (json_get_int(j, key, &format, file, e))
		return -1;
	if (format == reads)
		return 0;
	fail(e, ERR_SPEC, 0, "%s: %s has schema %lld; this labctl reads %lld", file, what,
	     (long long)format, (long long)reads);
	return hint(e, "read it with the labctl that wrote it (%s), or measure again",
		    json_string_or(j, "labctl", "version unknown"));
}

int json_get_array(const json_t *object, const char *key, json_t **out, const char *name,
		   struct err *e)
{
	json_t *value = json_object_get(object, key);

	if (!json_is_array(value))
		return fail_type(value, key, "a list", name, e);
	*out = value;
	return 0;
}

const char *json_string_or(const json_t *object, const char *key, const char *preset)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value) ? json_string_value(value) : preset;
}

int64_t json_int_or(const json_t *object, const char *key, int64_t preset)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : preset;
}

size_t json_numbers(const json_t *list, double *out, size_t max)
{
	size_t n = json_array_size(list);

	if (n > max)
		n = max;
	for (size_t i = 0; i < n; i++)
		out[i] = json_number_value(json_array_get(list, i));
	return n;
}

json_t *json_scalar(const char *text)
{
	struct err ignored;
	int64_t whole;
	double number;

	if (!str_to_int64(text, INT64_MIN, INT64_MAX, &whole, &ignored))
		return json_integer(whole);
	if (!str_to_double(text, -1e300, 1e300, &number, &ignored))
		return json_real(number);
	if (str_eq(text, "true") || str_eq(text, "false"))
		return json_boolean(text[0] == 't');
	return json_string(text);
}
