/* SPDX-License-Identifier: Apache-2.0 */
#include "image/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "image/tarball.h"

int unpack_clean_name(const char *name, struct str *out, struct err *e)
{
	str_clear(out);
	if (*name == '/')
		return fail(e, ERR_SPEC, 0, "its name is absolute");
	if (strchr(name, '\n'))
		return fail(e, ERR_SPEC, 0, "its name holds a line break");
	while (*(name += strspn(name, "/"))) {
		size_t len = strcspn(name, "/");

		if (len == 2 && name[0] == '.' && name[1] == '.')
			return fail(e, ERR_SPEC, 0, "its name leads out of the image with '..'");
		if (len != 1 || name[0] != '.') {
			if (out->len)
				str_addc(out, '/');
			str_addn(out, name, len);
		}
		name += len;
	}
	return 0;
}

const char *unpack_divert(const struct diversions *d, const char *package, const char *path)
{
	for (size_t i = 0; d && i < d->count; i++)
		if (str_eq(d->items[i].from, path) && !str_eq(d->items[i].package, package))
			return d->items[i].to;
	return path;
}

/* Where the file with this name in the archive lies in the tree. */
static char *disk_path(const struct unpack *u, const char *path)
{
	if (u->conffiles && strv_has(u->conffiles, path))
		return xasprintf("%s.dpkg-new", path);
	return xstrdup(unpack_divert(u->diversions, u->package, path));
}

/* What stands there already is another package's: dpkg_assemble decides. */
static int exists(struct unpack *u, const char *path)
{
	str_addf(&u->clashes, "%s\n", path);
	return 0;
}

static int write_content(struct tarball *t, int fd, int64_t size, struct err *e)
{
	const void *data;
	size_t n;
	int64_t written = 0;
	int more;

	while ((more = tarball_read(t, &data, &n, e)) == 1) {
		if (fd_write_all(fd, data, n, e))
			return -1;
		written += (int64_t)n;
	}
	if (more == 0 && written != size)
		return fail(e, ERR_SPEC, 0, "the archive ends in the middle of it");
	return more;
}

static int set_attributes(int fd, const struct tarball_member *m, struct err *e)
{
	const struct timespec times[2] = {{.tv_sec = m->mtime}, {.tv_sec = m->mtime}};

	/* Few files are not root's, as new ones are. The owner first: chown takes setuid away. */
	if (((m->uid || m->gid) && fchown(fd, m->uid, m->gid)) || fchmod(fd, m->mode) ||
	    futimens(fd, times))
		return fail(e, ERR_HOST, errno, "set its owner, mode and time");
	return 0;
}

static int put_file(struct unpack *u, struct tarball *t, const struct tarball_member *m,
		    const char *path, int dir_fd, const char *base, struct err *e)
{
	cleanup_fd int fd =
	    openat(dir_fd, base, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0 && errno == EEXIST)
		return exists(u, path);
	if (fd < 0)
		return fail(e, ERR_HOST, errno, "make the file");
	if (write_content(t, fd, m->size, e))
		return -1;
	return set_attributes(fd, m, e);
}

static int put_symlink(struct unpack *u, const struct tarball_member *m, const char *path,
		       int dir_fd, const char *base, struct err *e)
{
	const struct timespec times[2] = {{.tv_sec = m->mtime}, {.tv_sec = m->mtime}};

	if (symlinkat(m->link, dir_fd, base)) {
		if (errno == EEXIST)
			return exists(u, path);
		return fail(e, ERR_HOST, errno, "make the link");
	}
	if (((m->uid || m->gid) && fchownat(dir_fd, base, m->uid, m->gid, AT_SYMLINK_NOFOLLOW)) ||
	    utimensat(dir_fd, base, times, AT_SYMLINK_NOFOLLOW))
		return fail(e, ERR_HOST, errno, "set its owner and time");
	return 0;
}

/* Only to a file that lies in upper: its parents' trees are shared and must not get new names. */
static int put_hardlink(struct unpack *u, const struct tarball_member *m, const char *path,
			const char *disk, struct err *e)
{
	cleanup(str_done) struct str target = STR_INIT;
	const char *base;
	struct stat st;

	if (unpack_clean_name(m->link, &target, e))
		return wrap(e, "its target '%s'", m->link);
	cleanup_free char *target_disk = disk_path(u, target.data);
	int dir_fd = view_parent(u->view, target_disk, &base, e);

	if (dir_fd < 0)
		return -1;
	if (fstatat(dir_fd, base, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
		return fail(e, ERR_SPEC, 0, "its target '%s' is no file of this package", m->link);
	const char *target_base = base;
	cleanup_fd int from = fcntl(dir_fd, F_DUPFD_CLOEXEC, 3); /* view_parent closes its last */

	if (from < 0)
		return fail(e, ERR_HOST, errno, "duplicate a descriptor");
	dir_fd = view_parent(u->view, disk, &base, e);
	if (dir_fd < 0)
		return -1;
	if (linkat(from, target_base, dir_fd, base, 0)) {
		if (errno == EEXIST)
			return exists(u, path);
		return fail(e, ERR_HOST, errno, "make the link");
	}
	return 0;
}

/* An existing directory keeps its attributes; whose count is decided when all packages are there.
 */
static int put_dir(struct unpack *u, const struct tarball_member *m, const char *path,
		   struct err *e)
{
	if (view_dir(u->view, path, e) < 0)
		return -1;
	str_addf(&u->dirs, "%o %u %u %s\n", (unsigned)m->mode, (unsigned)m->uid, (unsigned)m->gid,
		 u->view->dir_real);
	return 0;
}

static int put_member(struct unpack *u, struct tarball *t, const struct tarball_member *m,
		      const char *path, struct err *e)
{
	const char *base;

	if (m->type == TARBALL_OTHER)
		return fail(e, ERR_SPEC, 0, "packages may not ship one");
	if (m->type == TARBALL_DIR)
		return u->only ? 0 : put_dir(u, m, path, e);
	if (!*path)
		return fail(e, ERR_SPEC, 0, "it would replace the root directory");
	cleanup_free char *disk = disk_path(u, path);
	int dir_fd = view_parent(u->view, disk, &base, e);

	if (dir_fd < 0)
		return -1;
	if (u->only && unlinkat(dir_fd, base, 0) && errno != ENOENT)
		return fail(e, ERR_HOST, errno, "replace it");
	if (m->type == TARBALL_HARDLINK)
		return put_hardlink(u, m, path, disk, e);
	if (m->type == TARBALL_SYMLINK)
		return put_symlink(u, m, path, dir_fd, base, e);
	return put_file(u, t, m, path, dir_fd, base, e);
}

int unpack_data(struct unpack *u, const struct deb_part *data, struct err *e)
{
	cleanup(str_done) struct str path = STR_INIT;
	struct tarball *t = tarball_open(data->data, data->size, e);
	struct tarball_member m;
	int more;

	if (!t)
		return -1;
	while ((more = tarball_next(t, &m, e)) == 1) {
		more = unpack_clean_name(m.path, &path, e);
		if (more == 0 && (!u->only || str_eq(u->only, path.data)))
			more = put_member(u, t, &m, path.data, e);
		if (more < 0) {
			wrap(e, "%s '%s'", m.type_name, m.path);
			break;
		}
		str_addf(&u->list, "/%s\n", *path.data ? path.data : ".");
	}
	tarball_close(t);
	return more;
}

void unpack_done(struct unpack *u)
{
	str_done(&u->list);
	str_done(&u->dirs);
	str_done(&u->clashes);
}
