/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The tables of the record, and its life as a file. A row is: the key (which
 * is also the name of the struct's field), its type, and what it means. The
 * rows stand in result-tables.h, one list per struct, since there are some
 * two hundred of them.
 */

#include "spec/result.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "spec/json.h"
#include "spec/schema.h"

enum { RESULT_MAX_BYTES = 64 << 20 };

#define ENDING_CHOICES                                                                             \
	"ok|wrong|error|exited|signaled|limit-time|limit-memory|limit-pids|limit-output|"          \
	"limit-disk|host|build|sanitizer|sanitizer-time"

static const char *const ending_names[] = {
    "ok",         "wrong",        "error",      "exited",         "signaled",
    "limit-time", "limit-memory", "limit-pids", "limit-output",   "limit-disk",
    "host",       "build",        "sanitizer",  "sanitizer-time",
};

const char *result_ending_name(int ending)
{
	return ending >= 0 && (size_t)ending < ARRAY_SIZE(ending_names) ? ending_names[ending]
									: "unknown";
}

#include "spec/result-tables.h"

static int check_sample(const struct result *r, const struct result_sample *s, size_t i,
			const struct schema_where *where, struct err *e)
{
	if (s->variant < 0 || (size_t)s->variant >= r->variant_count)
		return schema_fail(where, "samples", e, "sample %zu is of variant %d, of %zu", i,
				   (int)s->variant, r->variant_count);
	return 0;
}

static int check_result(const void *object, const struct schema_where *where, struct err *e)
{
	const struct result *r = object;

	for (size_t i = 0; i < r->sample_count; i++) {
		if (check_sample(r, &r->samples[i], i, where, e))
			return -1;
	}
	for (size_t i = 0; i < r->figure_count; i++) {
		int64_t v = r->figures[i].variant;
		if (v < 0 || (size_t)v >= r->variant_count)
			return schema_fail(where, "figures", e,
					   "figure %zu is of variant %d, of %zu", i, (int)v,
					   r->variant_count);
	}
	return 0;
}

const struct schema result_schema = {
    .title = "a record",
    .summary = "One run. Times are nanoseconds, sizes bytes, ratios times faster than the "
	       "baseline; a figure that could not be computed is null.",
    .size = sizeof(struct result),
    .fields = result_fields,
    .check = check_result,
};

/* ---- adding ---- */

static void *add(const struct schema *s, void *object, const char *key)
{
	const struct field *f = s->fields;

	while (!str_eq(f->key, key))
		f++;
	return schema_grow(f, object);
}

struct result_image *result_add_image(struct result *r)
{
	return add(&result_schema, r, "images");
}

struct result_proof *result_add_proof(struct result *r)
{
	return add(&result_schema, r, "proven");
}

struct result_look *result_add_look(struct result *r)
{
	return add(&plan_schema, &r->plan, "looks");
}

struct result_variant *result_add_variant(struct result *r)
{
	return add(&result_schema, r, "variants");
}

struct result_sample *result_add_sample(struct result *r)
{
	return add(&result_schema, r, "samples");
}

struct result_growth *result_add_growth(struct result *r)
{
	return add(&result_schema, r, "growths");
}

struct result_service *result_add_service(struct result_sample *s)
{
	return add(&sample_schema, s, "services");
}

struct result_figure *result_add_figure(struct result *r)
{
	return add(&result_schema, r, "figures");
}

/* ---- the file ---- */

static int check_schema_number(const json_t *j, const char *name, struct err *e)
{
	if (json_object_get(j, "sweep")) {
		fail(e, ERR_SPEC, 0, "%s: this is the record of a sweep, not of one run", name);
		return hint(e,
			    "only records of one run can be taken here: measure one point by "
			    "itself, as in labctl run EXERCISE --cpu 1 --memory 64M --json FILE");
	}
	if (!json_is_object(j) || !json_object_get(j, "schema"))
		return fail(e, ERR_SPEC, 0, "%s: this is no record of a run (it has no 'schema')",
			    name);
	return json_check_format(j, "schema", RESULT_SCHEMA, "the record", name, e);
}

static int decode(json_t *j, const char *name, struct result *out, struct err *e)
{
	if (!j || check_schema_number(j, name, e))
		return -1;
	return json_decode(&result_schema, j, name, out, e);
}

int result_load(const char *path, struct result *out, struct err *e)
{
	cleanup(json_free) json_t *j = json_read_file(path, RESULT_MAX_BYTES, e);

	memset(out, 0, sizeof(*out));
	if (!decode(j, path, out, e))
		return 0;
	wrap(e, "read the record");
	return e->kind == ERR_HOST ? hint(e, "'labctl run EXERCISE --json FILE' keeps one") : -1;
}

int result_parse(const char *name, const char *text, size_t size, struct result *out, struct err *e)
{
	cleanup(json_free) json_t *j = json_read_text(name, text, size, e);

	memset(out, 0, sizeof(*out));
	return decode(j, name, out, e);
}

int result_check_place(const char *path, struct err *e)
{
	cleanup_free char *dir = path_dir(path);
	struct stat st;

	if (access(dir, W_OK | X_OK))
		return fail(e, ERR_USAGE, errno, "keep the record in the folder '%s'", dir);
	/* A record takes the place of what was there: that must not be /dev/null. */
	if (!lstat(path, &st) && !S_ISREG(st.st_mode))
		return fail(e, ERR_USAGE, 0, "keep the record as '%s': that is not a file", path);
	return 0;
}

int result_save(struct result *r, const char *path, struct err *e)
{
	r->schema = RESULT_SCHEMA;
	cleanup(json_free) json_t *j = json_encode(&result_schema, r);
	return json_write_file(j, path, true, e) ? wrap(e, "write the record '%s'", path) : 0;
}

char *result_print(struct result *r)
{
	r->schema = RESULT_SCHEMA;
	cleanup(json_free) json_t *j = json_encode(&result_schema, r);
	return json_text(j, true);
}

void result_done(struct result *r)
{
	schema_done(&result_schema, r);
}

void result_sample_done(struct result_sample *s)
{
	schema_done(&sample_schema, s);
}

void result_document(struct str *markdown)
{
	schema_document(&result_schema, markdown);
}
