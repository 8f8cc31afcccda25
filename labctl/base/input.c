/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The path is walked part by part, as the kernel would, with a descriptor on
 * what was reached: nobody can exchange it between the look and the step.
 */
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

enum { LINKS_MAX = 40 }; /* as the kernel's own */

struct walk {
	int at_fd;
	char *rest; /* of the path */
	int links;
	bool strange; /* a link was met that a stranger made */
	uid_t stranger;
};

static void walk_done(struct walk *w)
{
	fd_close(&w->at_fd);
	free(take_ptr(w->rest));
}

static int step_to(struct walk *w, int *fd)
{
	fd_close(&w->at_fd);
	w->at_fd = fd_take(fd);
	return 0;
}

/* Where the path begins, and, after a link, where it goes on. */
static int begin(struct walk *w)
{
	if (w->rest[0] != '/' && w->at_fd >= 0)
		return 0;
	int fd = open(w->rest[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? errno : step_to(w, &fd);
}

/* The link's target takes its place in the path. 0 or an errno. */
static int follow(struct walk *w, int link_fd, const struct stat *st)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(link_fd, "", target, sizeof(target) - 1);

	if (n < 0)
		return errno;
	if (++w->links > LINKS_MAX)
		return ELOOP;
	if (st->st_uid != 0 && st->st_uid != geteuid()) {
		if (w->strange && w->stranger != st->st_uid)
			return EPERM;
		w->strange = true;
		w->stranger = st->st_uid;
	}
	target[n] = '\0';
	cleanup_free char *rest = take_ptr(w->rest);

	w->rest = xasprintf("%s/%s", target, rest);
	return begin(w);
}

/* One part of the path. 0 or an errno. */
static int step(struct walk *w)
{
	const char *from = w->rest + strspn(w->rest, "/");
	size_t length = strcspn(from, "/");
	cleanup_free char *name = xstrndup(from, length);
	cleanup_free char *rest = xstrdup(from + length + strspn(from + length, "/"));
	struct stat st;

	free(w->rest);
	w->rest = take_ptr(rest);
	if (!*name)
		return 0;
	cleanup_fd int fd = openat(w->at_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st))
		return errno;
	return S_ISLNK(st.st_mode) ? follow(w, fd, &st) : step_to(w, &fd);
}

/* What was reached, opened for reading. */
static int arrive(const struct walk *w, const char *path, struct err *e)
{
	char name[64];
	struct stat st;

	if (fstat(w->at_fd, &st))
		return fail(e, ERR_HOST, errno, "look at '%s'", path);
	if (!S_ISREG(st.st_mode))
		return fail(e, ERR_USAGE, 0, "'%s' is not a file", path);
	if (w->strange && w->stranger != st.st_uid) {
		fail(e, ERR_USAGE, 0, "'%s' is a link to a file of somebody else", path);
		return hint(e, "name the file itself, or put a copy in the place of the link");
	}
	snprintf(name, sizeof(name), "/proc/self/fd/%d", w->at_fd);
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? fail(e, ERR_HOST, errno, "open '%s'", path) : fd;
}

int input_open(const char *path, struct err *e)
{
	cleanup(walk_done) struct walk w = {.at_fd = -1, .rest = xstrdup(path)};
	int error = *path ? begin(&w) : ENOENT;

	while (!error && *w.rest)
		error = step(&w);
	if (error == EPERM) {
		fail(e, ERR_USAGE, 0, "'%s' goes by links of several others", path);
		return hint(e, "name the file itself");
	}
	return error ? fail(e, ERR_HOST, error, "open '%s'", path) : arrive(&w, path, e);
}

int input_read(const char *path, struct str *out, size_t max_bytes, struct err *e)
{
	cleanup_fd int fd = input_open(path, e);

	if (fd < 0)
		return -1;
	return fd_read_all(fd, out, max_bytes, e) ? wrap(e, "read '%s'", path) : 0;
}
