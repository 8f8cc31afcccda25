/* SPDX-License-Identifier: Apache-2.0 */

/* The tables of image.yaml and image.lock. What acts on them: image/. */

#include "spec/image.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

/* ---- image.yaml ---- */

#define AT(member) offsetof(struct image_file, member)

static const struct field file_fields[] = {
    {.key = "path", .type = FIELD_STRING, .offset = AT(path), .help = "absolute path in the image"},
    {.key = "source",
     .type = FIELD_PATH,
     .offset = AT(source),
     .required = true,
     .help = "the file below `files/`"},
    {.key = "mode",
     .type = FIELD_MODE,
     .offset = AT(mode),
     .preset = "0644",
     .help = "its permissions in the image"},
    {.type = FIELD_END},
};

static int check_file(const void *object, const struct schema_where *where, struct err *e)
{
	const struct image_file *f = object;
	cleanup_free char *source = xasprintf("files/%s", f->source);

	if (f->path[0] != '/' || strstr(f->path, "/../") || str_ends(f->path, "/..") ||
	    str_ends(f->path, "/"))
		return schema_fail(where, NULL, e,
				   "'%s' must be the absolute path of a file in the image",
				   f->path);
	return schema_check_exists(where, "source", source, e);
}

static const struct schema file_schema = {
    .title = "a file of the image",
    .summary = "A file that is copied into the image, under the path that is its name here.",
    .size = sizeof(struct image_file),
    .fields = file_fields,
    .short_key = "source",
    .check = check_file,
};

#undef AT
#define AT(member) offsetof(struct image_step, member)

static const struct field step_fields[] = {
    {.key = "run",
     .type = FIELD_STRING,
     .offset = AT(run),
     .required = true,
     .help = "a command for /bin/sh -e"},
    {.key = "user",
     .type = FIELD_NAME,
     .offset = AT(user),
     .preset = "root",
     .help = "the user of the image that runs it"},
    {.type = FIELD_END},
};

static const struct schema step_schema = {
    .title = "a set-up step",
    .summary = "Run in order, inside the build sandbox, without network.",
    .size = sizeof(struct image_step),
    .fields = step_fields,
    .short_key = "run",
};

#undef AT
#define AT(member) offsetof(struct image_build, member)

static const struct field build_fields[] = {
    {.key = "packages",
     .type = FIELD_STRINGS,
     .offset = AT(packages),
     .help = "laid out with their dependencies for the steps alone, not configured"},
    {.key = "maven",
     .type = FIELD_PATH,
     .offset = AT(maven),
     .help = "a `pom.xml` beside image.yaml; the jars it leads to lie in `/maven`"},
    {.key = "steps",
     .type = FIELD_LIST,
     .offset = AT(steps),
     .count_offset = AT(step_count),
     .sub = &step_schema,
     .help = "commands that make what the image keeps; as root, without network"},
    {.key = "keep",
     .type = FIELD_STRINGS,
     .offset = AT(keep),
     .help = "the files and folders that the steps made and the image takes over"},
    {.type = FIELD_END},
};

/* "/a/b": absolute, and none of its parts is "." or "..". */
static bool is_inside_path(const char *path)
{
	cleanup(strv_done) struct strv parts = STRV_INIT;

	strv_split(&parts, path, '/');
	return path[0] == '/' && parts.len && !strv_has(&parts, ".") && !strv_has(&parts, "..");
}

static int check_build(const void *object, const struct schema_where *where, struct err *e)
{
	const struct image_build *b = object;

	if (!b->step_count || !b->keep.len)
		return schema_fail(where, NULL, e,
				   "'build' needs 'steps', and 'keep' for what "
				   "they make");
	for (size_t i = 0; i < b->keep.len; i++) {
		if (!is_inside_path(b->keep.items[i]))
			return schema_fail(where, "keep", e,
					   "'%s' must be an absolute path in the image",
					   b->keep.items[i]);
	}
	for (size_t i = 0; i < b->step_count; i++) {
		if (!str_eq(b->steps[i].user, "root"))
			return schema_fail(where, "steps", e, "a step of 'build' runs as root");
	}
	return b->maven ? schema_check_exists(where, "maven", b->maven, e) : 0;
}

