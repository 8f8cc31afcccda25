/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/mount.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/str.h"
#include "sandbox/tree.h"

enum { UNMOUNT_DETACH = 2, UNMOUNT_NOFOLLOW = 8, LOOP_ATTEMPTS = 64 };

static const int64_t MKFS_NS = 60 * NS_PER_S;
static const int64_t IDLE_NS = 200 * NS_PER_MS;

bool disk_is_offered(const char **why)
{
	*why = access("/dev/loop-control", R_OK | W_OK) ? "no loop devices: modprobe loop"
	       : !proc_have("mke2fs")                   ? "no mke2fs: apt-get install e2fsprogs"
							: NULL;
	return !*why;
}

/* ---- making ---- */

/* Nothing is written that a sparse file has already; 256-byte inodes, for times in nanoseconds. */
static int make_file_system(const char *path, int64_t bytes, struct err *e)
{
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	static const char settings[] = "lazy_itable_init=0,assume_storage_prezeroed=1,nodiscard";
	const char *const argv[] = {"mke2fs",
				    "-q",
				    "-F",
				    "-t",
				    "ext4",
				    "-b",
				    "4096",
				    "-I",
				    "256",
				    "-m",
				    "0",
				    "-O",
				    "^has_journal,^resize_inode",
				    "-E",
				    settings,
				    path,
				    NULL};
	cleanup_fd int fd = fd_open_at(AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC, 0600, e);

	if (fd < 0)
		return -1;
	if (ftruncate(fd, bytes))
		return fail(e, ERR_HOST, errno, "make '%s'", path);
	return proc_must(argv, NULL, 0, MKFS_NS, ERR_HOST, &r, e);
}

static int ensure_template(const char *dir, const char *path, int64_t bytes, struct err *e)
{
	cleanup_free char *lock = xasprintf("%s.lock", path);
	cleanup_free char *temporary = xasprintf("%s.tmp", path);

	if (path_exists(path))
		return 0;
	if (path_mkdirs(dir, 0700, e))
		return -1;
	cleanup_fd int lock_fd = fd_lock_at(AT_FDCWD, lock, LOCK_EX, NULL, NULL, e);

	if (lock_fd < 0)
		return -1;
	if (path_exists(path))
		return 0;
	if (make_file_system(temporary, bytes, e)) {
		unlink(temporary);
		return wrap(e, "make a file system of the disk limit's size");
	}
	if (rename(temporary, path))
		return fail(e, ERR_HOST, errno, "make '%s'", path);
	unlink(lock); /* nobody will make it again */
	return 0;
}

static int copy_stretch(int from_fd, int to_fd, off_t at, off_t end)
{
	off_t to = at;

	while (at < end) {
		ssize_t n = copy_file_range(from_fd, &at, to_fd, &to, (size_t)(end - at), 0);

		if (n <= 0)
			return -1;
	}
	return 0;
}

/* The two megabytes of it that are not holes; or, where the file system can, by reference. */
static int copy_sparse(int from_fd, int to_fd, off_t size)
{
	if (ioctl(to_fd, FICLONE, from_fd) == 0)
		return 0;
	if (ftruncate(to_fd, size))
		return -1;
	for (off_t at = 0, end; at < size; at = end) {
		at = lseek(from_fd, at, SEEK_DATA);
		if (at < 0)
			return errno == ENXIO ? 0 : -1;
		end = lseek(from_fd, at, SEEK_HOLE);
		if (end < 0 || copy_stretch(from_fd, to_fd, at, end))
			return -1;
	}
	return 0;
}

int disk_make(const char *templates_dir, const char *image, int64_t bytes, struct err *e)
{
	cleanup_free char *path = xasprintf("%s/%lld.ext4", templates_dir, (long long)bytes);

	if (ensure_template(templates_dir, path, bytes, e))
		return -1;
	cleanup_fd int from_fd = fd_open_at(AT_FDCWD, path, O_RDONLY, 0, e);
	cleanup_fd int to_fd =
	    from_fd < 0 ? -1 : fd_open_at(AT_FDCWD, image, O_WRONLY | O_CREAT | O_EXCL, 0600, e);

	if (from_fd < 0 || to_fd < 0)
		return -1;
	if (copy_sparse(from_fd, to_fd, (off_t)bytes))
		return fail(e, ERR_HOST, errno, "copy '%s' to '%s'", path, image);
	return 0;
}

/* ---- attaching ---- */

