/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The file system of guests that follow one another on a stage: what mount.c makes for one, in two
 * parts. The stage's root is a small file system in memory that nobody writes to any more:
 *
 *	0 1 2 ...	the image's layers, ids mapped, read-only
 *	proc		of the stage's pid namespace, its telling files masked, read-only
 *	dev		the devices, read-only (a time stamp would be a message)
 *	scratch		empty: where each guest's own memory is mounted
 *
 * A guest's first process is born into a copy of that mount namespace. There it mounts a new
 * scratch and an overlay of its own, stacks the overlay on the root, as mount.c does, and puts
 *views of proc and dev inside. So all that a guest can write to began with it, and its mounts are
 *gone with its namespace; in the stage's own nothing ever changes.
 *
 * pid 1, which is the stage's and goes on, is not to be seen in proc (hidepid): there is what
 *earlier guests used, for a parent is told that of its children.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "sandbox/stage_private.h"
#include "sandbox/tree.h"

enum {
	PROC_FLAGS = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
	DEV_FLAGS = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
};

static int put_at(int tree_fd, int root_fd, const char *name, struct err *e)
{
	cleanup_fd int target = openat(root_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return tree_put(tree_fd, target, name, e);
}

/* Guests shall not tell by their pids how many came before them. The file is opened in a view that
 * is not read-only and is mounted nowhere. */
static int open_last_pid(int proc_fd)
{
	struct err ignored;
	cleanup_fd int view = tree_clone(proc_fd, ".", &ignored);

	return view < 0 ? -1 : openat(view, "sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
}

static int put_proc(int root_fd, struct stage_mounts *m, struct err *e)
{
	const struct tree_setting settings[] = {{"hidepid", "2"}, {0}};
	cleanup_fd int proc = tree_new("proc", settings, 0, e);

	if (proc < 0)
		return -1;
	m->last_pid_fd = open_last_pid(proc);
	if (tree_set(proc, "proc", PROC_FLAGS, -1, e) || put_at(proc, root_fd, "proc", e))
		return -1;
	return mount_mask_proc(root_fd, root_fd, e);
}

static int put_dev(int root_fd, struct err *e)
{
	cleanup_fd int dev = tree_clone(root_fd, "dev", e);

	return dev < 0 || tree_set(dev, "dev", DEV_FLAGS, -1, e) || put_at(dev, root_fd, "dev", e);
}

static int new_root(struct err *e)
{
	static const struct mount_dir dirs[] = {{"dev", 0755},     {"dev/pts", 0755},
						{"dev/shm", 0755}, {"proc", 0755},
						{"scratch", 0755}, {0}};
	const struct tree_setting settings[] = {{"mode", "0755"}, {0}};
	cleanup_fd int fd = tree_new("tmpfs", settings, MOUNT_ATTR_NOSUID, e);

	if (fd < 0 || mount_make_dirs(fd, dirs, e) || mount_make_devices(fd, e))
		return -1;
	return fd_take(&fd);
}

int stage_mount_prepare(const struct stage_plan *p, struct stage_mounts *m, struct err *e)
{
	static int layer_fds[MOUNT_LAYERS_MAX];

	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP))
		return fail(e, ERR_HOST, errno, "keep capabilities over a change of user");
	if (mount_detach(e) || mount_open_layers(p->layers, layer_fds, e))
		return -1;
	const mode_t old = umask(0);
	cleanup_fd int root = new_root(e);

	umask(old);
	if (root < 0 || mount_leave_host(root, e) ||
	    mount_put_layers(root, p->layers, layer_fds, p->users_fd, m->lower, e) ||
	    put_proc(root, m, e))
		return -1;
	return put_dev(root, e);
}

int stage_mount_scratch(const struct plan *p, struct err *e)
{
	static const struct mount_dir dirs[] = {
	    {"upper", 0755}, {"work", 0700}, {"tmp", 01777}, {"shm", 01777}, {0}};
	cleanup_fd int fd = mount_new_memory(p, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, e);

	if (fd < 0)
		return -1;
	const mode_t old = umask(0);

	mount_become(p->first_id);
	int result = mount_make_dirs(fd, dirs, e);

	mount_become(0);
	umask(old);
	return result ? -1 : fd_take(&fd);
}

static int put_copy(int root_fd, const char *name, struct err *e)
{
	cleanup_fd int tree = tree_clone_all(AT_FDCWD, name, e);

	return tree < 0 ? -1 : tree_put_inside(tree, root_fd, name, true, e);
}

static int put_all(const struct plan *p, int scratch_fd, const int *bind_fds, int users_fd,
		   int root_fd, struct err *e)
{
	cleanup_fd int devpts = mount_new_devpts(p, e);

	if (devpts < 0 || put_copy(root_fd, "proc", e) || put_copy(root_fd, "dev", e) ||
	    tree_put_inside(devpts, root_fd, "/dev/pts", true, e) ||
	    mount_put_dir(scratch_fd, "shm", root_fd, "/dev/shm", 0, e) ||
	    mount_put_dir(scratch_fd, "tmp", root_fd, "/tmp", 0, e))
		return -1;
	return mount_put_binds(p, bind_fds, root_fd, users_fd, e);
}

int stage_mount_build(const struct plan *p, const struct stage_mounts *m, int scratch_fd,
		      const int *bind_fds, int users_fd, struct err *e)
{
	cleanup_fd int stage = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (put_at(scratch_fd, stage, "scratch", e))
		return -1;
	cleanup_fd int root = mount_new_overlay(p, m->lower, "scratch/upper", "scratch/work", e);

	if (root < 0 || tree_put(root, stage, "the root", e))
		return -1;
	mount_become(p->first_id);
	int result = put_all(p, scratch_fd, bind_fds, users_fd, root, e);

	mount_become(0);
	return result ? -1 : mount_enter(root, e);
}
