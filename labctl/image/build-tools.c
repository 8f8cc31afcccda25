/* SPDX-License-Identifier: Apache-2.0 */
#include "image/build-tools.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/strv.h"
#include "image/cache.h"
#include "image/unpack.h"

struct tools {
	char *stage, *jars;
	struct image_spec spec; /* borrows from the image's own */
	struct image_lock lock; /* the same */
	struct build_layer layer;
	struct strv lowers;
};

static void tools_init(struct tools *t, const struct build_layer *l, const char *const *lowers)
{
	const struct image_build *b = &l->spec->build;

	*t = (struct tools){
	    .stage = xasprintf("%s/tools", l->stage),
	    .jars = xasprintf("%s/jars", l->stage),
	    .spec = {.name = l->spec->name,
		     .dir = l->spec->dir,
		     .steps = b->steps,
		     .step_count = b->step_count},
	    .lock = {.architecture = l->lock->architecture,
		     .source_date_epoch = l->lock->source_date_epoch,
		     .packages = l->lock->build_packages,
		     .package_count = l->lock->build_package_count},
	};
	t->layer = (struct build_layer){.stage = t->stage, .spec = &t->spec, .lock = &t->lock};
	t->layer.debs = xcalloc(t->lock.package_count + 1, sizeof(*t->layer.debs));
	for (size_t i = 0; i < t->lock.package_count; i++)
		t->layer.debs[i] = cache_path(t->lock.packages[i].sha256);
	strv_add(&t->lowers, t->jars);
	strv_add_all(&t->lowers, lowers);
}

static void tools_done(struct tools *t)
{
	for (size_t i = 0; i < t->lock.package_count; i++)
		free(t->layer.debs[i]);
	free(t->layer.debs);
	free(t->stage);
	free(t->jars);
	strv_done(&t->lowers);
}

/* The cache's file itself where it can be: the sandbox has it as a lower tree, so cannot write. */
static int place_jar(const struct tools *t, const struct lock_jar *jar, struct err *e)
{
	cleanup_free char *cached = cache_path(jar->sha256);
	cleanup_free char *place = xasprintf("%s/maven/%s", t->jars, path_base(jar->path));
	char digest[HASH_HEX_SIZE];

	/* The cache trusts a file's name; a disk does not deserve that. */
	if (hash_file_hex(AT_FDCWD, cached, digest, e))
		return -1;
	if (!str_eq(digest, jar->sha256)) {
		unlink(cached);
		fail(e, ERR_HOST, 0, "'%s' in the cache is damaged: its SHA-256 is %s", jar->path,
		     digest);
		return hint(e, "the damaged file was removed: run the command again to fetch it "
			       "anew");
	}
	if (link(cached, place))
		return fail(e, ERR_HOST, errno, "link '%s' to '%s'", cached, place);
	return 0;
}

static int place_jars(const struct tools *t, const struct image_lock *lock, struct err *e)
{
	cleanup_free char *dir = path_join(t->jars, "maven");

	if (path_mkdirs(dir, 0755, e))
		return -1;
	for (size_t i = 0; i < lock->jar_count; i++) {
		if (place_jar(t, &lock->jars[i], e))
			return -1;
	}
	return 0;
}

static int unpack_tools(const struct tools *t, struct err *e)
{
	cleanup(view_close) struct view v = VIEW_INIT;
	cleanup_free char *upper = build_layer_upper(&t->layer);
	size_t *all = xcalloc(t->lock.package_count + 1, sizeof(*all));

	for (size_t i = 0; i < t->lock.package_count; i++)
		all[i] = i;
	int result = build_layer_prepare(&t->layer, e) ||
			     view_open(upper, (const char *const *)t->lowers.items, &v, e) ||
			     build_layer_unpack(&t->layer, &v, all, t->lock.package_count, e)
			 ? -1
			 : 0;

	free(all);
	return result;
}

/* From the tools' tree into the image's; both are on the file system of the stage. */
static int keep_path(const struct tools *t, const char *path, struct view *v, struct err *e)
{
	cleanup(view_close) struct view from = VIEW_INIT;
	cleanup(str_done) struct str clean = STR_INIT;
	cleanup_free char *upper = build_layer_upper(&t->layer);
	const char *base, *base_from;
	struct stat st;

	if (unpack_clean_name(path + strspn(path, "/"), &clean, e) ||
	    view_open(upper, NULL, &from, e))
		return -1;
	int there = view_lstat(v, clean.data, &st, e);

	if (there < 0)
		return -1;
	if (there)
		return fail(e, ERR_SPEC, 0, "keep '%s': the image has one already", path);
	int to_fd = view_parent(v, clean.data, &base, e);
	int from_fd = to_fd < 0 ? -1 : view_parent(&from, clean.data, &base_from, e);

	if (to_fd < 0 || from_fd < 0)
		return -1;
	if (renameat(from_fd, base_from, to_fd, base) == 0)
		return 0;
	if (errno == ENOENT)
		return fail(e, ERR_SPEC, 0, "keep '%s': the steps of 'build' made no such thing",
			    path);
	return fail(e, ERR_HOST, errno, "keep '%s'", path);
}

int build_tools_make(const struct build_layer *l, const char *const *lowers,
		     const struct build_runner *runner, int output_fd, struct view *v,
		     struct err *e)
{
	const struct image_build *b = &l->spec->build;
	cleanup(tools_done) struct tools t;

	if (!b->step_count) {
		t = (struct tools){0};
		return 0;
	}
	tools_init(&t, l, lowers);
	if (place_jars(&t, l->lock, e) || unpack_tools(&t, e) ||
	    build_layer_run(&t.layer, (const char *const *)t.lowers.items, runner, output_fd, e))
		return wrap(e, "its 'build'");
	for (size_t i = 0; i < b->keep.len; i++) {
		if (keep_path(&t, b->keep.items[i], v, e))
			return -1;
	}
	return 0;
}
