/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_IMAGE_H
#define LABCTL_IMAGE_IMAGE_H

/*
 * The images of this host: what the layers above need to know. Digests are
 * lower-case hex SHA-256. A layer lies in <state>/layers/<digest>/root (the
 * tree, owned by 0-based ids) with a manifest beside it; it is complete or
 * absent, never half. How images are made: build.h.
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/strv.h"
#include "image/build.h"

struct image {
	char *name;
	char digest[HASH_HEX_SIZE]; /* over the layers' digests and the configuration */
	char lock_digest[HASH_HEX_SIZE];
	bool lock_is_local; /* solved anew on this host: not the committed lock */
	struct strv layers; /* absolute paths of the root trees, topmost first, as overlayfs
			       wants them */
	int *use_fds;       /* one for each layer: `image gc` leaves it until image_done */
	bool derived;       /* the topmost layer is what was derived from the others: derive.h */
};

/* An image that was built; ERR_SPEC with the command that builds it, if it was not. name may be a
 * digest prefix. */
int image_open(const char *name, struct image *out, struct err *e);
void image_done(struct image *i);

/* Builds name and its parents unless they are there already; shows progress. Safe beside another
 * labctl: one waits. runner: lab/builder.h. */
int image_ensure(const char *name, const struct build_runner *runner, struct image *out,
		 struct err *e);

#endif
