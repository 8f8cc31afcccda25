/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/rng.h"

void fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd); /* Linux frees the number even on EINTR: never twice */
	*fd = -1;
	errno = saved;
}

int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

static int open_retry(int dir_fd, const char *path, int flags, mode_t mode)
{
	int fd;

	do
		fd = openat(dir_fd, path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

int fd_open_at(int dir_fd, const char *path, int flags, mode_t mode, struct err *e)
{
	int fd = open_retry(dir_fd, path, flags, mode);

	if (fd < 0)
		return fail(e, ERR_HOST, errno, "open '%s'", path);
	return fd;
}

static ssize_t read_retry(int fd, void *data, size_t size)
{
	ssize_t n;

	do
		n = read(fd, data, size);
	while (n < 0 && errno == EINTR);
	return n;
}

int fd_read_all(int fd, struct str *out, size_t max_bytes, struct err *e)
{
	size_t start = out->len;

	for (;;) {
		str_reserve(out, 4096);
		size_t room = out->cap - out->len - 1;
		ssize_t n = read_retry(fd, out->data + out->len, room);

		if (n < 0)
			return fail(e, ERR_HOST, errno, "read");
		if (n == 0)
			return 0;
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len - start > max_bytes)
			return fail(e, ERR_SPEC, 0, "longer than the %zu bytes allowed", max_bytes);
	}
}

int fd_write_all(int fd, const void *data, size_t size, struct err *e)
{
	const char *p = data;

	while (size) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(e, ERR_HOST, errno, "write");
		p += n;
		size -= (size_t)n;
	}
	return 0;
}

ssize_t fd_read_full(int fd, void *data, size_t size, struct err *e)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = read_retry(fd, (char *)data + done, size - done);

		if (n < 0)
			return fail(e, ERR_HOST, errno, "read");
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

int fd_pipe(int ends[2], struct err *e)
{
	if (pipe2(ends, O_CLOEXEC)) {
		ends[0] = ends[1] = -1;
		return fail(e, ERR_HOST, errno, "make a pipe");
	}
	return 0;
}

int fd_nonblock(int fd, struct err *e)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK))
		return fail(e, ERR_HOST, errno, "make descriptor %d non-blocking", fd);
	return 0;
}

int fd_read_file_at(int dir_fd, const char *path, struct str *out, size_t max_bytes, struct err *e)
{
	cleanup_fd int fd = fd_open_at(dir_fd, path, O_RDONLY, 0, e);

	if (fd < 0)
		return -1;
	if (fd_read_all(fd, out, max_bytes, e))
		return wrap(e, "read '%s'", path);
	return 0;
}

int fd_read_int64_at(int dir_fd, const char *path, int64_t *out, struct err *e)
{
	cleanup_fd int fd = fd_open_at(dir_fd, path, O_RDONLY, 0, e);
	char text[64];

	if (fd < 0)
		return -1;
	ssize_t n = read_retry(fd, text, sizeof(text) - 1);

	if (n < 0)
		return fail(e, ERR_HOST, errno, "read '%s'", path);
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (strcmp(text, "max") == 0) {
		*out = INT64_MAX;
		return 0;
	}
	if (str_to_int64(text, INT64_MIN, INT64_MAX, out, e))
		return fail(e, ERR_HOST, 0, "read '%s': '%s' is not a number", path, text);
	return 0;
}

int fd_write_knob_at(int dir_fd, const char *path, const char *text, struct err *e)
{
	cleanup_fd int fd = open_retry(dir_fd, path, O_WRONLY, 0);
	ssize_t n;

	if (fd < 0)
		return fail(e, ERR_HOST, errno, "open '%s' to write '%s'", path, text);
	do
		n = write(fd, text, strlen(text));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return fail(e, ERR_HOST, errno, "write '%s' to '%s'", text, path);
	return 0;
}

static int write_and_sync(int dir_fd, const char *name, const void *data, size_t size, mode_t mode,
			  struct err *e)
{
	cleanup_fd int fd = fd_open_at(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL, mode, e);

	if (fd < 0 || fd_write_all(fd, data, size, e))
		return -1;
	if (fchmod(fd, mode)) /* whatever the umask */
		return fail(e, ERR_HOST, errno, "set the mode of '%s'", name);
	if (fsync(fd))
		return fail(e, ERR_HOST, errno, "sync '%s'", name);
	return 0;
}

int fd_replace_file_at(int dir_fd, const char *path, const void *data, size_t size, mode_t mode,
		       struct err *e)
{
	cleanup_free char *dir = path_dir(path);
	cleanup_free char *temporary =
	    xasprintf(".%s.tmp-%016llx", path_base(path), (unsigned long long)rng_secret());
	cleanup_fd int parent = fd_open_at(dir_fd, dir, O_RDONLY | O_DIRECTORY, 0, e);

	if (parent < 0)
		return wrap(e, "write '%s'", path);
	if (write_and_sync(parent, temporary, data, size, mode, e)) {
		unlinkat(parent, temporary, 0);
		return wrap(e, "write '%s'", path);
	}
	if (renameat(parent, temporary, parent, path_base(path))) {
		fail(e, ERR_HOST, errno, "rename a new file to '%s'", path);
		unlinkat(parent, temporary, 0);
		return -1;
	}
	if (fsync(parent))
		return fail(e, ERR_HOST, errno, "sync the directory of '%s'", path);
	return 0;
}

static int flock_retry(int fd, int operation)
{
	int r;

	do
		r = flock(fd, operation);
	while (r && errno == EINTR);
	return r;
}

/* Is the open file still the one at path? Its owner may have removed it while we waited. */
static bool still_there(int fd, int dir_fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && fstatat(dir_fd, path, &named, 0) == 0 &&
	       held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

int fd_lock_at(int dir_fd, const char *path, int operation, void (*on_wait)(void *), void *arg,
	       struct err *e)
{
	for (;;) {
		cleanup_fd int fd = fd_open_at(dir_fd, path, O_RDWR | O_CREAT, 0644, e);

		if (fd < 0)
			return -1;
		int r = flock_retry(fd, operation | LOCK_NB);

		if (r && errno == EWOULDBLOCK && !(operation & LOCK_NB)) {
			if (on_wait)
				on_wait(arg);
			on_wait = NULL;
			r = flock_retry(fd, operation);
		}
		if (r)
			return fail(e, ERR_HOST, errno, "lock '%s'", path);
		if (still_there(fd, dir_fd, path))
			return fd_take(&fd);
	}
}

void fd_unlock(int *fd)
{
	if (*fd >= 0)
		flock(*fd, LOCK_UN);
	fd_close(fd);
}

int fd_ensure_standard(struct err *e)
{
	for (;;) {
		int fd = open("/dev/null", O_RDWR | O_CLOEXEC); /* the lowest that is free */

		if (fd < 0)
			return fail(e, ERR_HOST, errno, "open /dev/null");
		if (fd > 2) {
			close(fd);
			return 0;
		}
		fcntl(fd, F_SETFD, 0);
	}
}
