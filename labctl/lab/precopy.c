/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Restoring is one walk through the upper directory. A hot file that is as it
 * was left stays (most do); one that was written to is filled again; all else
 * is put away into the trash, which is a rename however much it holds. Then the
 * hot files that the walk did not see are made. "As it was left" is the inode and
 * both times of the stamp: the guest can set an mtime back, and no ctime.
 */
#include "lab/precopy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

void precopy_done(struct precopy *p)
{
	strv_done(&p->paths);
	free(take_ptr(p->stamps));
}

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

/* ---- one file ---- */

static int copy_bytes(int from_fd, int to_fd, off_t size)
{
	static bool cannot_clone; /* once refused, always: one file system holds all of them */

	if (!cannot_clone && ioctl(to_fd, FICLONE, from_fd) == 0)
		return 0;
	cannot_clone = true;
	while (size > 0) {
		ssize_t n = copy_file_range(from_fd, NULL, to_fd, NULL, (size_t)size, 0);

		if (n < 0 && errno == EXDEV) /* to a lab's disk: a file system of its own */
			n = sendfile(to_fd, from_fd, NULL, (size_t)size);
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		size -= n;
	}
	return 0;
}

/* Fills a file that is empty or holds old content; its stamp is taken last. */
static int fill(int from_fd, int to_fd, struct precopy_stamp *stamp)
{
	struct stat st;

	if (fstat(from_fd, &st) || copy_bytes(from_fd, to_fd, st.st_size) ||
	    ftruncate(to_fd, st.st_size) || fchown(to_fd, st.st_uid, st.st_gid) ||
	    fchmod(to_fd, st.st_mode & 07777))
		return -1;
	const struct timespec times[2] = {st.st_atim, st.st_mtim};

	if (futimens(to_fd, times) || fstat(to_fd, &st))
		return -1;
	*stamp =
	    (struct precopy_stamp){.inode = st.st_ino, .mtime = st.st_mtim, .ctime = st.st_ctim};
	return 0;
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

static int make_one(const char *path, const struct strv *layers, int upper_fd,
		    struct precopy_stamp *stamp)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *dir = slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");
	cleanup_fd int dir_fd = open_dir(layers, upper_fd, dir);
	cleanup_fd int from_fd = open_in_layers(layers, path, O_RDONLY);
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	cleanup_fd int to_fd =
	    dir_fd < 0 ? -1 : openat(dir_fd, slash ? slash + 1 : path, flags, 0600);

	return from_fd < 0 || to_fd < 0 ? -1 : fill(from_fd, to_fd, stamp);
}

