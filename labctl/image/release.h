/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_RELEASE_H
#define LABCTL_IMAGE_RELEASE_H

/*
 * Debian's Release file: what an archive's suite is, when it was made, and the
 * SHA-256 of each of its indexes. Pure text in, struct out; whether the text
 * is to be trusted is the caller's business (index.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

struct release {
	char *origin; /* "Debian"; any of these may be NULL */
	char *label;
	char *suite;
	char *codename;
	char *date;            /* as written */
	int64_t date_s;        /* seconds since 1970 */
	int64_t valid_until_s; /* 0: for ever */
	bool by_hash;          /* indexes can be fetched under their digest */
	char *sha256;          /* lines of the SHA256 field */
};

struct release_file {
	char sha256[HASH_HEX_SIZE];
	int64_t size;
};

/* ERR_SPEC when a needed field is missing or malformed; *out is then zero. */
int release_parse(const char *text, size_t size, struct release *out, struct err *e);
void release_done(struct release *r);

/* Finds "main/binary-amd64/Packages.xz"; false if the release does not list it. */
bool release_find(const struct release *r, const char *path, struct release_file *out);

/* "Sat, 21 Nov 2026 09:15:44 UTC", whatever the locale; -1 if it is anything else. */
int64_t release_date_s(const char *text);

/*
 * The Origin that an InRelease text claims, before anybody verified it: good for choosing among
 * mirrors, for nothing else. NULL if it claims none; the caller frees.
 */
char *release_claimed_origin(const char *text, size_t size);

#endif
