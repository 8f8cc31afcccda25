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
 *	/dev/shm /tmp in memory, the guest's
 *	/sys          empty but for the CPUs, read-only
 *
 * A layer belongs to ids from 0 on and is shared by all labs. Each sandbox sees it through
 * an id-mapped mount, so that its own 0 owns it; the layer itself is mounted
 * read-only and cannot be reached but through the overlay.
 *
 * One tmpfs, the scratch, holds all that the guest writes when it has no
 * upper directory on disk, and /dev, /tmp and /dev/shm in any case: its
 * size is the disk limit. It becomes the root first, and the host's tree goes;
 * the overlay is put together in it (before Linux 6.15 overlayfs takes only
 * layers that are mounted somewhere) and then stacked on top of it. So the one slow
 * step, taking the host's tree away, which waits for an RCU grace period, is done while
 * the supervisor still makes the cgroups; and what is left below the guest's root
 * is nothing but its own scratch.
 *
 * Inside the new root nothing is trusted to be a directory and not a link:
 * an upper directory may have been written by an earlier guest. Every mount
 * point is opened beneath the root without following links, and mounts
 * go onto that descriptor.
 */

#include "sandbox/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
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
#include "sandbox/mount_private.h"
#include "sandbox/tree.h"

#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif

enum {
	TTY_GID = 5, /* of Debian */
	SCRATCH_FLAGS = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
};

int mount_detach(struct err *e)
{
	struct mount_attr attr = {.propagation = 1 << 18 /* MS_PRIVATE */};

	if (syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attr, sizeof(attr)))
		return fail(e, ERR_HOST, errno, "make the mounts private");
	return 0;
}

/* Files are made as this user, with the capabilities kept: see mount_prepare. */
void mount_become(uid_t id)
{
	syscall(SYS_setfsgid, id);
	syscall(SYS_setfsuid, id);
}

/* --- the scratch ------------------------------------------------------- */

int mount_make_dirs(int dir_fd, const struct mount_dir *dirs, struct err *e)
{
	for (; dirs->name; dirs++) {
		if (mkdirat(dir_fd, dirs->name, dirs->mode))
			return fail(e, ERR_HOST, errno, "make '%s' in the sandbox's scratch",
				    dirs->name);
	}
	return 0;
}

/* Device nodes, real ones: only the host's root can make them, and it is the host's root who owns
 * this file system, so nothing needs to be bound from the host's /dev. */
int mount_make_devices(int dir_fd, struct err *e)
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

/* Without a size the kernel allows half of the machine's memory. */
int mount_new_memory(const struct plan *p, unsigned attributes, struct err *e)
{
	const bool unlimited = !p->tmpfs_size[0];
	const struct tree_setting settings[] = {{"mode", "0755"},
						{unlimited ? NULL : "size", p->tmpfs_size},
						{unlimited ? NULL : "nr_inodes", p->tmpfs_inodes},
						{0}};

	return tree_new("tmpfs", settings, attributes, e);
}

static int new_scratch(const struct plan *p, struct err *e)
{
	static const struct mount_dir hosts[] = {{"dev", 0755}, {"dev/pts", 0755}, {0}};
	static const struct mount_dir guests[] = {
	    {"upper", 0755}, {"work", 0700}, {"tmp", 01777}, {"dev/shm", 01777}, {0}};
	/* Without nodev: the views that the guest gets have it, but for /dev. */
	cleanup_fd int fd = mount_new_memory(p, MOUNT_ATTR_NOSUID, e);
	mode_t old = umask(0);

	if (fd < 0 || mount_make_dirs(fd, hosts, e) || mount_make_devices(fd, e))
		return -1;
	mount_become(p->first_id);
	int result = mount_make_dirs(fd, guests, e);

	mount_become(0);
	umask(old);
	return result ? -1 : fd_take(&fd);
}

/* --- before the user namespace is known ------------------------------------- */

int mount_open_layers(const char *const *layers, int fds[MOUNT_LAYERS_MAX], struct err *e)
{
	for (int i = 0; layers[i]; i++) {
		fds[i] = tree_clone(AT_FDCWD, layers[i], e);
		if (fds[i] < 0)
			return -1;
	}
	return 0;
}

