/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_ARCHIVE_H
#define LABCTL_IMAGE_ARCHIVE_H

/*
 * The archive of one release as the mirror has it today. The signed index is
 * small and asked for at once; the catalog (10 MB, half a second) and the
 * solver (a second) only when they are needed, and then once for all images.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "image/ancestry.h"
#include "image/catalog.h"
#include "image/solve.h"

struct archive {
	char *release;
	struct index *indexes; /* one for each component */
	size_t count;
	bool have_catalog;
	struct catalog catalog;
	struct solve_pool *pool;
};

/* Opens the archive that a lineage is made from, or does nothing if it is open already. */
int archive_open(struct archive *a, const struct lineage *lineage, struct err *e);
void archive_close(struct archive *a);

/* Was the lock made from today's index? */
bool archive_is_index_of(const struct archive *a, const struct image_lock *l);

/* Names of its packages that are not to be had any more; adds to *gone. */
int archive_find_gone(struct archive *a, const struct image_lock *l, struct strv *gone,
		      struct err *e);

/*
 * Solves generation n of an ancestry beside the locks of those before it; the text of its lock is
 * added to *text.
 */
int archive_solve(struct archive *a, const struct ancestry *ancestry, size_t n, struct str *text,
		  struct err *e);

#endif
