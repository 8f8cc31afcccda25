/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/precopy.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

/* Layers and upper directories were written by guests: no link in them is followed. */
static int open_beneath(int dir_fd, const char *path, int flags)
{
	struct open_how how = {
	    .flags = (uint64_t)(flags | O_CLOEXEC),
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, dir_fd, path, &how, sizeof(how));
}

/* From the topmost layer that has it; a whiteout (a device 0:0) there means that none has. */
static int open_in_layers(const struct strv *layers, const char *path, int flags)
{
	for (size_t i = 0; i < layers->len; i++) {
		cleanup_fd int layer = open(layers->items[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
		cleanup_fd int found =
		    layer < 0 ? -1 : open_beneath(layer, path, O_PATH | O_NOFOLLOW);
		struct stat st;

		if (found < 0 || fstat(found, &st))
			continue;
		if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
			return open_beneath(layer, path, flags);
		break;
	}
	errno = ENOENT;
	return -1;
}

/* ---- learning ---- */

int precopy_learn(const char *upper_dir, const struct strv *layers, struct strv *paths,
		  struct err *e)
{
	char *const roots[] = {(char *)upper_dir, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const FTSENT *entry;

	if (!tree)
		return fail(e, ERR_HOST, errno, "read '%s'", upper_dir);
	while ((entry = fts_read(tree))) {
		const char *path = entry->fts_path + strlen(upper_dir) + 1;
		struct stat st;

		if (entry->fts_info != FTS_F)
			continue;
		cleanup_fd int fd = open_in_layers(layers, path, O_PATH);
		if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode))
			strv_add(paths, path);
	}
	fts_close(tree);
	strv_sort(paths);
	return 0;
}

/* ---- filling ---- */

static int copy_bytes(int from_fd, int to_fd, off_t size)
{
	if (ioctl(to_fd, FICLONE, from_fd) == 0)
		return 0;
	while (size > 0) {
		ssize_t n = copy_file_range(from_fd, NULL, to_fd, NULL, (size_t)size, 0);

		if (n < 0)
			return -1;
		if (n == 0)
			break;
		size -= n;
	}
	return 0;
}

static int copy_file(int from_fd, int to_dir_fd, const char *name)
{
	struct stat st;

	if (fstat(from_fd, &st))
		return -1;
	cleanup_fd int to_fd =
	    openat(to_dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (to_fd < 0 || fchown(to_fd, st.st_uid, st.st_gid) || fchmod(to_fd, st.st_mode & 07777))
		return -1;
	return copy_bytes(from_fd, to_fd, st.st_size);
}

/* The directory `path` of the upper one, made like the layers' where it is missing. */
static int open_dir(const struct strv *layers, int upper_fd, const char *path)
{
	int fd = open_beneath(upper_fd, path, O_RDONLY | O_DIRECTORY);
	char *slash = strrchr(path, '/');
	struct stat st;

	if (fd >= 0 || errno != ENOENT)
		return fd;
	cleanup_free char *parent = slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");
	cleanup_fd int parent_fd =
	    slash ? open_dir(layers, upper_fd, parent) : fcntl(upper_fd, F_DUPFD_CLOEXEC, 0);
	cleanup_fd int like = open_in_layers(layers, path, O_PATH | O_DIRECTORY);
	const char *name = slash ? slash + 1 : path;

	if (parent_fd < 0 || like < 0 || fstat(like, &st) || mkdirat(parent_fd, name, 0700) ||
	    fchownat(parent_fd, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) ||
	    fchmodat(parent_fd, name, st.st_mode & 07777, 0))
		return -1;
	return openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

static int fill_one(const char *path, const struct strv *layers, int upper_fd)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *dir = slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");
	cleanup_fd int dir_fd = open_dir(layers, upper_fd, dir);
	cleanup_fd int from_fd = open_in_layers(layers, path, O_RDONLY);

	if (dir_fd < 0 || from_fd < 0)
		return -1;
	return copy_file(from_fd, dir_fd, slash ? slash + 1 : path);
}

int precopy_fill(const struct strv *paths, const struct strv *layers, const char *upper_dir,
		 struct err *e)
{
	cleanup_fd int upper_fd = fd_open_at(AT_FDCWD, upper_dir, O_RDONLY | O_DIRECTORY, 0, e);

	if (upper_fd < 0)
		return -1;
	for (size_t i = 0; i < paths->len; i++) {
		if (fill_one(paths->items[i], layers, upper_fd))
			return fail(e, ERR_HOST, errno, "copy '%s' of the initial state",
				    paths->items[i]);
	}
	return 0;
}
