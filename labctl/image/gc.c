/* SPDX-License-Identifier: Apache-2.0 */
#include "image/gc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/derive.h"
#include "image/record.h"
#include "image/store.h"

/* Records that no name means: the images as they were before they were built again. */
static int take_unnamed(bool dry_run, struct strv *owners, struct gc_report *out, struct err *e)
{
	cleanup(strv_done) struct strv digests = STRV_INIT;

	if (record_list(&digests, e))
		return -1;
	for (size_t i = 0; i < digests.len; i++) {
		cleanup(record_done) struct record r = {.name = NULL};

		if (record_load(digests.items[i], &r, e))
			return -1;
		if (record_is_named(&r))
			continue;
		strv_addf(&out->images, "%s %.12s", r.name, r.digest);
		strv_addf(owners, "image-%s", r.digest);
		if (!dry_run && record_remove(&r, e))
			return -1;
	}
	return 0;
}

static int collect_layers(const struct strv *owners, bool dry_run, struct gc_report *out,
			  struct err *e)
{
	cleanup(store_gc_done) struct store_gc gc = {.bytes = 0};

	if (store_gc(owners, dry_run, &gc, e))
		return -1;
	strv_add_all(&out->layers, (const char *const *)strv_argv(&gc.layers));
	strv_add_all(&out->in_use, (const char *const *)strv_argv(&gc.in_use));
	out->bytes += gc.bytes;
	return 0;
}

static int clear_cache_dir(const char *path, bool dry_run, struct gc_report *out, struct err *e)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct stat st;

	if (!dir)
		return errno == ENOENT ? 0 : fail(e, ERR_HOST, errno, "open '%s'", path);
	while ((entry = readdir(dir))) {
		cleanup_free char *below = path_join(path, entry->d_name);

		if (entry->d_name[0] == '.' || lstat(below, &st))
			continue;
		if (S_ISDIR(st.st_mode)) {
			clear_cache_dir(below, dry_run, out, e);
			continue;
		}
		out->cache_files++;
		out->bytes += st.st_size;
		if (!dry_run && unlink(below) && errno != ENOENT) {
			fail(e, ERR_HOST, errno, "remove '%s'", below);
			closedir(dir);
			return -1;
		}
	}
	closedir(dir);
	return 0;
}

static int clear_cache(bool dry_run, struct gc_report *out, struct err *e)
{
	cleanup_free char *path = xasprintf("%s/cache/sha256", path_state_dir());

	return clear_cache_dir(path, dry_run, out, e);
}

int gc_run(const struct gc_options *o, struct gc_report *out, struct err *e)
{
	cleanup(strv_done) struct strv owners = STRV_INIT;
	cleanup_fd int lock_fd = store_lock(e);

	*out = (struct gc_report){.images = STRV_INIT};
	if (lock_fd < 0 || (!o->dry_run && store_sweep(e)) ||
	    take_unnamed(o->dry_run, &owners, out, e) ||
	    collect_layers(&owners, o->dry_run, out, e))
		return -1;
	if (derive_gc(o->dry_run, &out->bytes, e))
		return -1;
	return o->cache ? clear_cache(o->dry_run, out, e) : 0;
}

/* The image that another one was built on must stay as long as that does. */
static int check_children(const struct record *r, const struct strv *names, struct err *e)
{
	cleanup(strv_done) struct strv digests = STRV_INIT;

	if (record_list(&digests, e))
		return -1;
	for (size_t i = 0; i < digests.len; i++) {
		cleanup(record_done) struct record child = {.name = NULL};

		if (record_load(digests.items[i], &child, e))
			return -1;
		if (!str_eq(child.parent, r->digest) || strv_has(names, child.name) ||
		    strv_has(names, child.digest) || !record_is_named(&child))
			continue;
		fail(e, ERR_SPEC, 0, "the image '%s' is the parent of '%s'", r->name, child.name);
		return hint(e, "remove both: labctl image rm %s %s", child.name, r->name);
	}
	return 0;
}

static int remove_one(const char *name, const struct strv *names, struct gc_report *out,
		      struct err *e)
{
	cleanup(record_done) struct record r = {.name = NULL};

	if (record_load(name, &r, e) || check_children(&r, names, e) || record_remove(&r, e))
		return -1;
	strv_addf(&out->images, "%s %.12s", r.name, r.digest);
	return 0;
}

int gc_remove(const struct strv *names, struct gc_report *out, struct err *e)
{
	cleanup_fd int lock_fd = store_lock(e);

	*out = (struct gc_report){.images = STRV_INIT};
	if (lock_fd < 0)
		return -1;
	for (size_t i = 0; i < names->len; i++)
		if (remove_one(names->items[i], names, out, e))
			return -1;
	return collect_layers(NULL, false, out, e) || derive_gc(false, &out->bytes, e) ? -1 : 0;
}

void gc_report_done(struct gc_report *r)
{
	strv_done(&r->images);
	strv_done(&r->layers);
	strv_done(&r->in_use);
}
