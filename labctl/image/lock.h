/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_LOCK_H
#define LABCTL_IMAGE_LOCK_H

/*
 * Which exact packages an image is made of. Two places may say so:
 *
 *	images/<name>/image.lock		committed: the same on every machine
 *	<state>/locks/<name>-<digest>.lock	local: stands in for the committed lock with that
 *						digest (its first 16 digits), gone stale here
 *
 * A lock is stale when image.yaml asks for other packages than it did, when
 * the parent's lock is another one, or when a package has left the mirror. A
 * child is always solved with its parents' packages exactly as they are locked,
 * so it adds packages and never replaces one.
 */

#include <stdbool.h>
#include <stdint.h>

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
	bool gone;   /* with relock: nobody asked, a package turned out to have left the mirror */
	/* Is there an image built from the lock with this digest? Then its packages are not asked
	 * for. May be NULL. */
	bool (*is_built)(const char *lock_digest);
};

/*
 * The lock that holds now, by files alone: no network, fast enough for a build with nothing to
 * do. ERR_SPEC if there is none or it is stale; then lock_obtain mends it.
 */
int lock_current(const char *image, bool locked, struct lock *out, struct err *e);

/*
 * The lock to build from. Where packages are not in the cache yet, asks the mirror whether it
 * still has them. A missing or stale lock is solved anew into a local lock, and those of parents
 * too where it must be, and the user is told in one line; with o->locked that is an error.
 */
int lock_obtain(const char *image, const struct lock_options *o, struct lock *out, struct err *e);

/* Frees the archive (150 MB if anything was solved) that lock_obtain keeps for its next call. */
void lock_release(void);

void lock_done(struct lock *l);

struct lock_change { /* what lock_commit did to one committed lock */
	const char *image;
	const char *path;
	bool written; /* false: it holds already, or the solve gave the same bytes */
	size_t packages;
	int64_t bytes; /* of their files */
	size_t added, removed, upgraded;
};

typedef void lock_report_fn(void *arg, const struct lock_change *change);

/*
 * `image lock`: writes images/<name>/image.lock for each name and its parents, parents first.
 * Without update a lock that holds is left alone; with it all are solved from today's index.
 */
int lock_commit(const struct strv *names, bool update, lock_report_fn *report, void *arg,
		struct err *e);

/*
 * Proves, without network, that every package of the lock stands in an index signed by the
 * archive's key. ERR_NO if one does not; ERR_HOST if the signed index is not in the cache.
 */
int lock_verify_chain(const struct image_lock *l, struct err *e);

/*
 * The package index that a lock names: path of its Packages.xz in the cache, fetched if it is not
 * there. The caller frees. NULL and ERR_HOST when the mirror has moved on to a newer one.
 */
char *lock_index_path(const struct image_lock *l, size_t index, struct err *e);

/* The same for the first index of the lock that holds of an image, with the digest of its text. */
char *lock_index_of(const char *image, char digest[HASH_HEX_SIZE], struct err *e);

#endif
