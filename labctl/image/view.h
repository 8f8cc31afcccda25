/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_VIEW_H
#define LABCTL_IMAGE_VIEW_H

/*
 * The tree that a build writes, as overlayfs will show it: a writable upper
 * directory over the finished trees of the parents. The overlay itself is
 * mounted only when the sandbox starts; packages are unpacked before that, so
 * here a path is looked up in the same way by hand.
 *
 * Nothing outside the trees is ever reached: symbolic links on the way are
 * resolved in here as chroot would (an absolute target begins at the tree's
 * root, ".." ends there), and every open is openat2 with RESOLVE_BENEATH and
 * RESOLVE_NO_SYMLINKS on a path without links. Paths are relative, without
 * "." and empty parts; "" is the root.
 */

#include <stdbool.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/str.h"

enum { VIEW_LOWERS_MAX = 16 };

struct view {
	int upper_fd;
	int lower_fds[VIEW_LOWERS_MAX]; /* topmost first */
	size_t lower_count;
	char *dir_path; /* what view_dir was last asked for, as asked ... */
	char *dir_real; /* ... and resolved */
	int dir_fd;
};

#define VIEW_INIT                                                                                  \
	{                                                                                          \
		.upper_fd = -1, .dir_fd = -1                                                       \
	}

/* lowers: topmost first, NULL-ended; may be NULL. */
int view_open(const char *upper, const char *const *lowers, struct view *out, struct err *e);
void view_close(struct view *v);

/*
 * The directory `path` in upper, made there (0755, root) with its parents where it is missing.
 * Links in the path are followed. Returns a descriptor that lives until the next call; v->dir_real
 * is where it led. ERR_SPEC where a part of the path is no directory.
 */
int view_dir(struct view *v, const char *path, struct err *e);

/* As view_dir for the directory of `path`; *base is the last part, within path. */
int view_parent(struct view *v, const char *path, const char **base, struct err *e);

/* What stands at a path without links in it (the last part may be one): 1, 0 for nothing, -1. */
int view_lstat(const struct view *v, const char *path, struct stat *st, struct err *e);
int view_lstat_lower(const struct view *v, const char *path, struct stat *st, struct err *e);

/* A file's content, links followed; 0 and an unchanged *out where there is none. */
int view_read(const struct view *v, const char *path, struct str *out, size_t max_bytes,
	      struct err *e);

/* A small file in upper, new or written over, of root. No fsync: store.c syncs a layer once. */
int view_write(struct view *v, const char *path, const void *data, size_t size, mode_t mode,
	       struct err *e);

/* Opens a path without links below dir_fd; -1 and errno. */
int view_open_beneath(int dir_fd, const char *path, int flags, mode_t mode);

/* overlayfs's mark for "deleted here": a character device 0:0. */
static inline bool view_is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == 0;
}

#endif
