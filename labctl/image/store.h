/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_STORE_H
#define LABCTL_IMAGE_STORE_H

/*
 * The layers of this host, under their digests, shared by all images and labs:
 *
 *	<state>/layers/<digest>/root/		the tree; ids on disk are 0-based
 *	<state>/layers/<digest>/listing		one line for each entry (tree.h)
 *	<state>/stage/<name>/			being made; of no worth once its maker is gone
 *	<state>/stage/lock			held by who makes or removes layers
 *	<state>/keep/<owner>			digests that the owner needs, one in each line
 *
 * The digest is the SHA-256 of the listing, so equal trees are one layer. A
 * layer is written in stage/, synced to disk and then renamed: under its
 * digest it is whole or not there at all, also after a power cut.
 *
 * The lock is taken while layers are made or removed. Whoever holds it may
 * throw away all that lies in stage/.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/strv.h"

/* Waits for another labctl, and says so. The descriptor; closing it unlocks. */
int store_lock(struct err *e);

/* With the lock held: removes what a killed labctl left in stage/. */
int store_sweep(struct err *e);

/* For `labctl gc`: the same if nobody holds the lock; adds what it removed to *names. Waits for
 * the children of a holder that was killed. */
int store_collect(struct strv *names, struct err *e);

/* With the lock held: a new directory <state>/stage/<name>; replaces one of that name. */
char *store_stage(const char *name, struct err *e);
int store_discard(const char *stage, struct err *e);

/*
 * Makes a layer of the tree at `root` (below the stage, or on its file system), in two steps
 * because the first may take long and may run in another process: store_seal lists, hashes and
 * syncs; store_commit moves it to its digest. The tree stays where it is between the two. The stage
 * is gone after the second, also when that layer was there before.
 */
int store_seal(const char *stage, const char *root, char digest[HASH_HEX_SIZE], struct err *e);
int store_commit(const char *stage, const char *root, const char *digest, struct err *e);

char *store_root(const char *digest);    /* path of the tree; the caller frees */
char *store_listing(const char *digest); /* path of the listing */
bool store_has(const char *digest);
int store_digests(struct strv *out, struct err *e); /* of all layers, sorted */

/* Lists again what lies on disk: adds to *damage what differs ("changed: /usr/bin/x"). */
int store_verify(const char *digest, struct strv *damage, struct err *e);

/* Bytes of all files, by the listing. */
int store_size(const char *digest, int64_t *bytes, struct err *e);

/* ---- which may go (store-gc.c) ---- */

/* Names the layers that somebody needs, so that store_gc leaves them; no layers: forgets the owner.
 * Owners: "image-<digest>", "lab-<name>", ... */
int store_keep(const char *owner, const struct strv *digests, struct err *e);

/* Says that this process reads the layer, for as long as the descriptor (or a forked child's copy)
 * is open: store_gc passes it over. -1 where there is no such layer. */
int store_use(const char *digest, struct err *e);

struct store_gc {
	struct strv layers; /* removed, or to be removed */
	struct strv in_use; /* would be removed, but somebody reads them */
	int64_t bytes;
};

/* With the lock held: removes layers that no owner keeps but those in `forgotten` (may be NULL). */
int store_gc(const struct strv *forgotten, bool dry_run, struct store_gc *out, struct err *e);
void store_gc_done(struct store_gc *g);

#endif
