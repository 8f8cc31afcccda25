/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_CACHE_H
#define LABCTL_IMAGE_CACHE_H

/*
 * The content-addressed cache, <state>/cache/sha256/<xx>/<digest>. A file
 * bears a digest as its name only after its bytes were hashed, so what is here
 * is whole; <digest>.part is a download under way or broken off. `image gc`
 * may remove any of it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/hash.h"

char *cache_path(const char *sha256); /* the caller frees; the file need not exist */
bool cache_has(const char *sha256);
int cache_prepare(const char *sha256, struct err *e); /* makes its directory */

/* Stores bytes under their own digest. */
int cache_put(const void *data, size_t size, char sha256[HASH_HEX_SIZE], struct err *e);

#endif
