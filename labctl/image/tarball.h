/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_TARBALL_H
#define LABCTL_IMAGE_TARBALL_H

/*
 * A tar in memory, plain or compressed with gzip, xz or zstd, member by member. This file stands
 * before libarchive. What a member says is passed on as it was written: checking names and links
 * is unpack.c's work.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum tarball_type {
	TARBALL_FILE,
	TARBALL_DIR,
	TARBALL_SYMLINK,
	TARBALL_HARDLINK,
	TARBALL_OTHER, /* device, fifo, socket */
};

struct tarball_member { /* the strings live until the next call */
	const char *path;
	enum tarball_type type;
	const char *type_name; /* for messages */
	const char *link;      /* of both kinds of link */
	mode_t mode;           /* permission bits with setuid, setgid and sticky */
	uid_t uid;
	gid_t gid;
	int64_t mtime; /* seconds */
	int64_t size;  /* of a file */
};

struct tarball; /* opaque */

/* Loads libarchive. Before fork or threads, so that each child need not. */
int tarball_prepare(struct err *e);

/* The bytes must outlive the tarball. */
struct tarball *tarball_open(const void *bytes, size_t size, struct err *e);
/* One that is not compressed, of somebody hostile: what comes out is no more than went in. */
struct tarball *tarball_open_plain(const void *bytes, size_t size, struct err *e);
void tarball_close(struct tarball *t);

/* 1 and *out, 0 at the end, -1 for a damaged archive. */
int tarball_next(struct tarball *t, struct tarball_member *out, struct err *e);

/* The next piece of this member's content: 1, 0 at its end, -1. Holes are given as zero bytes. */
int tarball_read(struct tarball *t, const void **data, size_t *size, struct err *e);

#endif
