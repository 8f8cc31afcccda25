/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_FD_H
#define LABCTL_BASE_FD_H

/*
 * File descriptors. All that labctl opens are close-on-exec. EINTR is handled
 * here and nowhere else. Functions that take a path take a directory
 * descriptor too (AT_FDCWD for none).
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"

void fd_close(int *fd); /* closes if >= 0, leaves -1, keeps errno */
#define cleanup_fd __attribute__((__cleanup__(fd_close)))
int fd_take(int *fd); /* hands the descriptor out and leaves -1 */

int fd_open_at(int dir_fd, const char *path, int flags, mode_t mode, struct err *e);
int fd_read_all(int fd, struct str *out, size_t max_bytes, struct err *e); /* ERR_SPEC beyond max */
int fd_write_all(int fd, const void *data, size_t size, struct err *e);
ssize_t fd_read_full(int fd, void *data, size_t size,
		     struct err *e); /* < size only at EOF; -1 error */
int fd_pipe(int ends[2], struct err *e);
int fd_nonblock(int fd, struct err *e);

/* Opens /dev/null for each of 0, 1 and 2 that is closed, so that nothing else gets that number and
 * is written to, or replaced, as a standard stream. First of all in main. */
int fd_ensure_standard(struct err *e);

/* A whole small file (<= max_bytes), appended to out. */
int fd_read_file_at(int dir_fd, const char *path, struct str *out, size_t max_bytes, struct err *e);
/* A file that holds one number; the kernel's "max" reads as INT64_MAX. */
int fd_read_int64_at(int dir_fd, const char *path, int64_t *out, struct err *e);

/* One write(2) into an existing file such as a cgroup or /proc knob. */
int fd_write_knob_at(int dir_fd, const char *path, const char *text, struct err *e);

/* Atomic and durable: temporary name beside it, write, fsync, rename, fsync the directory. */
int fd_replace_file_at(int dir_fd, const char *path, const void *data, size_t size, mode_t mode,
		       struct err *e);

/*
 * Takes an flock (LOCK_EX or LOCK_SH; with LOCK_NB it fails with EWOULDBLOCK instead of waiting)
 * on path, made if missing. Where it must wait, calls
 * on_wait(arg) once first, so the user hears why. Returns the descriptor; closing it unlocks.
 */
int fd_lock_at(int dir_fd, const char *path, int operation, void (*on_wait)(void *), void *arg,
	       struct err *e);

/* Unlocks at once and closes: a child forked meanwhile has the same lock through its own copy, and
 * would hold it until it ends. */
void fd_unlock(int *fd);

#endif
