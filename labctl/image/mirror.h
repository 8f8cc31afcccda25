/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_MIRROR_H
#define LABCTL_IMAGE_MIRROR_H

/*
 * Where Debian's packages come from on this machine. No host name is compiled
 * in. The first of these that is set decides:
 *
 *	--mirror URL, LABCTL_MIRROR, `mirror:` in <config>/labctl.yaml,
 *	the `deb` entries of the host's apt configuration, in apt's order.
 *
 * Of apt's entries the first that serves Debian's dists/<release>/InRelease is
 * taken: third-party archives, security and updates fall away by themselves.
 */

#include "base/err.h"
#include "base/str.h"
#include "image/download.h"

struct mirror {
	struct download_server server;
	char *source;            /* what named it: "/etc/apt/sources.list.d/debian.sources:6" */
	char *release;           /* that it was found to serve */
	struct str release_text; /* its InRelease: not verified yet, that is index.h's work */
};

/* From the command line, before anything else here; the string must live on. */
void mirror_override(const char *uri);

/*
 * The mirror that serves a release. It is looked for once in the life of the process, and lives
 * as long. The error names every address tried, and what was wrong with it.
 */
const struct mirror *mirror_find(const char *release, struct err *e);

#endif