static const struct schema build_schema = {
    .title = "what is built beside the image",
    .summary = "Made in a sandbox of its own on the parent, with packages that the image itself "
	       "does not hold: compilers, a JDK. Only what `keep` names gets into the image.",
    .size = sizeof(struct image_build),
    .fields = build_fields,
    .check = check_build,
};

#undef AT
#define AT(member) offsetof(struct image_probe, member)

static const struct field probe_fields[] = {
    {.key = "proves",
     .type = FIELD_STRING,
     .offset = AT(proves),
     .help = "what it shows, as `labctl image verify` prints it"},
    {.key = "run",
     .type = FIELD_STRING,
     .offset = AT(run),
     .required = true,
     .help = "a command for /bin/sh; its last line of output is the evidence"},
    {.type = FIELD_END},
};

static const struct schema probe_schema = {
    .title = "a probe",
    .summary = "A check of the finished image that shows its evidence also when it succeeds.",
    .size = sizeof(struct image_probe),
    .fields = probe_fields,
    .short_key = "run",
};

#undef AT
#define AT(member) offsetof(struct image_spec, member)

static const struct field image_fields[] = {
    {.key = "summary",
     .type = FIELD_STRING,
     .offset = AT(summary),
     .required = true,
     .help = "one sentence: what the image is for"},
    {.key = "parent",
     .type = FIELD_NAME,
     .offset = AT(parent),
     .help = "the image this one adds to"},
    {.key = "release",
     .type = FIELD_NAME,
     .offset = AT(release),
     .help = "the Debian release, as in `trixie`; a child takes its parent's"},
    {.key = "components",
     .type = FIELD_STRINGS,
     .offset = AT(components),
     .help = "of the archive; `[main]` if not given, a child takes its parent's"},
    {.key = "packages",
     .type = FIELD_STRINGS,
     .offset = AT(packages),
     .help = "what to install; their dependencies come along, recommended packages do not"},
    {.key = "build",
     .type = FIELD_OBJECT,
     .offset = AT(build),
     .sub = &build_schema,
     .help = "what is made from packages and jars that the image itself does not hold"},
    {.key = "files",
     .type = FIELD_MAP,
     .offset = AT(files),
     .count_offset = AT(file_count),
     .sub = &file_schema,
     .help = "files to copy into the image"},
    {.key = "steps",
     .type = FIELD_LIST,
     .offset = AT(steps),
     .count_offset = AT(step_count),
     .sub = &step_schema,
     .help = "set-up commands, after the packages are configured and the files are there"},
    {.key = "verify",
     .type = FIELD_STRINGS,
     .offset = AT(verify),
     .help = "shell commands that must succeed in the finished image: `labctl image verify`"},
    {.key = "probes",
     .type = FIELD_MAP,
     .offset = AT(probes),
     .count_offset = AT(probe_count),
     .sub = &probe_schema,
     .help = "the same with a name and evidence: what it proves -> command"},
    {.type = FIELD_END},
};

static int check_strings_once(const struct strv *list, const char *key,
			      const struct schema_where *where, struct err *e)
{
	for (size_t i = 0; i < list->len; i++) {
		for (size_t j = 0; j < i; j++) {
			if (str_eq(list->items[i], list->items[j]))
				return schema_fail(where, key, e, "'%s' stands twice",
						   list->items[i]);
		}
	}
	return 0;
}

/* As Debian policy spells package names; pins and architectures are the lock's business. */
static bool is_package_name(const char *name)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
	size_t len = strlen(name);

	return len >= 2 && len <= 128 && strspn(name, safe) == len && !strchr("+-.", name[0]);
}

