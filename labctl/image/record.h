/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_RECORD_H
#define LABCTL_IMAGE_RECORD_H

/*
 * What this host knows of an image that was built:
 *
 *	<state>/images/<digest>.json	the record
 *	<state>/images/<name>		the digest that the name means now, and below it the few
 *					lines of the record that it takes to start a sandbox
 *
 * Records of earlier builds stay, under their digests, until `image gc`: a
 * result that names its image can be replayed as long as they are there.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/strv.h"
#include "spec/image.h"

struct record_package {
	char *name;
	char *version;
	char *architecture;
};

struct record {
	int64_t schema;
	char *name;
	char *digest;
	char *parent;       /* digest of the parent image, or NULL */
	char *inputs;       /* digest of all that the layer was made from: build.c */
	char *lock;         /* digest of the lock file */
	bool lock_is_local; /* not the committed one */
	int64_t source_date_epoch;
	int64_t built_s;                 /* wall clock, seconds since 1970 */
	struct strv layers;              /* digests, topmost first */
	struct record_package *packages; /* of the topmost layer */
	size_t package_count;
};

/* The digest of an image: over its name and its layers. */
void record_digest(const char *name, const struct strv *layers, char digest[HASH_HEX_SIZE]);

/* Writes the record and makes the name mean it; the layers are kept from `image gc`. */
int record_save(const struct record *r, struct err *e);

/* By name, or by the first digits of a digest (at least 6). ERR_SPEC where there is none. */
int record_load(const char *name, struct record *out, struct err *e);
/* The same for name, digest, lock and layers alone: some 10 us instead of 500, as parsing JSON
 * would cost every `labctl exec` half its time. */
int record_load_brief(const char *name, struct record *out, struct err *e);
bool record_exists(const char *name);
int record_list(struct strv *digests, struct err *e); /* of all records, sorted */
bool record_is_named(const struct record *r);         /* it is what its name means now */

/* Forgets the record, and the name where it means this one. The layers are left to store_gc. */
int record_remove(const struct record *r, struct err *e);
void record_done(struct record *r);

#endif
