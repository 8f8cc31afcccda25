/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The guest's file system.
 *
 * Everything here is made by the host's root in a mount namespace that the
 * host's root owns, before init gives that identity up. So no user id of the
 * guest owns a mount, /proc/sys, a device node or the sysfs, and capabilities
 * inside the guest's user namespace have no power over any of them.
 *
 *	/             overlay: the image's layers below, the guest's writes above
 *	/proc         of its own pid namespace, read-only, with the telling files masked
 *	/dev          null zero full random urandom tty, pts of its own; nothing else
 *	/dev/shm /tmp in memory
 *	/sys          empty but for the CPUs, read-only
 *
 * A layer belongs to ids from 0 on and is shared by all labs. Each sandbox sees it through
 * an id-mapped mount, so that its own 0 owns it; the layer itself is mounted
 * read-only and cannot be reached but through the overlay.
 *
 * One tmpfs, the scratch, holds all that the guest writes when it has no
 * upper directory on disk, and /dev, /tmp and /dev/shm in any case: its
 * size is the disk limit. It first serves as the place where the parts are put
 * together (overlayfs before Linux 6.15 takes only layers that are mounted
 * somewhere); its mount goes away with the host's, by pivot_root.
 *
 * Inside the new root nothing is trusted to be a directory and not a link:
 * an upper directory may have been written by an earlier guest. Every mount
 * point is opened beneath the root without following links, and mounts
 * go onto that descriptor.
 */

#include "sandbox/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif

enum {
	TTY_GID = 5, /* of Debian */
	SCRATCH_FLAGS = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
};

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

int mount_detach_from_host(struct err *e)
{
	struct mount_attr attr = {.propagation = 1 << 18 /* MS_PRIVATE */};

	if (sys_mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr))
		return fail(e, ERR_HOST, errno, "make the mounts private");
	return 0;
}

struct setting {
	const char *key, *value; /* value NULL: a flag */
};

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
static int new_fs(const char *type, const struct setting *settings, unsigned attributes,
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

/* A second view of a tree, not yet anywhere. With userns_fd >= 0 its ids are mapped. */
static int clone_tree(int dir_fd, const char *path, unsigned attributes, int userns_fd,
		      struct err *e)
{
	cleanup_fd int fd =
	    sys_open_tree(dir_fd, path, OPEN_TREE_CLONE | (*path ? 0 : AT_EMPTY_PATH));
	struct mount_attr attr = {.attr_set = attributes};

	if (fd < 0)
		return fail(e, ERR_HOST, errno, "open '%s' for the sandbox", path);
	if (userns_fd >= 0) {
		attr.attr_set |= MOUNT_ATTR_IDMAP;
		attr.userns_fd = (uint64_t)userns_fd;
	}
	if (!attr.attr_set || !sys_mount_setattr(fd, "", AT_EMPTY_PATH, &attr))
		return fd_take(&fd);
	fail(e, ERR_HOST, errno, "map the user ids of '%s'", path);
	if (e->sys == EINVAL && userns_fd >= 0)
		hint(e,
		     "its file system cannot map ids; keep labctl's files (LABCTL_ROOT) on ext4, "
		     "xfs or btrfs");
	return -1;
}

static int put(int mount_fd, int target_fd, const char *what, struct err *e)
{
	if (sys_move_mount(mount_fd, target_fd))
		return fail(e, ERR_HOST, errno, "mount %s in the sandbox", what);
	return 0;
}

/* Opens a path of the new root without following any link. */
static int open_inside(int root_fd, const char *path, int flags)
{
	struct open_how how = {
	    .flags = (uint64_t)(O_PATH | O_CLOEXEC | flags),
	    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, root_fd, path, &how, sizeof(how));
}

/* The same, and makes the directories (or, last, an empty file) that are missing. */
static int make_inside(int root_fd, const char *path, bool directory, struct err *e)
{
	cleanup_fd int dir = open_inside(root_fd, "/", O_DIRECTORY);
	char name[NAME_MAX + 1];

	for (const char *p = path + strspn(path, "/"); *p && dir >= 0;) {
		size_t len = strcspn(p, "/");
		bool last = !p[len + strspn(p + len, "/")];

		snprintf(name, sizeof(name), "%.*s", (int)len, p);
		if (!last || directory)
			mkdirat(dir, name, 0755);
		else
			mknodat(dir, name, S_IFREG | 0644, 0);
		int next = open_inside(dir, name, !last || directory ? O_DIRECTORY : 0);

		fd_close(&dir);
		dir = next;
		p += len + strspn(p + len, "/");
	}
	if (dir < 0)
		return fail(e, ERR_HOST, errno, "make the mount point '%s' inside the sandbox",
			    path);
	return fd_take(&dir);
}

static int put_inside(int mount_fd, int root_fd, const char *path, bool directory, struct err *e)
{
	cleanup_fd int target = open_inside(root_fd, path, directory ? O_DIRECTORY : 0);

	if (target < 0 && errno == ENOENT)
		target = make_inside(root_fd, path, directory, e);
	else if (target < 0)
		return fail(e, ERR_HOST, errno,
			    "the mount point '%s' inside the sandbox is a link or no directory",
			    path);
	return target < 0 ? -1 : put(mount_fd, target, path, e);
}

/* Files are made as this user, with the capabilities kept. */
static void become_for_files(uid_t id)
{
	prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP);
	syscall(SYS_setfsgid, id);
	syscall(SYS_setfsuid, id);
}

