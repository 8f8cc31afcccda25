/* SPDX-License-Identifier: Apache-2.0 */
#include "image/finish.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "image/tree.h"

/* Files (never directories) that tell of this one build. An asterisk stands for slashes too. */
static const char *const noise[] = {
    "tmp/*",
    "var/tmp/*",
    "run/*",
    "var/log/*",
    "var/cache/apt/*",
    "var/cache/debconf/*-old",
    "var/cache/ldconfig/*",
    "var/lib/apt/lists/*",
    "var/lib/dpkg/*-old",
    "var/lib/dpkg/lock",
    "var/lib/dpkg/lock-frontend",
    "var/lib/dpkg/triggers/Lock",
    "var/lib/dpkg/triggers/Unincorp",
    "var/lib/dbus/machine-id",
    "var/lib/systemd/random-seed",
    "var/lib/ucf/*.[0-9]",
    "etc/machine-id",
    "etc/.pwd.lock",
    "etc/passwd-",
    "etc/group-",
    "etc/shadow-",
    "etc/gshadow-",
    "etc/subuid-",
    "etc/subgid-",
    "etc/ssl/private/ssl-cert-snakeoil.key", /* a key that every lab had would be no secret */
    "etc/ssl/certs/ssl-cert-snakeoil.pem",
    "root/.cache/*",
    "*.dpkg-dist",
    "*.dpkg-old",
    "*.ucf-dist",
};

struct finish {
	struct view *view;
	struct timespec epoch;
};

static bool is_noise(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(noise); i++)
		if (fnmatch(noise[i], path, 0) == 0)
			return true;
	return false;
}

/* overlayfs writes down where a copied file came from: inode numbers of this disk. */
static int drop_xattrs(int fd, bool keep_opaque, struct err *e)
{
	char list[4096];
	ssize_t n = flistxattr(fd, list, sizeof(list));

	if (n < 0)
		return errno == ENOTSUP ? 0 : fail(e, ERR_HOST, errno, "list its attributes");
	for (const char *name = list; name < list + n; name += strlen(name) + 1) {
		if (!str_starts(name, "trusted.overlay."))
			continue;
		if (keep_opaque && str_eq(name, "trusted.overlay.opaque"))
			continue;
		if (fremovexattr(fd, name) && errno != ENODATA)
			return fail(e, ERR_HOST, errno, "remove its attribute %s", name);
	}
	return 0;
}

static int set_time(const struct finish *f, const struct tree_entry *entry, struct err *e)
{
	struct timespec times[2] = {f->epoch, f->epoch};

	if (!S_ISDIR(entry->st.st_mode) && entry->st.st_mtime < f->epoch.tv_sec)
		times[0].tv_sec = times[1].tv_sec = entry->st.st_mtime;
	if (utimensat(entry->parent_fd, entry->name, times, AT_SYMLINK_NOFOLLOW))
		return fail(e, ERR_HOST, errno, "set its time");
	return 0;
}

static int finish_entry(struct finish *f, const struct tree_entry *entry, struct err *e)
{
	mode_t mode = entry->st.st_mode;

	if (S_ISDIR(mode))
		return 0; /* on the way up */
	if (S_ISSOCK(mode) || S_ISFIFO(mode) || is_noise(entry->path)) {
		if (unlinkat(entry->parent_fd, entry->name, 0))
			return fail(e, ERR_HOST, errno, "remove it");
		return 0;
	}
	if (S_ISREG(mode)) {
		cleanup_fd int fd =
		    fd_open_at(entry->parent_fd, entry->name, O_RDONLY | O_NOFOLLOW, 0, e);

		if (fd < 0 || drop_xattrs(fd, false, e))
			return -1;
	}
	return set_time(f, entry, e);
}

static bool is_opaque(int fd)
{
	char mark = 0;

	return fgetxattr(fd, "trusted.overlay.opaque", &mark, 1) == 1 && mark == 'y';
}

/*
 * A directory that says nothing new is taken out: whether there is one depends on what was copied
 * up for a moment. And one is opaque only where that hides something.
 */
static int finish_dir(struct finish *f, const struct tree_entry *entry, struct err *e)
{
	struct stat below, now;
	int found = view_lstat_lower(f->view, entry->path, &below, e);
	cleanup_fd int fd =
	    fd_open_at(entry->parent_fd, entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, e);

	if (found < 0 || fd < 0)
		return -1;
	if (fstat(fd, &now))
		return fail(e, ERR_HOST, errno, "stat it");
	bool hides = found && S_ISDIR(below.st_mode) && is_opaque(fd);

	if (found && !hides && below.st_mode == now.st_mode && below.st_uid == now.st_uid &&
	    below.st_gid == now.st_gid &&
	    unlinkat(entry->parent_fd, entry->name, AT_REMOVEDIR) == 0)
		return 0;
	if (drop_xattrs(fd, hides, e))
		return -1;
	return set_time(f, entry, e);
}

static int on_the_way_down(void *arg, const struct tree_entry *entry, struct err *e)
{
	return finish_entry(arg, entry, e) ? wrap(e, "finish '/%s'", entry->path) : 0;
}

static int on_the_way_up(void *arg, const struct tree_entry *entry, struct err *e)
{
	return finish_dir(arg, entry, e) ? wrap(e, "finish '/%s'", entry->path) : 0;
}

int finish_tree(struct view *v, int64_t epoch, struct err *e)
{
	struct finish f = {.view = v, .epoch = {.tv_sec = epoch}};
	struct timespec times[2] = {f.epoch, f.epoch};

	if (tree_walk(v->upper_fd, on_the_way_down, on_the_way_up, &f, e))
		return -1;
	if (drop_xattrs(v->upper_fd, false, e))
		return wrap(e, "finish '/'");
	if (futimens(v->upper_fd, times))
		return fail(e, ERR_HOST, errno, "set the time of '/'");
	return 0;
}
