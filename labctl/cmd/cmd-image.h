/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_CMD_CMD_IMAGE_H
#define LABCTL_CMD_CMD_IMAGE_H

/* Subcommands of `labctl image` that have a file of their own. */

#include "cmd/command.h"

extern const struct command cmd_image_build;
extern const struct command cmd_image_lock;
extern const struct command cmd_image_fetch;

#endif
