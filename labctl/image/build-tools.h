/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_BUILD_TOOLS_H
#define LABCTL_IMAGE_BUILD_TOOLS_H

/*
 * The `build` section of an image: made with tools that the image itself will
 * not hold. In effect a child image that is thrown away: its packages are
 * unpacked and configured over the parent like any others, its steps run, and
 * what `keep` names moves from its tree into the image's.
 */

#include "base/err.h"
#include "image/build-layer.h"

/*
 * l: the image's layer, whose stage gets a folder `tools`; lowers: the parent's trees, topmost
 * first; v: the image's tree. Nothing is done where the image has no such section.
 */
int build_tools_make(const struct build_layer *l, const char *const *lowers,
		     const struct build_runner *runner, int output_fd, struct view *v,
		     struct err *e);

#endif
