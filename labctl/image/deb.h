/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_DEB_H
#define LABCTL_IMAGE_DEB_H

/*
 * The container of a Debian package: an ar archive of debian-binary,
 * control.tar.* and data.tar.*, in that order. Nothing is copied: the two tars
 * are ranges of the file's own mapping, for tarball.h to read.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct deb_part {
	const uint8_t *data;
	size_t size;
};

struct deb {
	void *map; /* NULL when made by deb_parse */
	size_t map_size;
	struct deb_part control, data;
};

/* Maps the file at path; its parts are not looked for yet. The cache's files never change once they
 * are whole, so it stays readable. */
int deb_open(const char *path, struct deb *out, struct err *e);

/* Finds the parts of what deb_open mapped. ERR_SPEC where it is no package. */
int deb_find_parts(struct deb *d, struct err *e);

void deb_close(struct deb *d);

/* The same for bytes in memory, which must outlive *out. */
int deb_parse(const void *bytes, size_t size, struct deb *out, struct err *e);

#endif