/* --- the scratch ------------------------------------------------------- */

struct entry {
	const char *name;
	mode_t mode;
};

static int make_dirs(int dir_fd, const struct entry *dirs, size_t count, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		if (mkdirat(dir_fd, dirs[i].name, dirs[i].mode))
			return fail(e, ERR_HOST, errno, "make '%s' in the sandbox's scratch",
				    dirs[i].name);
	}
	return 0;
}

/* Device nodes, real ones: only the host's root can make them, and it is the host's root who owns
 * this file system, so nothing needs to be bound from the host's /dev. */
static int make_devices(int dir_fd, struct err *e)
{
	static const struct {
		const char *name;
		unsigned major, minor;
	} nodes[] = {{"dev/null", 1, 3},   {"dev/zero", 1, 5},    {"dev/full", 1, 7},
		     {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};
	static const struct {
		const char *name, *target;
	} links[] = {{"dev/fd", "/proc/self/fd"},
		     {"dev/stdin", "/proc/self/fd/0"},
		     {"dev/stdout", "/proc/self/fd/1"},
		     {"dev/stderr", "/proc/self/fd/2"},
		     {"dev/ptmx", "pts/ptmx"}};

	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
		if (mknodat(dir_fd, nodes[i].name, S_IFCHR | 0666,
			    makedev(nodes[i].major, nodes[i].minor)))
			return fail(e, ERR_HOST, errno, "make the sandbox's /%s", nodes[i].name);
	}
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		if (symlinkat(links[i].target, dir_fd, links[i].name))
			return fail(e, ERR_HOST, errno, "make the sandbox's /%s", links[i].name);
	}
	return 0;
}

int mount_new_scratch(const struct plan *p, struct err *e)
{
	/* Without a size the kernel allows half of the machine's memory. */
	const struct setting settings[] = {
	    {"mode", "0755"}, {p->tmpfs_size[0] ? "size" : NULL, p->tmpfs_size}, {0}};
	static const struct entry hosts[] = {
	    {"dev", 0755}, {"dev/pts", 0755}, {"dev/shm", 0755}, {"root", 0755}};
	static const struct entry guests[] = {
	    {"upper", 0755}, {"work", 0700}, {"tmp", 01777}, {"shm", 01777}};
	/* Without nodev: the views that the guest gets have it, but for /dev. */
	cleanup_fd int fd = new_fs("tmpfs", settings, MOUNT_ATTR_NOSUID, e);
	mode_t old = umask(0);

	if (fd < 0 || make_dirs(fd, hosts, ARRAY_SIZE(hosts), e) || make_devices(fd, e))
		return -1;
	become_for_files(p->first_id);
	int result = make_dirs(fd, guests, ARRAY_SIZE(guests), e);

	become_for_files(0);
	umask(old);
	return result ? -1 : fd_take(&fd);
}

/* --- the root ---------------------------------------------------------- */

