/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_TREE_H
#define LABCTL_SANDBOX_TREE_H

/*
 * The kernel's mount calls of 2019, with our errors. A tree is a descriptor of a mount, which need
 * not be mounted anywhere yet. Attributes are MOUNT_ATTR_* of <linux/mount.h>. For mount.c; safe
 * after fork.
 */

#include <stdbool.h>

#include "base/err.h"

struct tree_setting {
	const char *key, *value; /* value NULL: a flag */
};

/* A new file system. */
int tree_new(const char *type, const struct tree_setting *settings, unsigned attributes,
	     struct err *e);

/* A second view of an existing tree. */
int tree_clone(int dir_fd, const char *path, struct err *e);

int tree_clone_all(int dir_fd, const char *path, struct err *e); /* with what is mounted in it */

/* Gives such a view attributes, and keeps what is mounted in it later to itself; with userns_fd >=
 * 0 its ids are mapped. */
int tree_set(int tree_fd, const char *what, unsigned attributes, int userns_fd, struct err *e);

/* Mounts a tree on the directory or file target_fd. */
int tree_put(int tree_fd, int target_fd, const char *what, struct err *e);

/* Opens a path of the tree root_fd without following any link, and without leaving it. */
int tree_open_inside(int root_fd, const char *path, int flags);

/* Mounts a tree there, and makes the directories (or, last, an empty file) that are missing. */
int tree_put_inside(int tree_fd, int root_fd, const char *path, bool directory, struct err *e);

#endif
