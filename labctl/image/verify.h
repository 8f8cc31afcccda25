/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_VERIFY_H
#define LABCTL_IMAGE_VERIFY_H

/*
 * Is an image still what its digest says, does it work, and do its packages
 * come from the archive? Each layer's tree is listed and hashed again, the
 * commands under `verify` and `probes` of image.yaml run in a sandbox, and every package of
 * the lock is looked up in the signed index.
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/strv.h"
#include "image/build.h"

struct verify_check {
	char *what;         /* "layer 0123456789ab", or the command */
	bool good, skipped; /* skipped: the reason is in detail */
	struct strv detail; /* what differs; what a command said */
};

struct verify {
	char *name, *digest;
	struct verify_check *checks;
	size_t count, cap;
	bool good; /* all that were made */
};

int verify_image(const char *name, const struct build_runner *runner, struct verify *out,
		 struct err *e);
void verify_done(struct verify *v);

#endif
