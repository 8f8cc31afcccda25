/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_INDEX_H
#define LABCTL_IMAGE_INDEX_H

/*
 * The archive's package index and the chain that proves it: Debian's key signs
 * InRelease, InRelease names the SHA-256 of Packages.xz, that names the
 * SHA-256 of each package. Both files are kept in the cache, so that the chain
 * can be walked again, offline, for as long as an image lives.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "spec/image.h"

struct index {
	char *suite;
	char *component;
	char *date; /* the Release file's, as written */
	int64_t date_s;
	char release_sha256[HASH_HEX_SIZE];    /* of InRelease, its key in the cache */
	char packages_sha256[HASH_HEX_SIZE];   /* of Packages, uncompressed */
	char compressed_sha256[HASH_HEX_SIZE]; /* of Packages.xz, its key in the cache */
	int64_t compressed_bytes;
	char *compressed_path; /* below the mirror's URI: by hash where the archive can */
};

/* This machine's architecture in Debian's words: "amd64". */
const char *index_architecture(void);

/*
 * Today's index: asks the mirror for InRelease, verifies signature and Valid-Until, and puts it
 * into the cache. Packages.xz is not fetched yet: index_fetch does that.
 */
int index_open(const char *suite, const char *component, struct index *out, struct err *e);

/* The index that a lock names, out of the cache, its signature verified again. No network. */
int index_open_cached(const struct lock_index *locked, const char *architecture, struct index *out,
		      struct err *e);

/* Fetches Packages.xz unless the cache has it. */
int index_fetch(const struct index *i, struct err *e);

void index_done(struct index *i);

#endif
