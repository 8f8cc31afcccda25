/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"

/* glibc 2.36 has these functions, but its <sys/mount.h> collides with <linux/mount.h>. */
static int sys_fsopen(const char *type)
{
	return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

static int sys_fsconfig(int fs_fd, unsigned command, const char *key, const char *value)
{
	return (int)syscall(SYS_fsconfig, fs_fd, command, key, value, 0);
}

static int sys_open_tree(int dir_fd, const char *path, unsigned flags)
{
	return (int)syscall(SYS_open_tree, dir_fd, path, flags | OPEN_TREE_CLOEXEC);
}

static int sys_mount_setattr(int dir_fd, const char *path, unsigned flags, struct mount_attr *attr)
{
	return (int)syscall(SYS_mount_setattr, dir_fd, path, flags, attr, sizeof(*attr));
}

static int sys_move_mount(int from_fd, int to_fd)
{
	return (int)syscall(SYS_move_mount, from_fd, "", to_fd, "",
			    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

/* The kernel explains a refused option in a text behind the descriptor. */
static int fail_fs(int fs_fd, const char *type, struct err *e)
{
	int sys = errno;
	char text[256];
	ssize_t n = fs_fd < 0 ? 0 : read(fs_fd, text, sizeof(text) - 1);

	if (n <= 0)
		return fail(e, ERR_HOST, sys, "mount a %s for the sandbox", type);
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return fail(e, ERR_HOST, sys, "mount a %s for the sandbox (the kernel says: %s)", type,
		    text);
}

/* A new file system, mounted nowhere yet. */
int tree_new(const char *type, const struct tree_setting *settings, unsigned attributes,
	     struct err *e)
{
	cleanup_fd int fs_fd = sys_fsopen(type);

	if (fs_fd < 0)
		return fail_fs(-1, type, e);
	for (; settings && settings->key; settings++) {
		unsigned command = settings->value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;

		if (sys_fsconfig(fs_fd, command, settings->key, settings->value))
			return fail_fs(fs_fd, type, e);
	}
	if (sys_fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL))
		return fail_fs(fs_fd, type, e);
	int fd = (int)syscall(SYS_fsmount, fs_fd, FSMOUNT_CLOEXEC, attributes);

	return fd < 0 ? fail_fs(fs_fd, type, e) : fd;
}

/* A second view of a tree, not yet anywhere. */
int tree_clone(int dir_fd, const char *path, struct err *e)
{
	int fd = sys_open_tree(dir_fd, path, OPEN_TREE_CLONE);

	return fd < 0 ? fail(e, ERR_HOST, errno, "open '%s' for the sandbox", path) : fd;
}

/* The same with all that is mounted in it. */
int tree_clone_all(int dir_fd, const char *path, struct err *e)
{
	int fd = sys_open_tree(dir_fd, path, OPEN_TREE_CLONE | AT_RECURSIVE);

	return fd < 0 ? fail(e, ERR_HOST, errno, "open '%s' for the sandbox", path) : fd;
}

/* Gives such a view attributes; with userns_fd >= 0 its ids are mapped. */
int tree_set(int tree_fd, const char *what, unsigned attributes, int userns_fd, struct err *e)
{
	struct mount_attr attr = {.attr_set = attributes, .propagation = 1 << 18 /* MS_PRIVATE */};

	if (userns_fd >= 0) {
		attr.attr_set |= MOUNT_ATTR_IDMAP;
		attr.userns_fd = (uint64_t)userns_fd;
	}
	if (!sys_mount_setattr(tree_fd, "", AT_EMPTY_PATH, &attr))
		return 0;
	fail(e, ERR_HOST, errno, "map the user ids of '%s'", what);
	if (e->sys == EINVAL && userns_fd >= 0)
		hint(e,
		     "its file system cannot map ids; keep labctl's files (LABCTL_ROOT) on ext4, "
		     "xfs or btrfs");
	return -1;
}

int tree_put(int mount_fd, int target_fd, const char *what, struct err *e)
{
	if (sys_move_mount(mount_fd, target_fd))
		return fail(e, ERR_HOST, errno, "mount %s in the sandbox", what);
	return 0;
}

/* Opens a path of the new root without following any link. */
int tree_open_inside(int root_fd, const char *path, int flags)
{
	struct open_how how = {
	    .flags = (uint64_t)(O_PATH | O_CLOEXEC | flags),
	    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, root_fd, path, &how, sizeof(how));
}

/* The same, and makes the directories (or, last, an empty file) that are missing. */
static int tree_make_inside(int root_fd, const char *path, bool directory, struct err *e)
{
	cleanup_fd int dir = tree_open_inside(root_fd, "/", O_DIRECTORY);
	char name[NAME_MAX + 1];

	for (const char *p = path + strspn(path, "/"); *p && dir >= 0;) {
		size_t len = strcspn(p, "/");
		bool last = !p[len + strspn(p + len, "/")];

		snprintf(name, sizeof(name), "%.*s", (int)len, p);
		if (!last || directory)
			mkdirat(dir, name, 0755);
		else
			mknodat(dir, name, S_IFREG | 0644, 0);
		int next = tree_open_inside(dir, name, !last || directory ? O_DIRECTORY : 0);

		fd_close(&dir);
		dir = next;
		p += len + strspn(p + len, "/");
	}
	if (dir < 0)
		return fail(e, ERR_HOST, errno, "make the mount point '%s' inside the sandbox",
			    path);
	return fd_take(&dir);
}

int tree_put_inside(int mount_fd, int root_fd, const char *path, bool directory, struct err *e)
{
	cleanup_fd int target = tree_open_inside(root_fd, path, directory ? O_DIRECTORY : 0);

	if (target < 0 && errno == ENOENT)
		target = tree_make_inside(root_fd, path, directory, e);
	else if (target < 0)
		return fail(e, ERR_HOST, errno,
			    "the mount point '%s' inside the sandbox is a link or no directory",
			    path);
	return target < 0 ? -1 : tree_put(mount_fd, target, path, e);
}
