/* SPDX-License-Identifier: Apache-2.0 */
#include "image/record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/store.h"
#include "spec/image.h"
#include "spec/json.h"

enum { RECORD_SCHEMA = 1, RECORD_MAX = 4 << 20, BRIEF_MAX = 64 << 10, PREFIX_MIN = 6 };

#define AT(member) offsetof(struct record_package, member)

static const struct field package_fields[] = {
    {.key = "name", .type = FIELD_STRING, .offset = AT(name), .required = true},
    {.key = "version", .type = FIELD_STRING, .offset = AT(version), .required = true},
    {.key = "architecture", .type = FIELD_STRING, .offset = AT(architecture), .required = true},
    {.type = FIELD_END},
};

static const struct schema package_schema = {
    .title = "a package", .size = sizeof(struct record_package), .fields = package_fields};

#undef AT
#define AT(member) offsetof(struct record, member)

static const struct field record_fields[] = {
    {.key = "schema",
     .type = FIELD_INT,
     .offset = AT(schema),
     .required = true,
     .min = 1,
     .max = RECORD_SCHEMA},
    {.key = "name", .type = FIELD_NAME, .offset = AT(name), .required = true},
    {.key = "digest", .type = FIELD_DIGEST, .offset = AT(digest), .required = true},
    {.key = "parent", .type = FIELD_DIGEST, .offset = AT(parent)},
    {.key = "inputs", .type = FIELD_DIGEST, .offset = AT(inputs), .required = true},
    {.key = "lock", .type = FIELD_DIGEST, .offset = AT(lock), .required = true},
    {.key = "lock_is_local", .type = FIELD_BOOL, .offset = AT(lock_is_local)},
    {.key = "source_date_epoch", .type = FIELD_INT, .offset = AT(source_date_epoch)},
    {.key = "built_s", .type = FIELD_INT, .offset = AT(built_s)},
    {.key = "layers", .type = FIELD_STRINGS, .offset = AT(layers), .required = true},
    {.key = "packages",
     .type = FIELD_LIST,
     .offset = AT(packages),
     .count_offset = AT(package_count),
     .sub = &package_schema},
    {.type = FIELD_END},
};

static const struct schema record_schema = {
    .title = "an image's record", .size = sizeof(struct record), .fields = record_fields};

static char *records_dir(void)
{
	return xasprintf("%s/images", path_state_dir());
}

static char *record_path(const char *digest)
{
	return xasprintf("%s/images/%s.json", path_state_dir(), digest);
}

static char *name_path(const char *name)
{
	return xasprintf("%s/images/%s", path_state_dir(), name);
}

static char *keep_owner(const char *digest)
{
	return xasprintf("image-%s", digest);
}

void record_digest(const char *name, const struct strv *layers, char digest[HASH_HEX_SIZE])
{
	cleanup(str_done) struct str text = STR_INIT;

	str_addf(&text, "labctl-image 1\nname %s\n", name);
	for (size_t i = 0; i < layers->len; i++)
		str_addf(&text, "layer %s\n", layers->items[i]);
	hash_hex(text.data, text.len, digest);
}

/* What record_load_brief reads: the digest, then words and values. */
static void add_brief(struct str *out, const struct record *r)
{
	str_addf(out, "%s\nlock %s\n", r->digest, r->lock);
	if (r->lock_is_local)
		str_add(out, "local lock\n");
	for (size_t i = 0; i < r->layers.len; i++)
		str_addf(out, "layer %s\n", r->layers.items[i]);
}

int record_save(const struct record *r, struct err *e)
{
	cleanup_free char *dir = records_dir();
	cleanup_free char *path = record_path(r->digest);
	cleanup_free char *name = name_path(r->name);
	cleanup(str_done) struct str brief = STR_INIT;
	cleanup_free char *owner = keep_owner(r->digest);
	cleanup(json_free) json_t *j = json_encode(&record_schema, r);

	add_brief(&brief, r);
	/* The name last: what it means is whole from then on. */
	if (path_mkdirs(dir, 0755, e) || store_keep(owner, &r->layers, e) ||
	    json_write_file(j, path, true, e))
		return -1;
	return fd_replace_file_at(AT_FDCWD, name, brief.data, brief.len, 0644, e);
}

static int fail_not_built(const char *name, struct err *e)
{
	cleanup(strv_done) struct strv known = STRV_INIT;
	struct err ignored;

	fail(e, ERR_SPEC, 0, "the image '%s' is not built", name);
	if (image_spec_list(&known, &ignored) == 0 && !strv_has(&known, name)) {
		cleanup_free char *all = strv_join(&known, ", ");

		const char *nearest = str_nearest(name, (const char *const *)strv_argv(&known));

		if (nearest)
			return hint(e, "did you mean '%s'? The images are: %s", nearest, all);
		return hint(e, "there is none of that name; the images are: %s", all);
	}
	return hint(e, "sudo labctl image build %s", name);
}

