/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_CATALOG_H
#define LABCTL_IMAGE_CATALOG_H

/*
 * What an archive has on offer: its indexes, unpacked into memory and read
 * into a table. Some 60 MB for a Debian release, read in half a second.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "base/strv.h"
#include "image/index.h"
#include "image/packages.h"
#include "spec/image.h"

struct catalog {
	const struct index *indexes; /* the caller's; they must have been fetched (index_fetch) */
	size_t count;
	struct str *texts; /* one Packages for each index, its digest verified */
	struct packages packages;
};

int catalog_open(const struct index *indexes, size_t count, struct catalog *out, struct err *e);
void catalog_close(struct catalog *c);

/* Names of the packages of a lock that are not on offer just as locked; adds to *gone. */
void catalog_find_gone(const struct catalog *c, const struct image_lock *l, struct strv *gone);

#endif