/* A free loop device on the file; others may take the one that was free a moment ago. */
static int open_loop(int image_fd, char path[32], struct err *e)
{
	const struct loop_config config = {.fd = (uint32_t)image_fd,
					   .info.lo_flags = LO_FLAGS_AUTOCLEAR};
	cleanup_fd int control = fd_open_at(AT_FDCWD, "/dev/loop-control", O_RDWR, 0, e);

	if (control < 0)
		return -1;
	for (int i = 0; i < LOOP_ATTEMPTS; i++) {
		const int number = ioctl(control, LOOP_CTL_GET_FREE);

		if (number < 0)
			return fail(e, ERR_HOST, errno, "find a free loop device");
		snprintf(path, 32, "/dev/loop%d", number);
		cleanup_fd int fd = fd_open_at(AT_FDCWD, path, O_RDWR, 0, e);

		if (fd < 0)
			return -1;
		if (ioctl(fd, LOOP_CONFIGURE, &config) == 0)
			return fd_take(&fd);
		if (errno != EBUSY)
			return fail(e, ERR_HOST, errno, "attach '%s'", path);
	}
	return fail(e, ERR_HOST, EBUSY, "find a free loop device");
}

int disk_attach(const char *image, const char *dir, struct err *e)
{
	char device[32];
	cleanup_fd int image_fd = fd_open_at(AT_FDCWD, image, O_RDWR, 0, e);
	cleanup_fd int target_fd =
	    image_fd < 0 ? -1 : fd_open_at(AT_FDCWD, dir, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, e);
	/* Open until it is mounted, for with the last user it goes. */
	cleanup_fd int loop_fd = target_fd < 0 ? -1 : open_loop(image_fd, device, e);

	if (loop_fd < 0)
		return wrap(e, "attach the disk '%s'", image);
	const struct tree_setting settings[] = {{"source", device}, {0}};
	cleanup_fd int tree_fd = tree_new(
	    "ext4", settings, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOATIME, e);

	if (tree_fd < 0 || tree_put(tree_fd, target_fd, dir, e))
		return wrap(e, "attach the disk '%s'", image);
	return 0;
}

int disk_detach(const char *dir, struct err *e)
{
	/* Once for each time that it was mounted there. */
	while (!syscall(SYS_umount2, dir, UNMOUNT_NOFOLLOW) ||
	       (errno == EBUSY && !syscall(SYS_umount2, dir, UNMOUNT_NOFOLLOW | UNMOUNT_DETACH)))
		;
	if (errno == EINVAL || errno == ENOENT)
		return 0;
	return fail(e, ERR_HOST, errno, "unmount '%s'", dir);
}

/* Is the device attached to the file? */
static bool has_image(int dev_fd, const char *name, const struct stat *image)
{
	cleanup_fd int fd = openat(dev_fd, name, O_RDONLY | O_CLOEXEC);
	struct loop_info64 info;

	return fd >= 0 && !ioctl(fd, LOOP_GET_STATUS64, &info) && info.lo_inode == image->st_ino &&
	       info.lo_device == image->st_dev;
}

static bool is_attached(const struct stat *image)
{
	DIR *dir = opendir("/dev");
	const struct dirent *entry;
	bool found = !dir; /* unknown: do not touch it */

	while (dir && !found && (entry = readdir(dir)))
		found = str_starts(entry->d_name, "loop") && entry->d_type == DT_BLK &&
			has_image(dirfd(dir), entry->d_name, image);
	if (dir)
		closedir(dir);
	return found;
}

bool disk_is_idle(const char *image)
{
	const int64_t give_up = clock_now_ns() + IDLE_NS;
	const struct timespec pause = {.tv_nsec = NS_PER_MS};
	struct stat st;

	if (stat(image, &st))
		return false;
	while (is_attached(&st)) {
		if (clock_now_ns() > give_up)
			return false;
		ppoll(NULL, 0, &pause, NULL);
	}
	return true;
}

/* ---- its space ---- */

void disk_trim(const char *dir)
{
	struct fstrim_range all = {.len = UINT64_MAX};
	cleanup_fd int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		ioctl(fd, FITRIM, &all); /* where it cannot, the file stays as large as it is */
}

int disk_space(const char *dir, struct disk_space *out, struct err *e)
{
	struct statvfs st;

	if (statvfs(dir, &st))
		return fail(e, ERR_HOST, errno, "look at the disk of '%s'", dir);
	const int64_t block = (int64_t)st.f_frsize;

	out->size_bytes = block * (int64_t)st.f_blocks;
	out->used_bytes = block * (int64_t)(st.f_blocks - st.f_bfree);
	out->full = st.f_bavail < st.f_blocks / 64 || (st.f_files && !st.f_favail);
	return 0;
}