static int open_parts_of_host(const struct plan *p, struct mount_parts *m, struct err *e)
{
	const struct sandbox_spec *s = p->spec;

	if (mount_open_layers(s->layers, m->layer_fds, e))
		return -1;
	m->upper_fd = s->upper_dir ? tree_clone(AT_FDCWD, s->upper_dir, e) : -1;
	if (s->upper_dir && m->upper_fd < 0)
		return -1;
	for (int i = 0; s->binds && s->binds[i].host_path; i++) {
		m->bind_fds[i] = tree_clone(AT_FDCWD, s->binds[i].host_path, e);
		if (m->bind_fds[i] < 0)
			return -1;
	}
	return 0;
}

/* Terminals are counted for the whole machine: each sandbox gets few of them. */
int mount_new_devpts(const struct plan *p, struct err *e)
{
	char gid[16];
	const struct tree_setting settings[] = {
	    {"ptmxmode", "0666"}, {"mode", "0620"}, {"gid", gid}, {"max", "32"}, {0}};

	snprintf(gid, sizeof(gid), "%u", p->first_id + TTY_GID);
	return tree_new("devpts", settings, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, e);
}

/* The scratch becomes "/" and the host's tree goes: both stand stacked at the same place, so "."
 * names the old one for umount. */
int mount_leave_host(int scratch_fd, struct err *e)
{
	cleanup_fd int anchor = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (tree_put(scratch_fd, anchor, "the scratch", e))
		return -1;
	if (fchdir(scratch_fd) || syscall(SYS_pivot_root, ".", ".") ||
	    syscall(SYS_umount2, ".", MNT_DETACH) || chdir("/"))
		return fail(e, ERR_HOST, errno, "leave the host's file system");
	return 0;
}

int mount_prepare(const struct plan *p, struct mount_parts *m, struct err *e)
{
	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)) /* or a change of fsuid drops them */
		return fail(e, ERR_HOST, errno, "keep capabilities over a change of user");
	if (mount_detach(e) || open_parts_of_host(p, m, e))
		return -1;
	m->scratch_fd = new_scratch(p, e);
	m->devpts_fd = mount_new_devpts(p, e);
	m->proc_fd = tree_new(
	    "proc", NULL,
	    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, e);
	if (m->scratch_fd < 0 || m->devpts_fd < 0 || m->proc_fd < 0)
		return -1;
	return mount_leave_host(m->scratch_fd, e);
}

/* --- and after ---------------------------------------------------------------- */

