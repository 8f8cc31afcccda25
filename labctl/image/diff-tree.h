/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_DIFF_TREE_H
#define LABCTL_IMAGE_DIFF_TREE_H

/*
 * The tree that an image's layers add up to, by their listings alone (tree.h):
 * merged as overlayfs merges them, without a look at the disk. For diff.c.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "image/record.h"
#include "image/tree.h"

struct diff_tree {
	struct str *texts; /* the listings, which the lines point into */
	size_t text_count;
	struct tree_line *lines; /* in a listing's order */
	size_t count, cap;
};

/* ERR_SPEC: a layer's listing is damaged. Also then out is to be released. */
int diff_tree_load(const struct record *r, struct diff_tree *out, struct err *e);
void diff_tree_done(struct diff_tree *t);

/* The order of two lines in a listing: < 0, 0 (the same path), > 0. */
int diff_tree_compare(const struct tree_line *a, const struct tree_line *b);

/* Another name of a file stands for the file; any other entry is itself. */
const struct tree_line *diff_tree_follow(const struct diff_tree *t, const struct tree_line *l);

#endif
