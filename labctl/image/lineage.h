/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_LINEAGE_H
#define LABCTL_IMAGE_LINEAGE_H

/* An image and its parents, the root of them first. */

#include <stddef.h>

#include "base/err.h"
#include "spec/image.h"

enum { LINEAGE_MAX = 16 };

struct lineage {
	struct image_spec specs[LINEAGE_MAX]; /* specs[count - 1] is the image itself */
	size_t count;
};

/* ERR_SPEC when a parent is missing, or the parents go round in a circle. */
int lineage_load(const char *name, struct lineage *out, struct err *e);
void lineage_done(struct lineage *l);

/* These a child has from the root. */
const char *lineage_release(const struct lineage *l);
const struct strv *lineage_components(const struct lineage *l);

#endif
