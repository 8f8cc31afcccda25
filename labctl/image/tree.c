/* SPDX-License-Identifier: Apache-2.0 */
#include "image/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/strv.h"

enum { DEPTH_MAX = 256 };

struct walk {
	tree_visit_fn *before, *after;
	void *arg;
	struct str path;
	int depth;
};

static int read_names(int dir_fd, struct strv *names, struct err *e)
{
	cleanup_fd int copy = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	if (!dir)
		return fail(e, ERR_HOST, errno, "read a directory");
	fd_take(&copy); /* closedir closes it */
	errno = 0;
	while ((entry = readdir(dir)))
		if (!str_eq(entry->d_name, ".") && !str_eq(entry->d_name, ".."))
			strv_add(names, entry->d_name);
	int sys = errno;

	closedir(dir);
	if (sys)
		return fail(e, ERR_HOST, sys, "read a directory");
	strv_sort(names);
	return 0;
}

static int walk_dir(struct walk *w, int dir_fd, struct err *e);

static int walk_below(struct walk *w, const struct tree_entry *entry, struct err *e)
{
	cleanup_fd int fd =
	    openat(entry->parent_fd, entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return fail(e, ERR_HOST, errno, "open '%s'", entry->path);
	if (w->depth == DEPTH_MAX)
		return fail(e, ERR_SPEC, 0, "'%s' lies more than %d directories deep", entry->path,
			    DEPTH_MAX);
	w->depth++;
	int result = walk_dir(w, fd, e);

	w->depth--;
	return result;
}

static int walk_entry(struct walk *w, int dir_fd, const char *name, struct err *e)
{
	struct tree_entry entry = {.parent_fd = dir_fd, .name = name};
	cleanup_free char *path = xstrdup(w->path.data);

	entry.path = path;
	if (fstatat(dir_fd, name, &entry.st, AT_SYMLINK_NOFOLLOW))
		return fail(e, ERR_HOST, errno, "stat '%s'", path);
	if (w->before && w->before(w->arg, &entry, e))
		return -1;
	if (!S_ISDIR(entry.st.st_mode))
		return 0;
	if (walk_below(w, &entry, e))
		return -1;
	return w->after ? w->after(w->arg, &entry, e) : 0;
}

static int walk_dir(struct walk *w, int dir_fd, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	size_t here = w->path.len;
	int result = 0;

	if (read_names(dir_fd, &names, e))
		return wrap(e, "list '/%s'", w->path.data);
	for (size_t i = 0; i < names.len && result == 0; i++) {
		str_addf(&w->path, "%s%s", here ? "/" : "", names.items[i]);
		result = walk_entry(w, dir_fd, names.items[i], e);
		w->path.len = here;
		w->path.data[here] = '\0';
	}
	return result;
}

int tree_walk(int dir_fd, tree_visit_fn *before, tree_visit_fn *after, void *arg, struct err *e)
{
	struct walk w = {.before = before, .after = after, .arg = arg, .path = STR_INIT};
	int result;

	str_reserve(&w.path, PATH_MAX); /* so that .data may be written */
	result = walk_dir(&w, dir_fd, e);
	str_done(&w.path);
	return result;
}