static int refill_one(const char *path, const struct strv *layers, int dir_fd, const char *name,
		      struct precopy_stamp *stamp)
{
	cleanup_fd int from_fd = open_in_layers(layers, path, O_RDONLY);
	cleanup_fd int to_fd = openat(dir_fd, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

	return from_fd < 0 || to_fd < 0 ? -1 : fill(from_fd, to_fd, stamp);
}

/* ---- what is there ---- */

struct restore {
	struct precopy *p;
	const struct strv *layers;
	const char *trash_dir;
	int trash_fd;
	unsigned trashed;
	bool *seen; /* per hot file: it is there and right */
	struct err *e;
};

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_untouched(const struct precopy_stamp *stamp, const struct stat *st)
{
	return stamp->inode == st->st_ino && same_time(stamp->mtime, st->st_mtim) &&
	       same_time(stamp->ctime, st->st_ctim);
}

/* The first hot path that is `path` or lies beneath it; the paths are sorted. */
static size_t find_path(const struct strv *paths, const char *path)
{
	size_t low = 0, high = paths->len;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(paths->items[middle], path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool leads_to_hot(const struct strv *paths, const char *dir)
{
	cleanup_free char *prefix = xasprintf("%s/", dir);
	size_t i = find_path(paths, prefix);

	return i < paths->len && str_starts(paths->items[i], prefix);
}

/* overlayfs notes in attributes that a directory hides or moves what is below it. */
static bool has_overlay_notes(int dir_fd)
{
	return fgetxattr(dir_fd, "trusted.overlay.opaque", NULL, 0) >= 0 ||
	       fgetxattr(dir_fd, "trusted.overlay.redirect", NULL, 0) >= 0;
}

static int put_away(struct restore *r, int dir_fd, const char *name)
{
	char to[32];

	if (r->trash_fd < 0) {
		if (path_mkdirs(r->trash_dir, 0700, r->e))
			return -1;
		r->trash_fd = fd_open_at(AT_FDCWD, r->trash_dir, O_PATH | O_DIRECTORY, 0, r->e);
		if (r->trash_fd < 0)
			return -1;
	}
	snprintf(to, sizeof(to), "%u", r->trashed++);
	if (renameat(dir_fd, name, r->trash_fd, to))
		return fail(r->e, ERR_HOST, errno, "put '%s' away", name);
	return 0;
}

static int visit_file(struct restore *r, int dir_fd, const char *name, const char *path,
		      const struct stat *st)
{
	size_t i = find_path(&r->p->paths, path);
	bool hot = i < r->p->paths.len && str_eq(r->p->paths.items[i], path);

	if (!hot || st->st_nlink != 1)
		return put_away(r, dir_fd, name);
	r->seen[i] = true;
	if (is_untouched(&r->p->stamps[i], st))
		return 0;
	if (refill_one(path, r->layers, dir_fd, name, &r->p->stamps[i]))
		return fail(r->e, ERR_HOST, errno, "fill '%s' again", path);
	return 0;
}

static int visit_dir(struct restore *r, int dir_fd, const char *path);

static int visit(struct restore *r, int dir_fd, const char *name, const char *path)
{
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW))
		return fail(r->e, ERR_HOST, errno, "look at '%s'", path);
	if (S_ISREG(st.st_mode))
		return visit_file(r, dir_fd, name, path, &st);
	if (!S_ISDIR(st.st_mode) || !leads_to_hot(&r->p->paths, path))
		return put_away(r, dir_fd, name);
	cleanup_fd int inner =
	    openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	cleanup_fd int like = open_in_layers(r->layers, path, O_PATH | O_DIRECTORY);
	struct stat want;

	if (inner < 0 || like < 0 || fstat(like, &want))
		return fail(r->e, ERR_HOST, errno, "open '%s'", path);
	if (want.st_mode != st.st_mode || want.st_uid != st.st_uid || want.st_gid != st.st_gid ||
	    has_overlay_notes(inner))
		return put_away(r, dir_fd, name);
	return visit_dir(r, inner, path);
}

static int visit_dir(struct restore *r, int dir_fd, const char *path)
{
	int copy = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	int result = 0;

	if (!dir)
		return fail(r->e, ERR_HOST, errno, "read '%s'", path);
	while (!result && (entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (str_eq(name, ".") || str_eq(name, ".."))
			continue;
		cleanup_free char *inner = *path ? xasprintf("%s/%s", path, name) : xstrdup(name);
		result = visit(r, dir_fd, name, inner);
	}
	closedir(dir);
	return result;
}

/* ---- all of it ---- */

static int make_missing(struct restore *r, int upper_fd)
{
	struct precopy *p = r->p;

	for (size_t i = 0; i < p->paths.len; i++) {
		if (r->seen[i])
			continue;
		if (make_one(p->paths.items[i], r->layers, upper_fd, &p->stamps[i]))
			return fail(r->e, ERR_HOST, errno, "copy '%s' of the initial state",
				    p->paths.items[i]);
	}
	return 0;
}

int precopy_restore(struct precopy *p, const struct strv *layers, const char *upper_dir,
		    const char *trash_dir, struct err *e)
{
	cleanup_fd int upper_fd = fd_open_at(AT_FDCWD, upper_dir, O_RDONLY | O_DIRECTORY, 0, e);
	cleanup_free bool *seen = xcalloc(p->paths.len + 1, sizeof(*seen));
	struct restore r = {
	    .p = p, .layers = layers, .trash_dir = trash_dir, .trash_fd = -1, .seen = seen, .e = e};

	if (upper_fd < 0)
		return -1;
	if (!p->stamps)
		p->stamps = xcalloc(p->paths.len + 1, sizeof(*p->stamps));
	int result = visit_dir(&r, upper_fd, "");

	fd_close(&r.trash_fd);
	return result || make_missing(&r, upper_fd) ? -1 : 0;
}
