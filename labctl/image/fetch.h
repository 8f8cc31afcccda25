/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_FETCH_H
#define LABCTL_IMAGE_FETCH_H

/*
 * Files from a mirror into the cache (cache.h), through libcurl: several at a
 * time, resumed where they broke off, tried again with growing pauses, and
 * given their name in the cache only once size and SHA-256 are right.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "image/mirror.h"
#include "spec/image.h"

/*
 * Fetches the packages of a lock, and the signed index they come from, that are not in the cache
 * yet. on_ready is called once for each package, in any order, as soon as its file is whole: at
 * once for cached ones. It runs on the calling thread between transfers, so it must be quick:
 * hand the path to a worker. It returns -1 with e set to stop.
 *
 * *gone is set when the failure is that a locked file has left the mirror: the lock is stale, and
 * lock_obtain with relock mends it. May be NULL.
 */
typedef int fetch_ready_fn(void *arg, const struct lock_package *package, const char *path,
			   struct err *e);
int fetch_packages(const struct image_lock *lock, fetch_ready_fn *on_ready, void *arg, bool *gone,
		   struct err *e);

/* One file wanted. Of unknown content (sha256 NULL) it can only go to memory: fetch_text. */
struct fetch_item {
	const char *path;   /* below the mirror's URI */
	int64_t size;       /* bytes; -1: not known */
	const char *sha256; /* lower-case hex */
	const void *tag;    /* the caller's */
};

typedef int fetch_done_fn(void *arg, const struct fetch_item *item, const char *path,
			  struct err *e);

/* Fetches items into the cache; `what` names the task in the progress line. */
int fetch_items(const struct mirror *m, const struct fetch_item *items, size_t count,
		const char *what, fetch_done_fn *on_done, void *arg, bool *gone, struct err *e);

/* A small file into memory; *missing is set (and 0 returned) when the mirror has no such file. */
int fetch_text(const struct mirror *m, const char *path, size_t max_bytes, struct str *out,
	       bool *missing, struct err *e);

#endif
