/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_UNPACK_H
#define LABCTL_IMAGE_UNPACK_H

/*
 * The content of a package into the tree that is being built, as dpkg would
 * lay it down on a fresh system, and nowhere else: an absolute name, "..", a
 * hard link to anything but a file of this tree, and devices are refused, with
 * the member's name in the message.
 *
 * Several workers unpack different packages into one tree at the same time.
 * What would depend on their order is not decided here but written down for
 * dpkg_assemble, which sees all packages: the attributes of directories that
 * several packages ship, and files that two of them do.
 */

#include "base/err.h"
#include "base/str.h"
#include "base/strv.h"
#include "image/deb.h"
#include "image/view.h"

struct diversion { /* files of other packages go elsewhere: dpkg-divert(1) */
	char *from;
	char *to;
	char *package; /* whose own file stays; ":" where dpkg-divert --local made it */
};

struct diversions {
	struct diversion *items;
	size_t count;
};

struct unpack {
	struct view *view;
	const char *package;
	const struct strv *conffiles; /* relative paths; laid down as <path>.dpkg-new: dpkg
					 --configure puts them in place */
	const struct diversions *diversions;
	const char *only; /* not NULL: this path alone, over what stands there */

	/* written down for dpkg: */
	struct str list;    /* lines "/path", in the archive's order */
	struct str dirs;    /* lines "<mode> <uid> <gid> <real path>" */
	struct str clashes; /* lines "<path>": stood there already, and was left alone */
};

int unpack_data(struct unpack *u, const struct deb_part *data, struct err *e);
void unpack_done(struct unpack *u); /* the three strings; all else is the caller's */

/* "./usr//bin/x/" as "usr/bin/x"; ERR_SPEC where a name would lead out of the tree. */
int unpack_clean_name(const char *name, struct str *out, struct err *e);

/* Where a package's file goes: diverted or not. */
const char *unpack_divert(const struct diversions *d, const char *package, const char *path);

#endif