/* The one record whose digest begins so. */
static char *find_by_prefix(const char *prefix, struct err *e)
{
	cleanup(strv_done) struct strv digests = STRV_INIT;
	char *found = NULL;

	if (record_list(&digests, e))
		return NULL;
	for (size_t i = 0; i < digests.len; i++) {
		if (!str_starts(digests.items[i], prefix))
			continue;
		if (found) {
			free(found);
			fail(e, ERR_SPEC, 0, "several images have a digest that begins with '%s'",
			     prefix);
			return NULL;
		}
		found = xstrdup(digests.items[i]);
	}
	if (!found)
		fail_not_built(prefix, e);
	return found;
}

static bool parse_brief(const char *name, const char *text, struct record *out)
{
	cleanup(strv_done) struct strv lines = STRV_INIT;

	strv_split(&lines, text, '\n');
	for (size_t i = 1; i < lines.len; i++) {
		const char *line = lines.items[i];

		if (str_starts(line, "lock ") && !out->lock)
			out->lock = xstrdup(line + strlen("lock "));
		else if (str_starts(line, "layer "))
			strv_add(&out->layers, line + strlen("layer "));
		else if (str_eq(line, "local lock"))
			out->lock_is_local = true;
	}
	if (!out->lock || !out->layers.len)
		return false;
	out->name = xstrdup(name);
	out->digest = xstrdup(lines.items[0]);
	return true;
}

int record_load_brief(const char *name, struct record *out, struct err *e)
{
	cleanup_free char *path = name_path(name);
	cleanup(str_done) struct str text = STR_INIT;
	struct err ignored;

	*out = (struct record){.name = NULL};
	if (path_is_plain_name(name) &&
	    fd_read_file_at(AT_FDCWD, path, &text, BRIEF_MAX, &ignored) == 0 &&
	    parse_brief(name, text.data, out))
		return 0;
	record_done(out);
	return record_load(name, out, e);
}

static bool is_prefix(const char *text)
{
	size_t len = strlen(text);

	return len >= PREFIX_MIN && len < HASH_HEX_SIZE && strspn(text, "0123456789abcdef") == len;
}

/* The digest that a name or prefix means; NULL and an error. */
static char *find_digest(const char *name, struct err *e)
{
	cleanup_free char *path = name_path(name);
	cleanup(str_done) struct str text = STR_INIT;

	if (path_is_plain_name(name) && path_exists(path)) {
		if (fd_read_file_at(AT_FDCWD, path, &text, BRIEF_MAX, e))
			return NULL;
		text.data[strcspn(text.data, "\n")] = '\0';
		return str_take(&text);
	}
	if (is_prefix(name))
		return find_by_prefix(name, e);
	fail_not_built(name, e);
	return NULL;
}

int record_load(const char *name, struct record *out, struct err *e)
{
	cleanup_free char *digest = find_digest(name, e);

	*out = (struct record){.name = NULL};
	if (!digest)
		return -1;
	cleanup_free char *path = record_path(digest);
	cleanup(json_free) json_t *j = json_read_file(path, RECORD_MAX, e);

	if (!j || json_decode(&record_schema, j, path, out, e)) {
		hint(e, "remove '%s', then build the image again", path);
		return wrap(e, "read what is known of the image '%s'", name);
	}
	return 0;
}

bool record_exists(const char *name)
{
	cleanup_free char *path = name_path(name);

	return path_is_plain_name(name) && path_exists(path);
}

int record_list(struct strv *digests, struct err *e)
{
	cleanup_free char *path = records_dir();

	return dir_list(path, ".json", digests, e);
}

bool record_is_named(const struct record *r)
{
	struct err ignored;
	cleanup_free char *digest = record_exists(r->name) ? find_digest(r->name, &ignored) : NULL;

	return digest && str_eq(digest, r->digest);
}

static int remove_file(const char *path, struct err *e)
{
	if (unlink(path) && errno != ENOENT)
		return fail(e, ERR_HOST, errno, "remove '%s'", path);
	return 0;
}

int record_remove(const struct record *r, struct err *e)
{
	cleanup_free char *path = record_path(r->digest);
	cleanup_free char *name = name_path(r->name);
	cleanup_free char *owner = keep_owner(r->digest);
	const struct strv nothing = STRV_INIT;

	if (record_is_named(r) && remove_file(name, e))
		return -1;
	return remove_file(path, e) || store_keep(owner, &nothing, e) ? -1 : 0;
}

void record_done(struct record *r)
{
	schema_done(&record_schema, r);
}