static int check_packages(const struct strv *names, const char *key,
			  const struct schema_where *where, struct err *e)
{
	for (size_t i = 0; i < names->len; i++) {
		if (!is_package_name(names->items[i]))
			return schema_fail(where, key, e, "'%s' is no name of a package",
					   names->items[i]);
	}
	return check_strings_once(names, key, where, e);
}

static int check_image(const void *object, const struct schema_where *where, struct err *e)
{
	const struct image_spec *s = object;

	if (!s->parent && !s->release)
		return schema_fail(where, NULL, e,
				   "an image needs a 'parent' or a 'release', and has neither");
	if (s->parent && s->release)
		return schema_fail(where, "release", e, "an image with a parent takes its release");
	if (s->build.step_count && !s->parent)
		return schema_fail(where, "build", e, "an image with 'build' needs a 'parent'");
	return check_packages(&s->packages, "packages", where, e) ||
		       check_packages(&s->build.packages, "build", where, e)
		   ? -1
		   : 0;
}

const struct schema image_schema = {
    .title = "image.yaml",
    .summary = "What an image is made of: `images/NAME/image.yaml`.",
    .size = sizeof(struct image_spec),
    .fields = image_fields,
    .check = check_image,
};

static int fail_no_image(const char *name, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	struct err ignored = {0};
	const char *near;

	fail(e, ERR_SPEC, 0, "there is no image '%s' (no '%s/%s/image.yaml')", name,
	     path_data_dir("images"), name);
	if (image_spec_list(&names, &ignored))
		return -1;
	near = str_nearest(name, (const char *const *)strv_argv(&names));
	cleanup_free char *all = strv_join(&names, ", ");
	if (near)
		return hint(e, "did you mean '%s'? The images are: %s", near, all);
	return hint(e, "the images are: %s", all);
}

int image_spec_load(const char *name, struct image_spec *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (!path_is_plain_name(name))
		return fail_no_image(name, e);
	cleanup_free char *dir = path_join(path_data_dir("images"), name);
	cleanup_free char *path = path_join(dir, "image.yaml");
	if (!path_exists(path))
		return fail_no_image(name, e);
	if (schema_load(&image_schema, path, out, e))
		return -1;
	out->name = xstrdup(name);
	out->dir = take_ptr(dir);
	if (out->components.len == 0 && !out->parent)
		strv_add(&out->components, "main");
	return 0;
}

void image_spec_done(struct image_spec *s)
{
	free(s->name);
	free(s->dir);
	schema_done(&image_schema, s);
}

int image_spec_list(struct strv *names, struct err *e)
{
	const char *root = path_data_dir("images");
	DIR *d = opendir(root);
	const struct dirent *entry;

	if (!d)
		return fail(e, ERR_HOST, errno, "list the images in '%s'", root);
	while ((entry = readdir(d))) {
		cleanup_free char *file = xasprintf("%s/%s/image.yaml", root, entry->d_name);
		if (path_is_plain_name(entry->d_name) && path_exists(file))
			strv_add(names, entry->d_name);
	}
	closedir(d);
	strv_sort(names);
	return 0;
}

/* ---- image.lock ---- */

#undef AT
#define AT(member) offsetof(struct lock_index, member)

static const struct field index_fields[] = {
    {.key = "suite",
     .type = FIELD_STRING,
     .offset = AT(suite),
     .required = true,
     .help = "of the archive: `trixie`, `trixie-updates`"},
    {.key = "component", .type = FIELD_NAME, .offset = AT(component), .required = true},
    {.key = "release_sha256",
     .type = FIELD_DIGEST,
     .offset = AT(release_sha256),
     .required = true,
     .help = "of the signed InRelease file"},
    {.key = "packages_sha256",
     .type = FIELD_DIGEST,
     .offset = AT(packages_sha256),
     .required = true,
     .help = "of the package index, uncompressed"},
    {.key = "date",
     .type = FIELD_STRING,
     .offset = AT(date),
     .required = true,
     .help = "the InRelease file's own"},
    {.type = FIELD_END},
};

