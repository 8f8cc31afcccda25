/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_CMD_CMD_IMAGE_H
#define LABCTL_CMD_CMD_IMAGE_H

/* Subcommands of `labctl image` that have a file of their own. */

#include "cmd/command.h"

/* What `lock` and `fetch` are about: the images that are named, or all; from this mirror, if not
 * NULL. */
int cmd_image_choose(struct strv *images, const char *mirror, struct err *e);

extern const struct command cmd_image_build;
extern const struct command cmd_image_list;
extern const struct command cmd_image_show;
extern const struct command cmd_image_lock;
extern const struct command cmd_image_fetch;
extern const struct command cmd_image_diff;
extern const struct command cmd_image_verify;
extern const struct command cmd_image_rm;
extern const struct command cmd_image_gc;

#endif
