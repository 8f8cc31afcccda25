/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_DERIVE_H
#define LABCTL_IMAGE_DERIVE_H

/*
 * What can be computed from an image, and only on the machine that uses it: a
 * runtime's cache of classes that it has loaded, checked and profiled before.
 * An image that wants one holds the program DERIVE_PROGRAM. That is run once,
 * when the image is first used; what it leaves in DERIVE_DIR becomes a layer
 * on top of the image's own, read-only like them.
 *
 *	<state>/derived/<image's digest>-<digest of the CPU>/	usr/lib/labctl/derived/...
 *	<state>/derived/new/					being made
 *	<state>/derived/lock					held by who makes or removes
 *
 * It is no part of the image's digest, whole or not there at all, and removed
 * with the image.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "image/build.h"
#include "image/image.h"

#define DERIVE_PROGRAM "/usr/lib/labctl/derive"
#define DERIVE_DIR "/usr/lib/labctl/derived"

/*
 * Adds the derived layer to an open image that wants one, made now if need be. An image does
 * without it too, only slower: so where it cannot be made, that is a warning.
 */
void derive_add(struct image *image, const struct build_runner *runner);

/* Removes what was derived from images that are gone, unless somebody reads it; adds to *bytes. */
int derive_gc(bool dry_run, int64_t *bytes, struct err *e);

#endif
