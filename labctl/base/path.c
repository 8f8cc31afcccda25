/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/strv.h"

char *path_join(const char *a, const char *b)
{
	if (*b == '/' || !*a)
		return xstrdup(b);
	if (!*b)
		return xstrdup(a);
	return xasprintf("%s%s%s", a, str_ends(a, "/") ? "" : "/", b);
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *path_dir(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	if (slash == path)
		return xstrdup("/");
	return xstrndup(path, (size_t)(slash - path));
}

bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool path_is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool path_is_plain_name(const char *name)
{
	if (!is_alnum(*name) || strlen(name) > 64)
		return false;
	for (; *name; name++)
		if (!is_alnum(*name) && !strchr("._-", *name))
			return false;
	return true;
}

int path_mkdirs(const char *path, mode_t mode, struct err *e)
{
	cleanup_free char *part = xstrdup(path);

	for (char *p = part; *p; p++) {
		char *end = strchrnul(p + 1, '/');
		char after = *end;

		*end = '\0';
		if (mkdir(part, mode) && errno != EEXIST)
			return fail(e, ERR_HOST, errno, "make the directory '%s'", part);
		*end = after;
		p = end - 1;
	}
	struct stat st;

	if (stat(path, &st))
		return fail(e, ERR_HOST, errno, "make the directory '%s'", path);
	if (!S_ISDIR(st.st_mode))
		return fail(e, ERR_HOST, ENOTDIR, "make the directory '%s'", path);
	return 0;
}

/*
 * Removing a tree that somebody hostile may have made: it may be deeper than
 * we have descriptors or stack, so what lies below DEEPEST is first moved up
 * to the top, and found there by the next pass. Every step is relative to a
 * directory descriptor opened without following links.
 */
enum { DEEPEST = 32 };

struct removal {
	dev_t dev;
	int top_fd;
	unsigned long long moved;
};

static int remove_children(struct removal *r, int dir_fd, int depth, struct err *e);

/* Opens a directory to empty it; one that its owner made unreadable is made readable first. */
static int open_to_empty(struct removal *r, int dir_fd, const char *name, struct err *e)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	cleanup_fd int fd = openat(dir_fd, name, flags);
	struct stat st;

	if (fd < 0 && errno == EACCES && fchmodat(dir_fd, name, 0700, 0) == 0)
		fd = openat(dir_fd, name, flags);
	if (fd < 0 || fstat(fd, &st))
		return fail(e, ERR_HOST, errno, "open '%s' to remove it", name);
	if (st.st_dev != r->dev)
		return fail(e, ERR_HOST, EBUSY, "remove '%s': something is mounted there", name);
	if ((st.st_mode & 0700) != 0700)
		fchmod(fd, 0700); /* if it matters, the next step says so */
	return fd_take(&fd);
}

static int remove_directory(struct removal *r, int dir_fd, const char *name, int depth,
			    struct err *e)
{
	char temporary[64];

	if (depth >= DEEPEST) {
		snprintf(temporary, sizeof(temporary), ".removing-%d-%llu", (int)getpid(),
			 r->moved++);
		if (renameat(dir_fd, name, r->top_fd, temporary) == 0)
			return 0;
		return fail(e, ERR_HOST, errno, "move '%s' up to remove it", name);
	}
	cleanup_fd int fd = open_to_empty(r, dir_fd, name, e);

	if (fd < 0 || remove_children(r, fd, depth + 1, e))
		return -1;
	if (unlinkat(dir_fd, name, AT_REMOVEDIR) && errno != ENOENT)
		return fail(e, ERR_HOST, errno, "remove '%s'", name);
	return 0;
}

