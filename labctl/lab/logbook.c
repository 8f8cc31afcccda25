/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/logbook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

/* A flood of one service shall not keep its supervisor from the others. */
enum { BITE_BYTES = 64 << 10, MOVE_BYTES = 4 << 20 };

static const char dropped[] = "[older lines were dropped: labctl keeps the last 4 to 8 MiB]\n";

int logbook_open(struct logbook *b, const char *path, struct err *e)
{
	int ends[2];

	logbook_close(b);
	if (fd_pipe(ends, e))
		return -1;
	b->from_fd = ends[0];
	b->path = xstrdup(path);
	if (fd_nonblock(ends[0], e) == 0)
		return ends[1];
	close(ends[1]);
	logbook_close(b);
	return -1;
}

/* The last lines, in a new file that takes the old one's place. */
static int drop_older(const char *path, int fd, off_t size, struct err *e)
{
	cleanup(str_done) struct str tail = STR_INIT;
	cleanup_free char *temporary = xasprintf("%s.new", path);
	cleanup_fd int to_fd =
	    fd_open_at(AT_FDCWD, temporary, O_WRONLY | O_CREAT | O_TRUNC, 0644, e);

	if (to_fd < 0 || lseek(fd, size - LOGBOOK_KEPT_BYTES, SEEK_SET) < 0 ||
	    fd_read_all(fd, &tail, 2 * LOGBOOK_MAX_BYTES, e))
		return -1;
	const char *line = strchr(tail.data, '\n');
	const size_t skip = line ? (size_t)(line + 1 - tail.data) : 0;

	if (fd_write_all(to_fd, dropped, strlen(dropped), e) ||
	    fd_write_all(to_fd, tail.data + skip, tail.len - skip, e))
		return -1;
	return rename(temporary, path) ? fail(e, ERR_HOST, errno, "write '%s'", path) : 0;
}

static void append(const struct logbook *b, const char *data, size_t size)
{
	struct err ignored;
	struct stat st;
	cleanup_fd int fd =
	    fd_open_at(AT_FDCWD, b->path, O_RDWR | O_CREAT | O_APPEND, 0644, &ignored);

	if (fd >= 0 && !fd_write_all(fd, data, size, &ignored) && !fstat(fd, &st) &&
	    st.st_size > LOGBOOK_MAX_BYTES)
		drop_older(b->path, fd, st.st_size, &ignored);
}

void logbook_move(struct logbook *b)
{
	char data[BITE_BYTES];

	for (int moved = 0; b->from_fd >= 0 && moved < MOVE_BYTES;) {
		ssize_t n = read(b->from_fd, data, sizeof(data));

		if (n > 0) {
			append(b, data, (size_t)n);
			moved += (int)n;
		} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
			fd_close(&b->from_fd);
		} else if (errno == EAGAIN) {
			return;
		}
	}
}

void logbook_close(struct logbook *b)
{
	logbook_move(b);
	fd_close(&b->from_fd);
	free(take_ptr(b->path));
}