/* Puts a layer, or the directory of the upper one, at `name` in the scratch. */
static int put_layer(int scratch_fd, const char *name, int tree_fd, unsigned attributes,
		     int userns_fd, struct err *e)
{
	if (tree_set(tree_fd, "a layer", attributes, userns_fd, e))
		return -1;
	if (mkdirat(scratch_fd, name, 0755))
		return fail(e, ERR_HOST, errno, "make '%s' in the sandbox's scratch", name);
	cleanup_fd int target = openat(scratch_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return tree_put(tree_fd, target, "a layer", e);
}

int mount_put_layers(int scratch_fd, const char *const *layers, const int *fds, int userns_fd,
		     char lower[MOUNT_LOWER_SIZE], struct err *e)
{
	char name[16];
	size_t len = 0;

	for (int i = 0; layers[i]; i++) {
		snprintf(name, sizeof(name), "%d", i);
		if (put_layer(scratch_fd, name, fds[i], MOUNT_ATTR_RDONLY, userns_fd, e))
			return wrap(e, "layer '%s'", layers[i]);
		len += (size_t)snprintf(lower + len, MOUNT_LOWER_SIZE - len, "%s%s", i ? ":" : "",
					name);
	}
	return 0;
}

/* The current directory is above all of its parts, so its options name no path of the host. */
int mount_new_overlay(const struct plan *p, const char *lower, const char *upper, const char *work,
		      struct err *e)
{
	const struct tree_setting settings[] = {
	    {"source", "labctl"},
	    {"lowerdir", lower},
	    {"upperdir", upper},
	    {"workdir", work},
	    /* Nothing half-made is kept of a build, so that its every fsync, and dpkg makes
	     * hundreds, need not wait. */
	    {p->spec->trust == SANDBOX_BUILD ? "volatile" : NULL, NULL},
	    {0}};

	/* What the overlay itself writes (its work directory, copies) shall belong to the guest's
	 * root: to an id-mapped directory on disk, the host's root is nobody. */
	mount_become(p->first_id);
	int fd = tree_new("overlay", settings, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID, e);

	mount_become(0);
	return fd;
}

static int new_root(const struct plan *p, const struct mount_parts *m, int userns_fd, struct err *e)
{
	const struct sandbox_spec *s = p->spec;
	const char *disk = s->upper_dir;
	char lower[MOUNT_LOWER_SIZE];

	if (mount_put_layers(m->scratch_fd, s->layers, m->layer_fds, userns_fd, lower, e))
		return -1;
	if (disk && put_layer(m->scratch_fd, "disk", m->upper_fd, 0, userns_fd, e))
		return wrap(e, "upper directory '%s'", disk);
	return mount_new_overlay(p, lower, disk ? "disk/upper" : "upper",
				 disk ? "disk/work" : "work", e);
}

int mount_put_dir(int scratch_fd, const char *name, int root_fd, const char *path,
		  unsigned attributes, struct err *e)
{
	cleanup_fd int tree = tree_clone(scratch_fd, name, e);

	if (tree < 0 || (attributes && tree_set(tree, name, attributes, -1, e)))
		return -1;
	return tree_put_inside(tree, root_fd, path, true, e);
}

/* Files that tell of other users of the host. What else would be of use to an attacker, only the
 * host's root may open (kcore, timer_list, sysrq-trigger, all of /proc/sys for writing), and nobody
 * inside is that. */
int mount_mask_proc(int scratch_fd, int root_fd, struct err *e)
{
	static const char *const masked[] = {"/proc/keys", "/proc/interrupts"};

	for (size_t i = 0; i < ARRAY_SIZE(masked); i++) {
		cleanup_fd int target = tree_open_inside(root_fd, masked[i], 0);

		if (target < 0)
			continue; /* this kernel has it not */
		cleanup_fd int null = tree_clone(scratch_fd, "dev/null", e);

		if (null < 0 || tree_put(null, target, masked[i], e))
			return -1;
	}
	return 0;
}

int mount_put_binds(const struct plan *p, const int *fds, int root_fd, int userns_fd, struct err *e)
{
	const struct sandbox_bind *b = p->spec->binds;

	for (int i = 0; b && b[i].host_path; i++) {
		const unsigned attributes =
		    SCRATCH_FLAGS | (b[i].writable ? 0u : (unsigned)MOUNT_ATTR_RDONLY);
		const int tree = fds[i];
		struct stat st;

		if (fstat(tree, &st))
			return fail(e, ERR_HOST, errno, "look at '%s'", b[i].host_path);
		if (tree_set(tree, b[i].host_path, attributes, b[i].idmapped ? userns_fd : -1, e) ||
		    tree_put_inside(tree, root_fd, b[i].guest_path, S_ISDIR(st.st_mode), e))
			return wrap(e, "bind '%s'", b[i].host_path);
	}
	return 0;
}

static int put_all(const struct plan *p, const struct mount_parts *m, int root, int userns_fd,
		   struct err *e)
{
	const int scratch = m->scratch_fd;

	if (tree_put_inside(m->proc_fd, root, "/proc", true, e) ||
	    mount_mask_proc(scratch, root, e) ||
	    mount_put_dir(scratch, "dev", root, "/dev", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, e) ||
	    tree_put_inside(m->devpts_fd, root, "/dev/pts", true, e) ||
	    mount_put_dir(scratch, "tmp", root, "/tmp", SCRATCH_FLAGS, e))
		return -1;
	return mount_put_binds(p, m->bind_fds, root, userns_fd, e);
}

int mount_enter(int root_fd, struct err *e)
{
	if (fchdir(root_fd) || chroot("."))
		return fail(e, ERR_HOST, errno, "enter the sandbox's root");
	return 0;
}

int mount_build(const struct plan *p, const struct mount_parts *m, int userns_fd, struct err *e)
{
	cleanup_fd int root = new_root(p, m, userns_fd, e);

	if (root < 0 || tree_put(root, m->scratch_fd, "the root", e))
		return -1;
	/* Mount points that are missing are made in the upper directory: as the guest's root. */
	mount_become(p->first_id);
	int result = put_all(p, m, root, userns_fd, e);

	mount_become(0);
	return result ? -1 : mount_enter(root, e);
}
