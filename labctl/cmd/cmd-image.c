/* SPDX-License-Identifier: Apache-2.0 */

/* labctl image: the images of this host. */

#include "cmd/cmd-image.h"

static const struct command *const subcommands[] = {
    &cmd_image_build,
    &cmd_image_lock,
    &cmd_image_fetch,
    NULL,
};

const struct command cmd_image = {
    .name = "image",
    .summary = "build, lock and inspect images",
    .synopsis = "COMMAND",
    .subcommands = subcommands,
};
