/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_FETCH_H
#define LABCTL_IMAGE_FETCH_H

/* The packages of a lock, out of the cache or off the mirror. */

#include <stdbool.h>

#include "base/err.h"
#include "spec/image.h"

/*
 * Called once for each package, in any order, as soon as its file is whole: at once for those in
 * the cache. Runs on the calling thread between transfers, so it must be quick: hand the path to
 * a worker. -1 with e set stops the rest.
 */
typedef int fetch_ready_fn(void *arg, const struct lock_package *package, const char *path,
			   struct err *e);

/*
 * Hands over every package of the lock; those that are not in the cache are fetched, and with
 * them the signed index they come from, for as long as the mirror still serves that one. Nothing
 * is asked of the network when all packages are here.
 *
 * *gone (may be NULL) is set when the failure is that a locked file has left the mirror: the lock
 * is stale, and lock_obtain with relock mends it.
 */
int fetch_packages(const struct image_lock *lock, fetch_ready_fn *on_ready, void *arg, bool *gone,
		   struct err *e);

#endif
