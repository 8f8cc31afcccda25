/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_FINISH_H
#define LABCTL_IMAGE_FINISH_H

/*
 * Takes out of a configured tree what would make two builds differ: logs,
 * caches, random seeds, backups, times of the build, and overlayfs's notes to
 * itself. Afterwards the tree is a function of the lock and the image's files
 * alone.
 */

#include <stdint.h>

#include "base/err.h"
#include "image/view.h"

/* No time in upper is later than epoch (seconds) afterwards; directories all bear it. */
int finish_tree(struct view *v, int64_t epoch, struct err *e);

#endif