/* Puts a layer, or the directory of the upper one, at `name` in the scratch. */
static int put_layer(int scratch_fd, const char *name, const char *path, unsigned attributes,
		     int userns_fd, struct err *e)
{
	cleanup_fd int tree = clone_tree(AT_FDCWD, path, attributes, userns_fd, e);

	if (tree < 0)
		return -1;
	if (mkdirat(scratch_fd, name, 0755))
		return fail(e, ERR_HOST, errno, "make '%s' in the sandbox's scratch", name);
	cleanup_fd int target = openat(scratch_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return put(tree, target, "a layer", e);
}

/* The overlay; the scratch is the current directory, so its options name no path of the host. */
static int make_root(const struct plan *p, int scratch_fd, int userns_fd, struct err *e)
{
	const struct sandbox_spec *s = p->spec;
	char lower[256] = "", name[16];
	size_t len = 0;

	for (int i = 0; s->layers[i]; i++) {
		snprintf(name, sizeof(name), "%d", i);
		if (put_layer(scratch_fd, name, s->layers[i], MOUNT_ATTR_RDONLY, userns_fd, e))
			return -1;
		len +=
		    (size_t)snprintf(lower + len, sizeof(lower) - len, "%s%s", i ? ":" : "", name);
		if (len >= sizeof(lower))
			return fail(e, ERR_SPEC, 0, "an image of more than %d layers", i);
	}
	if (s->upper_dir && put_layer(scratch_fd, "disk", s->upper_dir, 0, userns_fd, e))
		return -1;
	const struct setting settings[] = {
	    {"source", "labctl"},
	    {"lowerdir", lower},
	    {"upperdir", s->upper_dir ? "disk/upper" : "upper"},
	    {"workdir", s->upper_dir ? "disk/work" : "work"},
	    /* Nothing half-made is kept of a build, so that its every
	     * fsync, and dpkg makes hundreds, need not wait. */
	    {s->trust == SANDBOX_BUILD ? "volatile" : NULL, NULL},
	    {0}};

	/* What the overlay itself writes (its work directory, copies) shall belong to the guest's
	 * root: to an id-mapped directory on disk, the host's root is nobody. */
	become_for_files(p->first_id);
	int fd = new_fs("overlay", settings, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID, e);

	become_for_files(0);
	return fd;
}

static int put_scratch_dir(int scratch_fd, const char *name, int root_fd, const char *path,
			   unsigned attributes, struct err *e)
{
	cleanup_fd int tree = clone_tree(scratch_fd, name, attributes, -1, e);

	return tree < 0 ? -1 : put_inside(tree, root_fd, path, true, e);
}

static int put_devpts(const struct plan *p, int root_fd, struct err *e)
{
	char gid[16];
	const struct setting settings[] = {
	    {"ptmxmode", "0666"}, {"mode", "0620"}, {"gid", gid}, {0}};

	snprintf(gid, sizeof(gid), "%u", p->first_id + TTY_GID);
	cleanup_fd int fd = new_fs("devpts", settings, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, e);

	return fd < 0 ? -1 : put_inside(fd, root_fd, "/dev/pts", true, e);
}

/* Files that tell of other users of the host. What else would be of use to an attacker, only the
 * host's root may open (kcore, timer_list, sysrq-trigger, all of /proc/sys for writing), and nobody
 * inside is that. */
static int mask_proc(int scratch_fd, int root_fd, struct err *e)
{
	static const char *const masked[] = {"/proc/keys", "/proc/interrupts"};

	for (size_t i = 0; i < ARRAY_SIZE(masked); i++) {
		cleanup_fd int target = open_inside(root_fd, masked[i], 0);

		if (target < 0)
			continue; /* this kernel has it not */
		cleanup_fd int null = clone_tree(scratch_fd, "dev/null", 0, -1, e);

		if (null < 0 || put(null, target, masked[i], e))
			return -1;
	}
	return 0;
}

static int put_proc(int scratch_fd, int root_fd, struct err *e)
{
	cleanup_fd int fd =
	    new_fs("proc", NULL,
		   MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, e);

	if (fd < 0 || put_inside(fd, root_fd, "/proc", true, e))
		return -1;
	return mask_proc(scratch_fd, root_fd, e);
}

static int put_binds(const struct plan *p, int root_fd, int userns_fd, struct err *e)
{
	for (const struct sandbox_bind *b = p->spec->binds; b && b->host_path; b++) {
		unsigned attributes =
		    SCRATCH_FLAGS | (b->writable ? 0u : (unsigned)MOUNT_ATTR_RDONLY);
		cleanup_fd int tree =
		    clone_tree(AT_FDCWD, b->host_path, attributes, b->idmapped ? userns_fd : -1, e);
		struct stat st;

		if (tree < 0)
			return -1;
		if (fstat(tree, &st))
			return fail(e, ERR_HOST, errno, "look at '%s'", b->host_path);
		if (put_inside(tree, root_fd, b->guest_path, S_ISDIR(st.st_mode), e))
			return wrap(e, "bind '%s'", b->host_path);
	}
	return 0;
}

/* The new root becomes "/" and the host's tree goes: both stand stacked at the same place, so "."
 * names the old one for umount. */
static int enter_root(int root_fd, struct err *e)
{
	if (fchdir(root_fd) || syscall(SYS_pivot_root, ".", ".") ||
	    syscall(SYS_umount2, ".", MNT_DETACH) || chdir("/"))
		return fail(e, ERR_HOST, errno, "make the sandbox's tree the root");
	return 0;
}

int mount_build(const struct plan *p, int scratch_fd, int userns_fd, struct err *e)
{
	cleanup_fd int anchor = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (put(scratch_fd, anchor, "the scratch", e))
		return -1;
	if (fchdir(scratch_fd))
		return fail(e, ERR_HOST, errno, "enter the scratch");
	cleanup_fd int root = make_root(p, scratch_fd, userns_fd, e);
	cleanup_fd int place = openat(scratch_fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root < 0 || put(root, place, "the root", e))
		return -1;
	/* Mount points that are missing are made in the upper directory: as the guest's root. */
	become_for_files(p->first_id);
	if (put_proc(scratch_fd, root, e) ||
	    put_scratch_dir(scratch_fd, "dev", root, "/dev", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
			    e) ||
	    put_devpts(p, root, e) ||
	    put_scratch_dir(scratch_fd, "shm", root, "/dev/shm", SCRATCH_FLAGS, e) ||
	    put_scratch_dir(scratch_fd, "tmp", root, "/tmp", SCRATCH_FLAGS, e) ||
	    put_binds(p, root, userns_fd, e))
		return -1;
	become_for_files(0);
	return enter_root(root, e);
}
