/* SPDX-License-Identifier: Apache-2.0 */
#include "image/fetch.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/strv.h"
#include "image/cache.h"
#include "image/download.h"
#include "image/index.h"
#include "image/mirror.h"

struct fetching {
	const struct image_lock *lock;
	fetch_ready_fn *on_ready;
	void *arg;
	struct download_item *items; /* packages first, then indexes */
	size_t count;
	struct index *indexes;
};

static int hand_over(void *arg, const struct download_item *item, const char *path, struct err *e)
{
	const struct fetching *f = arg;

	return item->tag ? f->on_ready(f->arg, item->tag, path, e) : 0;
}

/* Hands over what is in the cache, and makes items of the rest. */
static int sort_packages(struct fetching *f, const struct lock_package *packages, size_t count,
			 struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		const struct lock_package *p = &packages[i];
		cleanup_free char *path = cache_path(p->sha256);

		if (!cache_has(p->sha256)) {
			f->items[f->count++] = (struct download_item){
			    .path = p->pool, .sha256 = p->sha256, .size = p->size, .tag = p};
			continue;
		}
		if (f->on_ready(f->arg, p, path, e))
			return -1;
	}
	return 0;
}

/*
 * The signed index is worth keeping (lock_verify_chain) if it is still the one that the lock was
 * made from. If it is not, the packages are still pinned by their digests: no reason to stop.
 */
static int add_indexes(struct fetching *f, struct err *e)
{
	for (size_t i = 0; i < f->lock->index_count; i++) {
		const struct lock_index *locked = &f->lock->indexes[i];
		struct index *now = &f->indexes[i];

		if (index_open(locked->suite, locked->component, now, e))
			return -1;
		if (!str_eq(now->release_sha256, locked->release_sha256)) {
			log_verbose("the index of %s of %s has made way for that of %s",
				    locked->suite, locked->date, now->date);
			continue;
		}
		f->items[f->count++] = (struct download_item){.path = now->compressed_path,
							      .sha256 = now->compressed_sha256,
							      .size = now->compressed_bytes};
	}
	return 0;
}

static int fetch_missing(struct fetching *f, bool *gone, struct err *e)
{
	size_t packages = f->count;
	const struct mirror *m;
	cleanup_free char *what = NULL;

	if (add_indexes(f, e))
		return -1;
	m = mirror_find(f->lock->indexes[0].suite, e);
	if (!m)
		return -1;
	what = xasprintf("fetch %zu packages of %s", packages, f->lock->image);
	struct download_request r = {.server = &m->server,
				     .items = f->items,
				     .count = f->count,
				     .what = what,
				     .on_done = hand_over,
				     .arg = f};
	return download_items(&r, gone, e);
}

static void fetching_done(struct fetching *f)
{
	for (size_t i = 0; i < f->lock->index_count; i++)
		index_done(&f->indexes[i]);
	free(f->indexes);
	free(f->items);
}

int fetch_packages(const struct image_lock *lock, fetch_ready_fn *on_ready, void *arg, bool *gone,
		   struct err *e)
{
	cleanup(fetching_done) struct fetching f = {.lock = lock, .on_ready = on_ready, .arg = arg};

	if (gone)
		*gone = false;
	f.items = xcalloc(lock->package_count + lock->build_package_count + lock->index_count + 1,
			  sizeof(*f.items));
	f.indexes = xcalloc(lock->index_count + 1, sizeof(*f.indexes));
	if (sort_packages(&f, lock->packages, lock->package_count, e) ||
	    sort_packages(&f, lock->build_packages, lock->build_package_count, e))
		return -1;
	return f.count ? fetch_missing(&f, gone, e) : 0;
}
