/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_BUILD_LAYER_H
#define LABCTL_IMAGE_BUILD_LAYER_H

/*
 * One layer, in its stage:
 *
 *	<stage>/tree/upper, work	the tree that is made, as overlayfs wants it
 *	<stage>/notes/			what packages left to decide (dpkg.h)
 *	<stage>/empty/			below the first layer of all
 *	<stage>/layer/			the layer's listing; the tree joins it at the end
 *	<stage>/tools/, jars/		what its `build` section works with (build-tools.h)
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/hash.h"
#include "image/build.h"
#include "image/view.h"
#include "spec/image.h"

extern const char build_layer_script[]; /* configure.sh */

struct build_layer {
	const char *stage;
	const struct image_spec *spec;
	const struct image_lock *lock;
	char **debs; /* paths, in the order of the lock's packages */
};

int build_layer_prepare(const struct build_layer *l, struct err *e);
char *build_layer_upper(const struct build_layer *l); /* the caller frees */

/* Unpacks some of the packages. Safe beside others at the same work. */
int build_layer_unpack(const struct build_layer *l, struct view *v, const size_t *packages,
		       size_t count, struct err *e);

/* All packages are unpacked and the parents' trees (topmost first) are finished: configures the
 * packages and runs the steps, and no more. */
int build_layer_run(const struct build_layer *l, const char *const *lowers,
		    const struct build_runner *runner, int output_fd, struct err *e);

/*
 * All packages are unpacked and the parent is finished: configures, cleans up, seals. lowers are
 * the parent's trees, topmost first. With *again set (only where `early`) nothing was done: the
 * packages must be unpacked once more, over the finished parent.
 */
int build_layer_make(const struct build_layer *l, const char *const *lowers, bool early,
		     const struct build_runner *runner, int output_fd, char digest[HASH_HEX_SIZE],
		     bool *again, struct err *e);

/* Moves the finished layer to its digest. */
int build_layer_commit(const struct build_layer *l, const char *digest, struct err *e);

#endif
