/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_GC_H
#define LABCTL_IMAGE_GC_H

/* Removing images, and what nothing names any more. */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"

struct gc_options {
	bool dry_run;
	bool cache; /* also every downloaded file: the next build fetches them anew */
};

struct gc_report {
	struct strv images; /* "python 0123456789ab": builds that no name means any more */
	struct strv layers; /* digests */
	struct strv in_use; /* layers that stay although nothing names them */
	size_t cache_files;
	int64_t bytes; /* of layers and cache */
};

/* Waits for another labctl that builds. */
int gc_run(const struct gc_options *o, struct gc_report *out, struct err *e);

/* Forgets images (by name or digest) and removes the layers that were theirs alone. */
int gc_remove(const struct strv *names, struct gc_report *out, struct err *e);
void gc_report_done(struct gc_report *r);

#endif
