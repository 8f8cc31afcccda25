/* SPDX-License-Identifier: Apache-2.0 */

/* The table of image.lock. */

#include <stddef.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "spec/image.h"

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

	if (!image_is_package_name(p->name))
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

void image_lock_done(struct image_lock *l)
{
	schema_done(&image_lock_schema, l);
}
