/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_ANCESTRY_H
#define LABCTL_IMAGE_ANCESTRY_H

/*
 * A lineage with the lock of each generation: which holds now, by files alone,
 * and why one does not. Root image first, since a child's lock names its
 * parent's by digest. Only lock.c needs this.
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "image/lineage.h"
#include "image/lock.h"

enum { ANCESTRY_TAG_SIZE = 17 };

struct generation {
	struct lock lock; /* all zero if there is none at all */
	bool holds;
	char *why;                     /* it does not hold, in words */
	char tag[ANCESTRY_TAG_SIZE];   /* digest of the committed lock, shortened, or "none" */
	char committed[HASH_HEX_SIZE]; /* digest of the committed lock, or "" */
};

struct ancestry {
	struct lineage lineage;
	struct generation generations[LINEAGE_MAX]; /* as many as lineage.count */
};

/* With locked, local locks are left out of account. ERR_SPEC for a committed lock that is broken.
 */
int ancestry_load(const char *image, bool locked, struct ancestry *out, struct err *e);
void ancestry_done(struct ancestry *a);

/* Looks again at generation n, after the one before it has changed. */
int ancestry_refresh(struct ancestry *a, size_t n, bool locked, struct err *e);

char *ancestry_committed_path(const struct ancestry *a, size_t n);
char *ancestry_local_path(const struct ancestry *a, size_t n);
int ancestry_save(const char *path, const struct str *text, struct err *e);

#endif
