/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/made.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"

enum { RECIPE_MAX_BYTES = 4 << 20 };

void made_init(struct made *m, const char *kind, const char *recipe)
{
	*m = (struct made){.kind = kind, .recipe = recipe};
	hash_hex(recipe, strlen(recipe), m->digest);
	m->path = xasprintf("%s/%s/%s", path_state_dir(), kind, m->digest);
	m->temporary = xasprintf("%s.tmp", m->path);
}

void made_done(struct made *m)
{
	free(take_ptr(m->path));
	free(take_ptr(m->temporary));
}

/* ---- making ---- */

static int sync_tree(const char *dir, struct err *e)
{
	cleanup_fd int fd = fd_open_at(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY, 0, e);

	if (fd < 0)
		return -1;
	return syncfs(fd) ? fail(e, ERR_HOST, errno, "sync '%s' to disk", dir) : 0;
}

static int make_whole(const struct made *m, made_fn *make, void *arg, struct err *e)
{
	cleanup_free char *recipe_path = path_join(m->temporary, "recipe");

	if (path_remove_tree_at(AT_FDCWD, m->temporary, e) || path_mkdirs(m->temporary, 0700, e) ||
	    make(m, arg, e) ||
	    fd_replace_file_at(AT_FDCWD, recipe_path, m->recipe, strlen(m->recipe), 0644, e) ||
	    sync_tree(m->temporary, e))
		return -1;
	if (rename(m->temporary, m->path))
		return fail(e, ERR_HOST, errno, "move '%s' to '%s'", m->temporary, m->path);
	return 0;
}

static void say_waiting(void *arg)
{
	log_info("another labctl makes %s: waiting for it", (const char *)arg);
}

/* The time of the folder is when it was last asked for: made_collect goes by it. */
static int found(const struct made *m)
{
	/* Refused, it is only collected earlier. */
	(void)utimensat(AT_FDCWD, m->path, NULL, 0);
	return 0;
}

int made_ensure(const struct made *m, const char *what, made_fn *make, void *arg, struct err *e)
{
	cleanup_free char *lock_path = xasprintf("%s.lock", m->path);
	cleanup_free char *parent = path_dir(m->path);

	if (path_exists(m->path))
		return found(m);
	if (path_mkdirs(parent, 0700, e))
		return -1;
	cleanup_fd int lock =
	    fd_lock_at(AT_FDCWD, lock_path, LOCK_EX, say_waiting, (void *)what, e);

	if (lock < 0)
		return -1;
	int result = 0;

	if (!path_exists(m->path)) {
		struct err ignored;

		result = make_whole(m, make, arg, e) ? -1 : 1;
		if (result < 0)
			path_remove_tree_at(AT_FDCWD, m->temporary, &ignored);
	}
	/* Only now, when nobody will make it again, may the lock's file go. */
	if (result >= 0)
		unlink(lock_path);
	fd_unlock(&lock);
	return result;
}

int made_hold(const struct made *m, struct err *e)
{
	cleanup_fd int fd = fd_open_at(AT_FDCWD, m->path, O_RDONLY | O_DIRECTORY, 0, e);

	if (fd >= 0 && flock(fd, LOCK_SH | LOCK_NB))
		return fail(e, ERR_HOST, errno, "hold '%s'", m->path);
	return fd_take(&fd);
}

/* ---- collecting ---- */

/* The image may be gone, or never have been known to this LABCTL_ROOT, and a lab stand on it. */
static bool is_held(const char *path)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB);
}

/* Whether the image that its recipe names is still recorded on this host. */
static bool has_image(const char *path)
{
	cleanup_free char *recipe_path = path_join(path, "recipe");
	cleanup(str_done) struct str recipe = STR_INIT;
	struct err ignored;
	const char *line;

	if (fd_read_file_at(AT_FDCWD, recipe_path, &recipe, RECIPE_MAX_BYTES, &ignored))
		return false;
	line = strstr(recipe.data, "\nimage ");
	if (!line)
		return false;
	cleanup_free char *record =
	    xasprintf("%s/images/%.64s.json", path_state_dir(), line + strlen("\nimage "));
	return path_exists(record);
}

static bool is_unused(const char *path, int64_t unused_ns)
{
	struct stat st;

	if (unused_ns <= 0 || stat(path, &st))
		return false;
	return clock_wall_ns() - st.st_mtim.tv_sec * NS_PER_S > unused_ns;
}

/* Is another labctl at it? A lock that nobody holds any more is removed. */
static bool is_being_made(const char *lock_path)
{
	struct err ignored;

	if (!path_exists(lock_path))
		return false;
	int fd = fd_lock_at(AT_FDCWD, lock_path, LOCK_EX | LOCK_NB, NULL, NULL, &ignored);

	if (fd < 0)
		return true;
	unlink(lock_path);
	fd_unlock(&fd);
	return false;
}

int made_collect(const char *kind, const char *what, int64_t unused_ns, struct strv *removed,
		 struct err *e)
{
	cleanup_free char *parent = path_join(path_state_dir(), kind);
	DIR *d = opendir(parent);
	const struct dirent *entry;
	int result = 0;

	while (d && !result && (entry = readdir(d))) {
		cleanup_free char *path = path_join(parent, entry->d_name);
		cleanup_free char *lock = xasprintf("%s/%.64s.lock", parent, entry->d_name);

		if (entry->d_name[0] == '.' || is_being_made(lock) || str_ends(path, ".lock") ||
		    (has_image(path) && !is_unused(path, unused_ns)) || is_held(path))
			continue;
		result = path_remove_tree_at(AT_FDCWD, path, e);
		if (!result)
			strv_addf(removed, "%s %.12s", what, entry->d_name);
	}
	if (d)
		closedir(d);
	return result;
}