static const struct schema index_schema = {
    .title = "an index of the lock",
    .summary = "A signed index that packages of the lock come from.",
    .size = sizeof(struct lock_index),
    .fields = index_fields,
};

#undef AT
#define AT(member) offsetof(struct lock_package, member)

static const struct field package_fields[] = {
    {.key = "name", .type = FIELD_STRING, .offset = AT(name), .required = true},
    {.key = "version", .type = FIELD_STRING, .offset = AT(version), .required = true},
    {.key = "architecture", .type = FIELD_NAME, .offset = AT(architecture), .required = true},
    {.key = "pool",
     .type = FIELD_PATH,
     .offset = AT(pool),
     .required = true,
     .help = "path of the file below the mirror"},
    {.key = "size", .type = FIELD_INT, .offset = AT(size), .required = true, .min = 1},
    {.key = "sha256", .type = FIELD_DIGEST, .offset = AT(sha256), .required = true},
    {.key = "index",
     .type = FIELD_INT,
     .offset = AT(index),
     .required = true,
     .min = 0,
     .max = 1000,
     .help = "which of the indexes names it, counted from 0"},
    {.type = FIELD_END},
};

static int check_package(const void *object, const struct schema_where *where, struct err *e)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.+~:_%/-";
	const struct lock_package *p = object;

	if (!is_package_name(p->name))
		return schema_fail(where, "name", e, "'%s' is no name of a package", p->name);
	if (strspn(p->version, safe) != strlen(p->version) || strchr(p->version, '/'))
		return schema_fail(where, "version", e, "'%s' is no version", p->version);
	if (strspn(p->pool, safe) != strlen(p->pool))
		return schema_fail(where, "pool", e, "'%s' is no path in an archive", p->pool);
	return 0;
}

static const struct schema package_schema = {
    .title = "a package of the lock",
    .summary = "One package file, pinned by its digest.",
    .size = sizeof(struct lock_package),
    .fields = package_fields,
    .check = check_package,
};

#undef AT
#define AT(member) offsetof(struct lock_jar, member)

static const struct field jar_fields[] = {
    {.key = "path",
     .type = FIELD_PATH,
     .offset = AT(path),
     .required = true,
     .help = "of the jar in a Maven repository: its coordinates"},
    {.key = "size", .type = FIELD_INT, .offset = AT(size), .required = true, .min = 1},
    {.key = "sha256", .type = FIELD_DIGEST, .offset = AT(sha256), .required = true},
    {.type = FIELD_END},
};

static const struct schema jar_schema = {
    .title = "a jar of the lock",
    .summary = "One jar that pom.xml leads to, pinned by its digest.",
    .size = sizeof(struct lock_jar),
    .fields = jar_fields,
};

#undef AT
#define AT(member) offsetof(struct image_lock, member)

static const struct field lock_fields[] = {
    {.key = "schema",
     .type = FIELD_INT,
     .offset = AT(schema),
     .required = true,
     .min = IMAGE_LOCK_SCHEMA,
     .max = IMAGE_LOCK_SCHEMA,
     .help = "version of this format"},
    {.key = "image", .type = FIELD_NAME, .offset = AT(image), .required = true},
    {.key = "parent_lock",
     .type = FIELD_DIGEST,
     .offset = AT(parent_lock),
     .help = "of the parent's lock file, as it was when this one was solved"},
    {.key = "architecture", .type = FIELD_NAME, .offset = AT(architecture), .required = true},
    {.key = "source_date_epoch",
     .type = FIELD_INT,
     .offset = AT(source_date_epoch),
     .required = true,
     .min = 0,
     .max = 1e11,
     .help = "the time that the build takes for now"},
    {.key = "requested",
     .type = FIELD_STRINGS,
     .offset = AT(requested),
     .help = "the packages that image.yaml asked for; when it asks for others the lock is stale"},
    {.key = "build_requested",
     .type = FIELD_STRINGS,
     .offset = AT(build_requested),
     .help = "the same for the packages of `build`"},
    {.key = "pom",
     .type = FIELD_DIGEST,
     .offset = AT(pom),
     .help = "of the pom.xml that the jars were found by"},
    {.key = "indexes",
     .type = FIELD_LIST,
     .offset = AT(indexes),
     .count_offset = AT(index_count),
     .sub = &index_schema,
     .help = "where the packages come from"},
    {.key = "packages",
     .type = FIELD_LIST,
     .offset = AT(packages),
     .count_offset = AT(package_count),
     .sub = &package_schema,
     .help = "sorted by name"},
    {.key = "build_packages",
     .type = FIELD_LIST,
     .offset = AT(build_packages),
     .count_offset = AT(build_package_count),
     .sub = &package_schema,
     .help = "those that only `build` needs"},
    {.key = "jars",
     .type = FIELD_LIST,
     .offset = AT(jars),
     .count_offset = AT(jar_count),
     .sub = &jar_schema,
     .help = "sorted by path"},
    {.type = FIELD_END},
};

