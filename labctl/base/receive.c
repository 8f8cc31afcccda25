/* SPDX-License-Identifier: Apache-2.0 */

/*
 * close(2) does not wait for a socket that lingers where the process itself is ending. So the last
 * reference to what was passed is left to a child, which ends.
 *
 * (Kernels from 6.16 on can refuse descriptors, SO_PASSRIGHTS; those before have no other way.)
 */
#include "base/receive.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

enum { FDS_MAX = 253 }; /* the kernel's own, of one message */

union control {
	struct cmsghdr header;
	char space[CMSG_SPACE(FDS_MAX * sizeof(int))];
};

static void close_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		close(fds[i]);
}

/* Where no child can be had they stay open: better than to wait without end. */
static void let_go(const int *fds, size_t count)
{
	struct err ignored;
	int gate[2];
	char none;

	if (fd_pipe(gate, &ignored))
		return;
	const pid_t pid = fork();

	if (pid == 0) {
		close(gate[1]);
		(void)!read(gate[0], &none, 1); /* until its are the last */
		_exit(0);
	}
	if (pid > 0)
		close_all(fds, count);
	close_all(gate, 2);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

ssize_t receive_bytes(int socket_fd, void *data, size_t size, bool *passed)
{
	union control control;
	int fds[FDS_MAX];
	struct iovec piece = {data, size};
	struct msghdr m = {.msg_iov = &piece,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};
	const ssize_t n = recvmsg(socket_fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	const int sys = errno;
	const struct cmsghdr *c = n >= 0 ? CMSG_FIRSTHDR(&m) : NULL;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
		const size_t bytes = c->cmsg_len - CMSG_LEN(0);

		memcpy(fds, CMSG_DATA(c), bytes);
		let_go(fds, bytes / sizeof(int));
		*passed = true;
	}
	errno = sys;
	return n;
}

static bool has_datagrams(int socket_fd)
{
	int type = 0;
	socklen_t size = sizeof(type);

	return !getsockopt(socket_fd, SOL_SOCKET, SO_TYPE, &type, &size) && type == SOCK_DGRAM;
}

void receive_close(int *socket_fd)
{
	const int sys = errno;
	const bool empty_ones = *socket_fd >= 0 && has_datagrams(*socket_fd);
	char scrap[4096];
	bool passed;
	ssize_t n = 1;

	while (*socket_fd >= 0 && (n > 0 || (n == 0 && empty_ones) || (n < 0 && errno == EINTR)))
		n = receive_bytes(*socket_fd, scrap, sizeof(scrap), &passed);
	fd_close(socket_fd);
	errno = sys;
}
