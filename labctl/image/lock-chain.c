/* SPDX-License-Identifier: Apache-2.0 */

/* From a lock to the archive's key, and to the index that the lock was made from. */

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/cache.h"
#include "image/catalog.h"
#include "image/index.h"
#include "image/lock.h"

static int open_chain(const struct image_lock *l, struct index *indexes, struct err *e)
{
	for (size_t i = 0; i < l->index_count; i++) {
		if (index_open_cached(&l->indexes[i], l->architecture, &indexes[i], e))
			return -1;
		if (!str_eq(indexes[i].packages_sha256, l->indexes[i].packages_sha256))
			return fail(e, ERR_NO, 0,
				    "image %s: its lock names another package index "
				    "than the signed release does",
				    l->image);
		if (!cache_has(indexes[i].compressed_sha256))
			return fail(e, ERR_HOST, 0,
				    "the package index of %s of %s is not in the "
				    "cache",
				    l->indexes[i].suite, l->indexes[i].date);
	}
	return 0;
}

static int verify_packages(const struct image_lock *l, const struct index *indexes, struct err *e)
{
	cleanup(catalog_close) struct catalog catalog = {0};
	cleanup(strv_done) struct strv gone = STRV_INIT;

	if (catalog_open(indexes, l->index_count, &catalog, e))
		return -1;
	catalog_find_gone(&catalog, l, &gone);
	if (!gone.len)
		return 0;
	cleanup_free char *names = strv_join(&gone, ", ");

	fail(e, ERR_NO, 0, "image %s: its lock names what is not in the signed index of %s: %s",
	     l->image, l->indexes[0].date, names);
	return hint(e, "somebody changed the lock: make it anew with `labctl image lock --update`");
}

int lock_verify_chain(const struct image_lock *l, struct err *e)
{
	struct index *indexes = xcalloc(l->index_count + 1, sizeof(*indexes));
	int rc = open_chain(l, indexes, e) || verify_packages(l, indexes, e) ? -1 : 0;

	for (size_t i = 0; i < l->index_count; i++)
		index_done(&indexes[i]);
	free(indexes);
	return rc;
}

char *lock_index_path(const struct image_lock *l, size_t index, struct err *e)
{
	const struct lock_index *locked = &l->indexes[index];
	cleanup(index_done) struct index found = {0};
	struct err not_cached = {0};

	if (index_open_cached(locked, l->architecture, &found, &not_cached)) {
		if (index_open(locked->suite, locked->component, &found, e))
			return NULL;
		/* A release that was only signed anew has the same index. */
		if (!str_eq(found.packages_sha256, locked->packages_sha256)) {
			fail(e, ERR_HOST, 0,
			     "the index of %s of %s has left the mirror, which has "
			     "that of %s now",
			     locked->suite, locked->date, found.date);
			hint(e, "labctl image build --relock %s", l->image);
			return NULL;
		}
	}
	if (index_fetch(&found, e))
		return NULL;
	return cache_path(found.compressed_sha256);
}

char *lock_index_of(const char *image, char digest[HASH_HEX_SIZE], struct err *e)
{
	struct lock lock;

	if (lock_current(image, false, &lock, e))
		return NULL;
	char *path = lock_index_path(&lock.packages, 0, e);

	if (path)
		snprintf(digest, HASH_HEX_SIZE, "%s", lock.packages.indexes[0].packages_sha256);
	lock_done(&lock);
	return path;
}
