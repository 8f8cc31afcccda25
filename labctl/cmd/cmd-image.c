/* SPDX-License-Identifier: Apache-2.0 */

/* labctl image: the images of this host. */

#include "cmd/cmd-image.h"

#include "image/mirror.h"
#include "spec/image.h"

int cmd_image_choose(struct strv *images, const char *mirror, struct err *e)
{
	if (mirror)
		mirror_override(mirror);
	return images->len ? 0 : image_spec_list(images, e);
}

static const struct command *const subcommands[] = {
    &cmd_image_build, &cmd_image_list,   &cmd_image_show, &cmd_image_lock, &cmd_image_fetch,
    &cmd_image_diff,  &cmd_image_verify, &cmd_image_rm,   &cmd_image_gc,   NULL,
};

const struct command cmd_image = {
    .name = "image",
    .summary = "build, lock and inspect images",
    .synopsis = "COMMAND",
    .subcommands = subcommands,
};
