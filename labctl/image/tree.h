/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_TREE_H
#define LABCTL_IMAGE_TREE_H

/*
 * A tree on disk (tree.c) and its listing (tree-list.c): one line of text for
 * each entry, from which a layer's digest is computed, and with which `image
 * diff` and `image verify` work without reading the tree again.
 *
 *	labctl-layer 1
 *	f 644 0 0 1700000000 1234 <sha256> etc/hostname
 *	f 755 0 0 1700000000 9876 <sha256> usr/bin/x security.capability=0100...
 *	d 755 0 0 1700000000 - - etc
 *	l 777 0 0 1700000000 - usr/bin bin		link, and its target
 *	h - - - - - usr/bin/x usr/bin/y			the same file as an entry before
 *	w - - - - - - etc/motd				overlayfs: deleted here
 *
 * Type, mode (octal), uid, gid, mtime, size, value, path, extended attributes.
 * Entries stand in byte order of their names, directory by directory, so equal
 * trees have equal listings. Bytes that would break a line are written \ooo.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

struct tree_entry { /* what a visitor is shown */
	int parent_fd;
	const char *name;
	const char *path; /* from the root of the walk, without a slash in front */
	struct stat st;
};

typedef int tree_visit_fn(void *arg, const struct tree_entry *entry, struct err *e);

/*
 * Every entry below dir_fd (not itself) in byte order. `before` is called on the way down, `after`
 * for directories once all below them was visited; either may be NULL. Links are never followed.
 * A visitor may remove or change its own entry.
 */
int tree_walk(int dir_fd, tree_visit_fn *before, tree_visit_fn *after, void *arg, struct err *e);

/* Adds the listing. ERR_SPEC for what no layer may hold: devices, sockets, fifos. */
int tree_list(int dir_fd, struct str *out, struct err *e);

struct tree_line { /* one line of a listing, taken apart; points into it */
	char type; /* f d l h w */
	unsigned mode, uid, gid;
	int64_t mtime;
	int64_t size; /* of a file; else -1 */
	const char *value;
	size_t value_len;
	const char *path; /* as escaped */
	size_t path_len;
	const char *xattrs;
	size_t xattrs_len;
};

/* The next line: 1, 0 at the end, -1 where it is no listing. *at moves on. */
int tree_next_line(const char **at, const char *end, struct tree_line *out, struct err *e);

/* The order of a listing: by the paths' parts. < 0, 0, > 0. */
int tree_compare_paths(const char *a, const char *b);

extern const char tree_header[]; /* the listing's first line, with its newline */

#endif
