/* SPDX-License-Identifier: Apache-2.0 */

/* Exercises and data sets on disk: found by name, loaded, looked up, digested. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <jansson.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/path.h"
#include "spec/exercise.h"
#include "spec/json.h"
#include "spec/schema.h"

/* ---- by name ---- */

int exercise_list(struct strv *names, struct err *e)
{
	const char *root = path_data_dir("exercises");
	DIR *d = opendir(root);
	const struct dirent *entry;

	if (!d)
		return fail(e, ERR_HOST, errno, "list the exercises in '%s'", root);
	while ((entry = readdir(d))) {
		cleanup_free char *file = xasprintf("%s/%s/exercise.yaml", root, entry->d_name);
		if (path_is_plain_name(entry->d_name) && path_exists(file))
			strv_add(names, entry->d_name);
	}
	closedir(d);
	strv_sort(names);
	return 0;
}

static int hint_names(const char *what, const char *name, struct strv *names, struct err *e)
{
	const char *near = str_nearest(name, (const char *const *)strv_argv(names));
	cleanup_free char *all = strv_join(names, ", ");

	if (near)
		return hint(e, "did you mean '%s'? The %s are: %s", near, what, all);
	return hint(e, "the %s are: %s", what, all);
}

static int fail_no_exercise(const char *name, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	struct err ignored = {0};

	if (strchr(name, '/') && path_exists(name)) {
		fail(e, ERR_USAGE, 0, "'%s' holds no exercise: it has no exercise.yaml", name);
		return hint(e, "labctl exercise new DIR writes one to begin with");
	}
	fail(e, ERR_USAGE, 0, "there is no exercise '%s'", name);
	if (strchr(name, '/'))
		return hint(e, "there is no such folder; labctl exercise new %s makes it", name);
	if (exercise_list(&names, &ignored))
		return -1;
	return hint_names("exercises", name, &names, e);
}

static bool holds(const char *dir, const char *manifest)
{
	cleanup_free char *file = path_join(dir, manifest);

	return path_exists(file);
}

/* The folder of a name, or of a path; NULL where it has no such manifest. The caller frees. */
static char *find_folder(const char *name, const char *kind, const char *manifest)
{
	cleanup_free char *dir = NULL;

	if (strchr(name, '/'))
		dir = realpath(name, NULL);
	else if (path_is_plain_name(name))
		dir = xasprintf("%s%s/%s", path_data_dir("exercises"), kind, name);
	if (dir && holds(dir, manifest))
		return take_ptr(dir);
	/* A teacher's own, in the folder where they are. */
	free(dir);
	dir = path_is_plain_name(name) ? realpath(name, NULL) : NULL;
	return dir && holds(dir, manifest) ? take_ptr(dir) : NULL;
}

/* The baseline is run first in every listing, wherever it was written. */
static void baseline_first(struct exercise *x)
{
	for (size_t i = 1; i < x->variant_count; i++) {
		struct exercise_variant v = x->variants[i];
		if (!str_eq(v.name, "baseline"))
			continue;
		memmove(&x->variants[1], &x->variants[0], i * sizeof(v));
		x->variants[0] = v;
	}
	x->variants[0].expect = EXPECT_RIGHT;
	x->variants[0].hidden = false;
}

int exercise_load(const char *name, struct exercise *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	cleanup_free char *dir = find_folder(name, "", "exercise.yaml");
	if (!dir)
		return fail_no_exercise(name, e);
	cleanup_free char *path = path_join(dir, "exercise.yaml");
	if (schema_load(&exercise_schema, path, out, e))
		return -1;
	out->name = xstrdup(path_base(dir));
	out->dir = take_ptr(dir);
	baseline_first(out);
	return 0;
}

void exercise_done(struct exercise *x)
{
	free(x->name);
	free(x->dir);
	schema_done(&exercise_schema, x);
}

/* ---- parts of an exercise ---- */

const struct exercise_variant *exercise_variant(const struct exercise *x, const char *name)
{
	for (size_t i = 0; i < x->variant_count; i++) {
		if (str_eq(x->variants[i].name, name))
			return &x->variants[i];
	}
	return NULL;
}

const struct exercise_size *exercise_size(const struct exercise *x, const char *name)
{
	for (size_t i = 0; i < x->size_count; i++) {
		if (str_eq(x->sizes[i].name, name))
			return &x->sizes[i];
	}
	return NULL;
}

int exercise_no_variant(const struct exercise *x, const char *name, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;

	/* The hidden ones are tempting wrong answers: a slip of the pen should not give them away.
	 */
	for (size_t i = 0; i < x->variant_count; i++)
		if (!x->variants[i].hidden)
			strv_add(&names, x->variants[i].name);
	fail(e, ERR_USAGE, 0, "exercise '%s' has no variant '%s'", x->name, name);
	return hint_names("variants", name, &names, e);
}

int exercise_no_size(const struct exercise *x, const char *name, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;

	for (size_t i = 0; i < x->size_count; i++)
		strv_add(&names, x->sizes[i].name);
	fail(e, ERR_USAGE, 0, "exercise '%s' has no size '%s'", x->name, name);
	return hint_names("sizes", name, &names, e);
}

char *exercise_parameters_json(const struct exercise_size *size, const char *replace,
			       const char *value)
{
	cleanup(json_free) json_t *out = json_object();

	for (size_t i = 0; i < size->parameter_count; i++) {
		const struct exercise_parameter *p = &size->parameters[i];
		bool replaced = replace && str_eq(p->name, replace);
		json_object_set_new(out, p->name, json_scalar(replaced ? value : p->value));
	}
	return json_text(out, false);
}

