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
 * Of apt's entries the first that serves dists/<release>/InRelease is taken:
 * so third-party archives, security and updates fall away by themselves.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct mirror {
	char *uri;     /* without a slash at the end */
	char *source;  /* what said so: "/etc/apt/sources.list.d/debian.sources", "--mirror" */
	char *proxy;   /* URL, "" for explicitly none, NULL: libcurl's own rules */
	char *userpwd; /* "login:password" of apt's auth.conf, or NULL; never logged */
};

/* From the command line, before anything else here; the string must live on. */
void mirror_override(const char *uri);

/*
 * Finds the mirror that serves the release, and its InRelease text (appended to release_text).
 * The answer is kept for the life of the process. The error names every address tried.
 */
int mirror_find(const char *release, const struct mirror **out, struct str *release_text,
		struct err *e);

#endif
