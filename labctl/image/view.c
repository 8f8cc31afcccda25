/* SPDX-License-Identifier: Apache-2.0 */
#include "image/view.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

enum { LINKS_MAX = 40 }; /* as in the kernel */

int view_open_beneath(int dir_fd, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
	    .flags = (unsigned)flags | O_CLOEXEC,
	    .mode = mode,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	long fd;

	do /* EAGAIN: a rename or a mount elsewhere raced with the walk */
		fd = syscall(SYS_openat2, dir_fd, *path ? path : ".", &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return (int)fd;
}

static int open_root(const char *path, struct err *e)
{
	return fd_open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, e);
}

int view_open(const char *upper, const char *const *lowers, struct view *out, struct err *e)
{
	*out = (struct view)VIEW_INIT;
	out->upper_fd = open_root(upper, e);
	if (out->upper_fd < 0)
		return -1;
	for (; lowers && *lowers; lowers++) {
		if (out->lower_count == VIEW_LOWERS_MAX) {
			view_close(out);
			return fail(e, ERR_SPEC, 0, "an image may have at most %d parents",
				    VIEW_LOWERS_MAX);
		}
		int fd = open_root(*lowers, e);

		if (fd < 0) {
			view_close(out);
			return -1;
		}
		out->lower_fds[out->lower_count++] = fd;
	}
	return 0;
}

void view_close(struct view *v)
{
	for (size_t i = 0; i < v->lower_count; i++)
		fd_close(&v->lower_fds[i]);
	fd_close(&v->upper_fd);
	fd_close(&v->dir_fd);
	free(v->dir_path);
	free(v->dir_real);
	*v = (struct view)VIEW_INIT;
}

/* Does layer_fd hide what layers below it have at path: is a directory on the way opaque? */
static bool hides(int layer_fd, const char *path)
{
	cleanup_free char *part = xstrdup(path);

	for (char *slash = strrchr(part, '/'); slash; slash = strrchr(part, '/')) {
		char mark = 0;

		*slash = '\0';
		cleanup_fd int fd = view_open_beneath(layer_fd, part, O_RDONLY | O_DIRECTORY, 0);

		if (fd >= 0 && fgetxattr(fd, "trusted.overlay.opaque", &mark, 1) == 1 &&
		    mark == 'y')
			return true;
	}
	return false;
}

/* 1 found, 0 nothing here, -1 nothing here nor below, -2 error in errno. */
static int look_in(int layer_fd, const char *path, int *fd, struct stat *st)
{
	*fd = view_open_beneath(layer_fd, path, O_PATH | O_NOFOLLOW, 0);
	if (*fd < 0 && errno == ENOENT)
		return hides(layer_fd, path) ? -1 : 0;
	if (*fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		return -1; /* what stands on the way hides the directories below it */
	if (*fd < 0 || fstat(*fd, st))
		return -2;
	if (view_is_whiteout(st)) {
		fd_close(fd);
		return -1;
	}
	return 1;
}

/* The topmost thing at path, as a descriptor opened with O_PATH: 1, 0, -1. */
static int find(const struct view *v, bool with_upper, const char *path, int *fd, struct stat *st,
		struct err *e)
{
	for (size_t i = with_upper ? 0 : 1; i <= v->lower_count; i++) {
		int r = look_in(i ? v->lower_fds[i - 1] : v->upper_fd, path, fd, st);

		if (r == -2)
			return fail(e, ERR_HOST, errno, "look up '/%s' in the image", path);
		if (r != 0)
			return r == 1;
	}
	return 0;
}

int view_lstat(const struct view *v, const char *path, struct stat *st, struct err *e)
{
	cleanup_fd int fd = -1;

	return find(v, true, path, &fd, st, e);
}

int view_lstat_lower(const struct view *v, const char *path, struct stat *st, struct err *e)
{
	cleanup_fd int fd = -1;

	return find(v, false, path, &fd, st, e);
}

static void drop_last(struct str *path)
{
	char *slash = strrchr(path->data, '/');

	path->len = slash ? (size_t)(slash - path->data) : 0;
	if (path->cap)
		path->data[path->len] = '\0';
}

/* Puts the link's target before what is left to walk; an absolute one begins at the root. */
static int follow(int link_fd, struct str *real, char **rest, const char *at, struct err *e)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(link_fd, "", target, sizeof(target) - 1);

	if (n < 0)
		return fail(e, ERR_HOST, errno, "read the link '/%s' in the image", real->data);
	target[n] = '\0';
	drop_last(real);
	if (target[0] == '/')
		str_clear(real);
	char *longer = xasprintf("%s/%s", target, at);

	free(*rest);
	*rest = longer;
	return 0;
}