char *exercise_scaled_json(const struct exercise *x, const struct exercise_size *size,
			   const char *value)
{
	cleanup(json_free) json_t *out = json_object();

	for (size_t i = 0; i < size->parameter_count; i++)
		json_object_set_new(out, size->parameters[i].name,
				    json_scalar(size->parameters[i].value));
	for (size_t i = 0; i < x->scaling.with_count; i++)
		json_object_set_new(out, x->scaling.with[i].name,
				    json_scalar(x->scaling.with[i].value));
	json_object_set_new(out, x->scaling.parameter, json_scalar(value));
	return json_text(out, false);
}

/* ---- digests ---- */

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* What a reader sees and what Python leaves behind does not change a result. */
static bool is_beside_the_point(const char *name)
{
	return name[0] == '.' || str_ends(name, ".md") || str_ends(name, ".pyc") ||
	       str_eq(name, "__pycache__");
}

static int add_entry(struct hash *h, const FTSENT *entry, size_t root_len, struct err *e)
{
	char hex[HASH_HEX_SIZE];
	cleanup_free char *line = NULL;

	if (entry->fts_info == FTS_D || entry->fts_info == FTS_DP)
		return 0;
	if (entry->fts_info != FTS_F)
		return fail(e, ERR_SPEC, 0, "'%s' is neither a file nor a folder", entry->fts_path);
	if (hash_file_hex(AT_FDCWD, entry->fts_path, hex, e))
		return -1;
	line = xasprintf("%s %s\n", hex, entry->fts_path + root_len + 1);
	hash_update(h, line, strlen(line));
	return 0;
}

/* Over "<sha256> <path>\n" of each file, in byte order of the paths' parts. */
static int digest_folder(const char *dir, char hex[HASH_HEX_SIZE], struct err *e)
{
	char *const roots[] = {(char *)dir, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;
	struct hash h;
	int status = 0;

	if (!tree)
		return fail(e, ERR_HOST, errno, "read the folder '%s'", dir);
	hash_init(&h);
	while (!status && (entry = fts_read(tree))) {
		if (entry->fts_level > 0 && is_beside_the_point(entry->fts_name))
			fts_set(tree, entry, FTS_SKIP);
		else
			status = add_entry(&h, entry, strlen(dir), e);
	}
	fts_close(tree);
	hash_final_hex(&h, hex);
	return status;
}

int exercise_digest(const struct exercise *x, char hex[HASH_HEX_SIZE], struct err *e)
{
	if (digest_folder(x->dir, hex, e))
		return wrap(e, "digest of exercise '%s'", x->name);
	return 0;
}

/* ---- data sets ---- */

#define AT(member) offsetof(struct dataset, member)

static const struct field dataset_fields[] = {
    {.key = "summary",
     .type = FIELD_STRING,
     .offset = AT(summary),
     .required = true,
     .help = "one sentence: what the data is"},
    {.key = "service",
     .type = FIELD_NAME,
     .offset = AT(service),
     .required = true,
     .help = "the service whose initial state it becomes"},
    {.key = "image",
     .type = FIELD_NAME,
     .offset = AT(image),
     .preset = "python",
     .help = "the image that the loader runs in"},
    {.key = "load",
     .type = FIELD_STRINGS,
     .offset = AT(load),
     .required = true,
     .help = "the loader's command; the folder is at /lab/dataset"},
    {.key = "index",
     .type = FIELD_NAME,
     .offset = AT(index),
     .help = "an image: the Debian package index its lock names is at /lab/data/Packages.xz"},
    {.key = "limits",
     .type = FIELD_OBJECT,
     .offset = AT(limits),
     .sub = &limits_schema,
     .help = "of the loader and the service together"},
    {.type = FIELD_END},
};

static int check_dataset(const void *object, const struct schema_where *where, struct err *e)
{
	const struct dataset *d = object;

	if (d->load.len == 0)
		return schema_fail(where, "load", e, "must name a program");
	return 0;
}

const struct schema dataset_schema = {
    .title = "dataset.yaml",
    .summary = "Data that a service begins with: `exercises/datasets/NAME/dataset.yaml`. It is "
	       "loaded once; every lab after that starts from the loaded state.",
    .size = sizeof(struct dataset),
    .fields = dataset_fields,
    .check = check_dataset,
};

int dataset_load(const char *name, struct dataset *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	cleanup_free char *dir = find_folder(name, "/datasets", "dataset.yaml");
	if (!dir)
		return fail(e, ERR_SPEC, 0,
			    "there is no data set '%s' (no '%s/datasets/%s/dataset.yaml')", name,
			    path_data_dir("exercises"), name);
	cleanup_free char *path = path_join(dir, "dataset.yaml");
	if (schema_load(&dataset_schema, path, out, e))
		return -1;
	out->name = xstrdup(path_base(dir));
	out->dir = take_ptr(dir);
	return 0;
}

void dataset_done(struct dataset *d)
{
	free(d->name);
	free(d->dir);
	schema_done(&dataset_schema, d);
}

int dataset_digest(const struct dataset *d, char hex[HASH_HEX_SIZE], struct err *e)
{
	if (digest_folder(d->dir, hex, e))
		return wrap(e, "digest of data set '%s'", d->name);
	return 0;
}
