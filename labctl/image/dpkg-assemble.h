/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_DPKG_ASSEMBLE_H
#define LABCTL_IMAGE_DPKG_ASSEMBLE_H

/* Shared by the parts of dpkg_assemble: all packages of an image, from their notes. */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "base/strv.h"
#include "image/unpack.h"
#include "image/view.h"
#include "spec/image.h"

enum { DPKG_FILE_MAX = 64 << 20 };

struct unpacked { /* one package, from its notes */
	const struct lock_package *locked;
	const char *path;  /* of the .deb */
	struct str status; /* its entry */
	char *info_name;
	struct strv files; /* "/path" */
	bool visited;      /* by the ordering of preinst scripts */
};

struct assembly {
	struct view *view;
	int notes_fd;
	struct unpacked *packages;
	size_t count;
	struct diversions diversions;
	bool early, again;
};

/* Owner and mode of directories that several packages, or the parent image, have. */
int dpkg_settle_dirs(struct assembly *a, struct err *e);

/* Who waits for which trigger, and which of them the new files set off. */
int dpkg_write_triggers(struct assembly *a, struct err *e);

/* <package>.<suffix> in the notes; what was not written is empty. */
int dpkg_read_note(const struct assembly *a, const char *package, const char *suffix,
		   struct str *out, struct err *e);
int dpkg_write_db(struct assembly *a, const char *name, const struct str *text, struct err *e);

#endif
