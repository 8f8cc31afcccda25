/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_LOCK_H
#define LABCTL_IMAGE_LOCK_H

/*
 * Which exact packages an image is made of. Two places may say so:
 *
 *	images/<name>/image.lock		committed: the same on every machine
 *	<state>/locks/<name>.<committed>.lock	local: stands in for one committed lock (whose
 *						digest is in the name) that has gone stale here
 *
 * A lock is stale when image.yaml asks for other packages than it did, when
 * the parent's lock is another one, or when a file it names has left the
 * mirror. An image and its parents are always solved from one index, so a
 * child adds packages and never replaces its parent's.
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/hash.h"
#include "spec/image.h"

struct lock {
	struct image_lock packages;
	char digest[HASH_HEX_SIZE]; /* of the lock file's bytes: what image records carry */
	bool local;                 /* not the committed one: say so in results */
	char *path;
};

struct lock_options {
	bool locked; /* --locked: the committed lock or an error */
	bool relock; /* --relock: solve anew into a local lock even if this one looks right */
};

/*
 * The lock that holds now, by files alone: no network, fast enough for a build with nothing to
 * do. ERR_SPEC if there is none or it is stale; then lock_obtain mends it.
 */
int lock_current(const struct image_spec *spec, struct lock *out, struct err *e);

/*
 * The lock to build from. Where packages are not in the cache yet, asks the mirror whether it
 * still has them; a missing or stale lock is solved anew, for the image and its parents, into
 * local locks, and the user is told in one line. With o->locked that is an error instead.
 */
int lock_obtain(const struct image_spec *spec, const struct lock_options *o, struct lock *out,
		struct err *e);

/*
 * `image lock`: writes images/<name>/image.lock for each name, parents first. Without update, one
 * that holds already is left alone; with it, each and its parents are solved from today's index.
 */
int lock_commit(const char *const *names, bool update, struct err *e);

/*
 * Proves, without network, that every package of the lock stands in an index signed by the
 * archive's key. ERR_NO if it does not; ERR_HOST if the signed index is not in the cache.
 */
int lock_verify_chain(const struct image_lock *l, struct err *e);

/*
 * The archive's package index that a lock names: path of the Packages.xz in the cache, fetched if
 * it is not there. The caller frees. ERR_HOST when the mirror has moved on.
 */
char *lock_index_file(const struct image_lock *l, size_t index, struct err *e);

void lock_done(struct lock *l);

#endif