static int check_lock_packages(const struct image_lock *l, const struct lock_package *packages,
			       size_t count, const char *key, const struct schema_where *where,
			       struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		const struct lock_package *p = &packages[i];

		if (i > 0 && strcmp(packages[i - 1].name, p->name) >= 0)
			return schema_fail(where, key, e, "'%s' is out of order, or stands twice",
					   p->name);
		if ((size_t)p->index >= l->index_count)
			return schema_fail(where, key, e, "'%s' names index %d, but there are %zu",
					   p->name, (int)p->index, l->index_count);
	}
	return 0;
}

static int check_lock(const void *object, const struct schema_where *where, struct err *e)
{
	const struct image_lock *l = object;

	for (size_t i = 1; i < l->jar_count; i++) {
		if (strcmp(l->jars[i - 1].path, l->jars[i].path) >= 0)
			return schema_fail(where, "jars", e,
					   "'%s' is out of order, or stands twice",
					   l->jars[i].path);
	}
	return check_lock_packages(l, l->packages, l->package_count, "packages", where, e) ||
		       check_lock_packages(l, l->build_packages, l->build_package_count,
					   "build_packages", where, e)
		   ? -1
		   : 0;
}

const struct schema image_lock_schema = {
    .title = "image.lock",
    .summary = "The exact packages of an image. Written by `labctl image lock`, never by hand.",
    .size = sizeof(struct image_lock),
    .fields = lock_fields,
    .check = check_lock,
};

static int hint_lock(struct err *e)
{
	if (e->kind != ERR_SPEC)
		return -1;
	return hint(e, "a lock is not edited by hand: make it anew with `labctl image lock "
		       "--update`");
}

int image_lock_load(const char *path, struct image_lock *out, struct err *e)
{
	return schema_load(&image_lock_schema, path, out, e) ? hint_lock(e) : 0;
}

int image_lock_parse(const char *name, const char *text, size_t size, struct image_lock *out,
		     struct err *e)
{
	return schema_parse(&image_lock_schema, name, text, size, out, e) ? hint_lock(e) : 0;
}

void image_lock_print(const struct image_lock *l, struct str *yaml)
{
	struct image_lock copy = *l; /* shallow: only the number is changed */

	copy.schema = IMAGE_LOCK_SCHEMA;
	str_addf(yaml, "# The exact packages of image %s. Written by `labctl image lock`.\n",
		 l->image);
	schema_print(&image_lock_schema, &copy, yaml);
}

int image_lock_save(const struct image_lock *l, const char *path, struct err *e)
{
	cleanup(str_done) struct str yaml = STR_INIT;

	image_lock_print(l, &yaml);
	return fd_replace_file_at(AT_FDCWD, path, yaml.data, yaml.len, 0644, e);
}

void image_lock_done(struct image_lock *l)
{
	schema_done(&image_lock_schema, l);
}