/* The path without links that `path` leads to; parts that do not exist stay as they are. */
static int resolve(const struct view *v, const char *path, struct str *real, struct err *e)
{
	cleanup_free char *rest = xstrdup(path);
	char *at = rest;
	int links = 0;

	while (*(at += strspn(at, "/"))) {
		size_t len = strcspn(at, "/");
		cleanup_free char *name = xstrndup(at, len);
		cleanup_fd int fd = -1;
		struct stat st;

		at += len;
		if (str_eq(name, "."))
			continue;
		if (str_eq(name, "..")) {
			drop_last(real);
			continue;
		}
		str_addf(real, "%s%s", real->len ? "/" : "", name);
		int found = find(v, true, real->data, &fd, &st, e);

		if (found < 0)
			return -1;
		if (!found || !S_ISLNK(st.st_mode))
			continue;
		if (++links > LINKS_MAX)
			return fail(e, ERR_SPEC, ELOOP, "follow '/%s' in the image", path);
		if (follow(fd, real, &rest, at, e))
			return -1;
		at = rest;
	}
	return 0;
}

/* Opens a directory of upper, made with its parents where it is missing. */
static int make_dir(const struct view *v, const char *path, struct err *e)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
	int fd = view_open_beneath(v->upper_fd, path, flags, 0);
	struct stat st;

	if (fd >= 0)
		return fd;
	if (errno != ENOENT)
		return fail(e, ERR_SPEC, errno, "open the directory '/%s' in the image", path);
	int found = view_lstat_lower(v, path, &st, e);

	if (found < 0)
		return -1;
	if (found && !S_ISDIR(st.st_mode))
		return fail(e, ERR_SPEC, ENOTDIR, "make the directory '/%s' in the image", path);
	const char *slash = strrchr(path, '/');
	cleanup_free char *parent = xstrndup(path, slash ? (size_t)(slash - path) : 0);
	cleanup_fd int parent_fd = make_dir(v, parent, e);
	const char *name = slash ? slash + 1 : path;

	if (parent_fd < 0)
		return -1;
	/* EEXIST: another worker, unpacking beside us, was faster */
	if (mkdirat(parent_fd, name, 0755) && errno != EEXIST)
		return fail(e, ERR_HOST, errno, "make the directory '/%s' in the image", path);
	fd = openat(parent_fd, name, flags | O_CLOEXEC);
	if (fd < 0)
		return fail(e, ERR_SPEC, errno, "open the directory '/%s' in the image", path);
	return fd;
}

int view_dir(struct view *v, const char *path, struct err *e)
{
	cleanup(str_done) struct str real = STR_INIT;

	if (v->dir_path && str_eq(v->dir_path, path))
		return v->dir_fd;
	if (resolve(v, path, &real, e))
		return -1;
	int fd = make_dir(v, real.data, e);

	if (fd < 0)
		return -1;
	fd_close(&v->dir_fd);
	free(v->dir_path);
	free(v->dir_real);
	v->dir_fd = fd;
	v->dir_path = xstrdup(path);
	v->dir_real = str_take(&real);
	return fd;
}

int view_parent(struct view *v, const char *path, const char **base, struct err *e)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *dir = xstrndup(path, slash ? (size_t)(slash - path) : 0);

	*base = slash ? slash + 1 : path;
	return view_dir(v, dir, e);
}

int view_read(const struct view *v, const char *path, struct str *out, size_t max_bytes,
	      struct err *e)
{
	cleanup(str_done) struct str real = STR_INIT;
	cleanup_fd int found_fd = -1;
	struct stat st;

	if (resolve(v, path, &real, e))
		return -1;
	int found = find(v, true, real.data, &found_fd, &st, e);

	if (found <= 0)
		return found;
	if (!S_ISREG(st.st_mode))
		return fail(e, ERR_SPEC, 0, "'/%s' in the image is no file", path);
	cleanup_free char *reopen = xasprintf("/proc/self/fd/%d", found_fd);
	cleanup_fd int fd = fd_open_at(AT_FDCWD, reopen, O_RDONLY, 0, e);

	if (fd < 0 || fd_read_all(fd, out, max_bytes, e))
		return wrap(e, "read '/%s' in the image", path);
	return 1;
}

int view_write(struct view *v, const char *path, const void *data, size_t size, mode_t mode,
	       struct err *e)
{
	const char *base;
	int dir_fd = view_parent(v, path, &base, e);

	if (dir_fd < 0)
		return -1;
	if (unlinkat(dir_fd, base, 0) && errno != ENOENT)
		return fail(e, ERR_HOST, errno, "replace '/%s' in the image", path);
	cleanup_fd int fd = openat(dir_fd, base, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return fail(e, ERR_HOST, errno, "make '/%s' in the image", path);
	if (fd_write_all(fd, data, size, e))
		return wrap(e, "write '/%s' in the image", path);
	if (fchmod(fd, mode))
		return fail(e, ERR_HOST, errno, "set the mode of '/%s' in the image", path);
	return 0;
}
