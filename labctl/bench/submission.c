/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sample needs a path of the host to bind, so the bytes lie in a file of
 * ours, in a folder that only we can enter. Its owner holds a lock on it; who
 * finds one without a lock finds what a killed labctl left, and removes it. A
 * second lock, on the folder, keeps a copy from being taken for such before its
 * owner has locked it.
 */
#include "bench/submission.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/input.h"
#include "base/mem.h"
#include "base/path.h"

enum { FILE_MAX_BYTES = 16 << 20, SOURCE_MAX_BYTES = 4 << 20 };

static char *folder(void)
{
	return path_join(path_run_dir(), "submissions");
}

void submission_free(struct submission *s)
{
	if (!s)
		return;
	if (s->copy)
		unlink(s->copy);
	fd_close(&s->lock_fd);
	for (size_t i = 0; i < s->source_count; i++) {
		free(s->sources[i].name);
		str_done(&s->sources[i].text);
	}
	free(s->sources);
	free(s->copy);
	free(s->path);
	free(s);
}

/* ---- reading ---- */

static int explain_unreadable(const char *file, struct err *e)
{
	e->kind = ERR_USAGE;
	if (path_is_directory(file))
		return hint(e, "name the file that you edited: --try DIR/solution.py");
	if (e->sys == ENOENT)
		return hint(e, "`labctl exercise start EXERCISE DIR` lays one out: --try "
			       "DIR/solution.py");
	return -1;
}

/* Where the file that is open lies: the path that led to it may lead elsewhere by now. */
static int name_it(struct submission *s, int fd, const char *file, struct err *e)
{
	char link[64];
	char path[PATH_MAX];
	struct stat st;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof(path) - 1);

	if (n < 0 || fstat(fd, &st))
		return fail(e, ERR_USAGE, errno, "look at '%s'", file);
	if (st.st_nlink == 0)
		return fail(e, ERR_USAGE, 0, "'%s' was removed while it was read", file);
	if (!(st.st_mode & S_IROTH)) {
		fail(e, ERR_USAGE, 0, "'%s' is private: only its owner may read it", file);
		return hint(e, "chmod a+r '%s'", file);
	}
	s->path = xstrndup(path, (size_t)n);
	return 0;
}

static int read_file(struct submission *s, const char *file, struct str *text, struct err *e)
{
	cleanup_fd int fd = input_open(file, e);

	if (fd < 0)
		return explain_unreadable(file, e);
	if (name_it(s, fd, file, e))
		return -1;
	if (fd_read_all(fd, text, FILE_MAX_BYTES, e)) {
		e->kind = ERR_USAGE;
		return wrap(e, "read '%s'", file);
	}
	hash_hex(text->data, text->len, s->digest);
	return 0;
}

/* A student who moved only the one file away hears what else belongs to it. */
static int explain_missing(const struct exercise *x, const char *name, struct err *e)
{
	if (e->sys != ENOENT)
		return -1;
	e->kind = ERR_USAGE;
	return hint(e,
		    "exercise '%s' builds '%s', which belongs beside the file to be tried: "
		    "`labctl exercise start` lays it out",
		    x->name, name);
}

static int read_sources(struct submission *s, const struct exercise *x, struct err *e)
{
	const struct strv *sources = &x->build.sources;
	cleanup_free char *dir = path_dir(s->path);

	s->sources = xcalloc(sources->len + 1, sizeof(*s->sources));
	for (size_t i = 0; i < sources->len; i++) {
		struct submission_source *source = &s->sources[s->source_count++];

		source->name = xstrdup(path_base(sources->items[i]));
		str_init(&source->text);
		cleanup_free char *path = path_join(dir, source->name);

		if (input_read(path, &source->text, SOURCE_MAX_BYTES, e))
			return explain_missing(x, source->name, e);
	}
	return 0;
}

const struct str *submission_source(const struct submission *s, const char *path)
{
	for (size_t i = 0; i < s->source_count; i++)
		if (str_eq(s->sources[i].name, path_base(path)))
			return &s->sources[i].text;
	return NULL;
}

/* ---- the copy ---- */

/* With the folder locked. */
static int remove_dead(const char *dir, struct strv *removed, struct err *e)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;

	if (!d)
		return fail(e, ERR_HOST, errno, "read the folder '%s'", dir);
	while ((entry = readdir(d))) {
		if (!path_is_plain_name(entry->d_name))
			continue;
		cleanup_fd int fd = openat(dirfd(d), entry->d_name, O_RDONLY | O_CLOEXEC);

		if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) || unlinkat(dirfd(d), entry->d_name, 0))
			continue;
		if (removed)
			strv_addf(removed, "submission %s", entry->d_name);
	}
	closedir(d);
	return 0;
}

static int lock_folder(const char *dir, struct err *e)
{
	cleanup_free char *lock = path_join(dir, ".lock");

	if (path_mkdirs(dir, 0700, e))
		return -1;
	return fd_lock_at(AT_FDCWD, lock, LOCK_EX, NULL, NULL, e);
}

static int keep_copy(struct submission *s, const struct str *text, struct err *e)
{
	cleanup_free char *dir = folder();
	cleanup_fd int folder_fd = lock_folder(dir, e);

	if (folder_fd < 0 || remove_dead(dir, NULL, e))
		return -1;
	cleanup_free char *name = xasprintf("%s/XXXXXX", dir);

	s->lock_fd = mkostemp(name, O_CLOEXEC);
	if (s->lock_fd < 0)
		return fail(e, ERR_HOST, errno, "make a file in '%s'", dir);
	s->copy = take_ptr(name);
	if (flock(s->lock_fd, LOCK_SH) || fchmod(s->lock_fd, 0444))
		return fail(e, ERR_HOST, errno, "make '%s'", s->copy);
	return fd_write_all(s->lock_fd, text->data, text->len, e);
}

struct submission *submission_take(const char *file, const struct exercise *x, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	struct submission *s = xcalloc(1, sizeof(*s));

	s->lock_fd = -1;
	if (!read_file(s, file, &text, e) && !read_sources(s, x, e)) {
		if (!keep_copy(s, &text, e))
			return s;
		wrap(e, "keep a copy of '%s'", file);
	}
	submission_free(s);
	return NULL;
}

int submission_collect(struct strv *removed, struct err *e)
{
	cleanup_free char *dir = folder();

	if (!path_exists(dir))
		return 0;
	cleanup_fd int folder_fd = lock_folder(dir, e);

	return folder_fd < 0 ? -1 : remove_dead(dir, removed, e);
}