static int remove_entry(struct removal *r, int dir_fd, const char *name, int depth, struct err *e)
{
	if (unlinkat(dir_fd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno == EISDIR || errno == EPERM)
		return remove_directory(r, dir_fd, name, depth, e);
	return fail(e, ERR_HOST, errno, "remove '%s'", name);
}

static int remove_children(struct removal *r, int dir_fd, int depth, struct err *e)
{
	int copy = fcntl(dir_fd, F_DUPFD_CLOEXEC, 3);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	int result = 0;

	if (!dir) {
		fail(e, ERR_HOST, errno, "read a directory to remove it");
		fd_close(&copy);
		return -1;
	}
	while (result == 0) {
		errno = 0;
		struct dirent *entry = readdir(dir);

		if (!entry) {
			if (errno)
				result = fail(e, ERR_HOST, errno, "read a directory to remove it");
			break;
		}
		if (str_eq(entry->d_name, ".") || str_eq(entry->d_name, ".."))
			continue;
		result = remove_entry(r, dir_fd, entry->d_name, depth, e);
	}
	closedir(dir);
	return result;
}

int path_remove_tree_at(int dir_fd, const char *path, struct err *e)
{
	struct removal r = {.top_fd = -1};
	struct stat st;

	if (unlinkat(dir_fd, path, 0) == 0 || errno == ENOENT)
		return 0;
	if (fstatat(dir_fd, path, &st, AT_SYMLINK_NOFOLLOW) || !S_ISDIR(st.st_mode))
		return fail(e, ERR_HOST, errno, "remove '%s'", path);
	r.dev = st.st_dev;
	cleanup_fd int top = open_to_empty(&r, dir_fd, path, e);

	if (top < 0)
		return -1;
	r.top_fd = top;
	for (;;) {
		unsigned long long moved = r.moved;

		if (remove_children(&r, top, 0, e))
			return wrap(e, "remove '%s'", path);
		if (unlinkat(dir_fd, path, AT_REMOVEDIR) == 0 || errno == ENOENT)
			return 0;
		/* Not empty: a deep part was moved up, or readdir missed one that moved. */
		if (errno != ENOTEMPTY || (moved == r.moved && lseek(top, 0, SEEK_SET) < 0))
			return fail(e, ERR_HOST, errno, "remove '%s'", path);
	}
}

/* $variable/labctl, or $HOME/fallback/labctl, or a directory of the user's in /tmp. */
static char *xdg_dir(const char *variable, const char *fallback)
{
	const char *dir = getenv(variable);
	const char *home = getenv("HOME");

	if (dir && *dir == '/')
		return path_join(dir, "labctl");
	if (fallback && home && *home == '/')
		return xasprintf("%s/%s/labctl", home, fallback);
	return xasprintf("/tmp/labctl-%u", (unsigned)getuid());
}

static char *our_dir(const char *part, const char *system, const char *variable,
		     const char *fallback)
{
	const char *root = getenv("LABCTL_ROOT");

	if (root && *root)
		return path_join(root, part);
	if (geteuid() == 0)
		return xstrdup(system);
	return xdg_dir(variable, fallback);
}

const char *path_state_dir(void)
{
	static char *dir;

	if (!dir)
		dir = our_dir("lib", "/var/lib/labctl", "XDG_STATE_HOME", ".local/state");
	return dir;
}

const char *path_run_dir(void)
{
	static char *dir;

	if (!dir)
		dir = our_dir("run", "/run/labctl", "XDG_RUNTIME_DIR", NULL);
	return dir;
}

const char *path_config_dir(void)
{
	static char *dir;

	if (!dir)
		dir = our_dir("etc", "/etc/labctl", "XDG_CONFIG_HOME", ".config");
	return dir;
}

/* The directory that holds images/, exercises/ and cgroups/: a checkout or <prefix>/share/labctl.
 */
static char *find_data_root(void)
{
	const char *chosen = getenv("LABCTL_DATA");
	char exe[PATH_MAX];

	if (chosen && *chosen)
		return xstrdup(chosen);
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n <= 0)
		return xstrdup("/usr/share/labctl");
	exe[n] = '\0';

	/* The checkout itself may lie below a directory of that name. */
	for (char *build = strstr(exe, "/build/"); build; build = strstr(build + 1, "/build/")) {
		cleanup_free char *makefile = xasprintf("%.*s/Makefile", (int)(build - exe), exe);

		if (path_exists(makefile))
			return xstrndup(exe, (size_t)(build - exe));
	}
	cleanup_free char *bin = path_dir(exe);
	cleanup_free char *prefix = path_dir(bin);

	return path_join(prefix, "share/labctl");
}

const char *path_data_dir(const char *name)
{
	static struct strv known;
	static char *root;

	if (!root)
		root = find_data_root();
	cleanup_free char *path = path_join(root, name);

	for (size_t i = 0; i < known.len; i++)
		if (str_eq(known.items[i], path))
			return known.items[i];
	strv_add(&known, path);
	return known.items[known.len - 1];
}
