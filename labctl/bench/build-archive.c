/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/build-archive.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/tarball.h"

enum { BUILD_ARCHIVE_MAX_FILES = 1000 };

static int take_content(struct tarball *t, int fd, int64_t *left, struct err *e)
{
	const void *data;
	size_t size;
	int more;

	while ((more = tarball_read(t, &data, &size, e)) == 1) {
		*left -= (int64_t)size; /* a hole costs its maker nothing, and us disk */
		if (*left < 0)
			return fail(e, ERR_SPEC, 0, "it left more than %d MiB",
				    BUILD_ARCHIVE_MAX_BYTES >> 20);
		if (fd_write_all(fd, data, size, e))
			return -1;
	}
	return more;
}

static int take_member(struct tarball *t, const struct tarball_member *m, int dir_fd, int64_t *left,
		       struct err *e)
{
	const char *name = m->path + (str_starts(m->path, "./") ? 2 : 0);

	if (m->type == TARBALL_DIR && (str_eq(name, "") || str_eq(name, ".")))
		return 0;
	if (m->type != TARBALL_FILE || strchr(name, '/') || name[0] == '.' || !*name)
		return fail(e, ERR_SPEC, 0, "it left the %s '%s'; only plain files may lie in $OUT",
			    m->type_name, name);
	cleanup_fd int fd = fd_open_at(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL, 0755, e);

	return fd < 0 ? -1 : take_content(t, fd, left, e);
}

int build_archive_unpack(int archive_fd, const char *dir, struct err *e)
{
	cleanup(str_done) struct str bytes = STR_INIT;
	struct tarball_member member;
	int64_t left = BUILD_ARCHIVE_MAX_BYTES;
	int count = 0;
	int more;

	if (path_mkdirs(dir, 0755, e) || lseek(archive_fd, 0, SEEK_SET) < 0 ||
	    fd_read_all(archive_fd, &bytes, BUILD_ARCHIVE_MAX_BYTES, e))
		return -1;
	cleanup_fd int dir_fd = fd_open_at(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY, 0, e);
	struct tarball *t = dir_fd < 0 ? NULL : tarball_open_plain(bytes.data, bytes.len, e);

	if (!t)
		return -1;
	while ((more = tarball_next(t, &member, e)) == 1 && ++count <= BUILD_ARCHIVE_MAX_FILES)
		if (take_member(t, &member, dir_fd, &left, e)) {
			more = -1;
			break;
		}
	tarball_close(t);
	return more <= 0 ? more
			 : fail(e, ERR_SPEC, 0, "it left more than %d files",
				(int)BUILD_ARCHIVE_MAX_FILES);
}
