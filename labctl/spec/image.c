/* SPDX-License-Identifier: Apache-2.0 */

/* The tables of image.yaml and image.lock. What acts on them: image/. */

#include "spec/image.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

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

bool image_is_package_name(const char *name)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
	size_t len = strlen(name);

	return len >= 2 && len <= 128 && strspn(name, safe) == len && !strchr("+-.", name[0]);
}

static int check_packages(const struct strv *names, const char *key,
			  const struct schema_where *where, struct err *e)
{
	for (size_t i = 0; i < names->len; i++) {
		if (!image_is_package_name(names->items[i]))
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
