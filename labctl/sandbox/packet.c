/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/packet.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

union control {
	struct cmsghdr header;
	char space[CMSG_SPACE(PACKET_FDS_MAX * sizeof(int))];
};

int packet_send_fds(int socket_fd, const void *data, size_t size, const int *fds, size_t count)
{
	union control control;
	struct iovec piece = {(void *)data, size};
	struct msghdr m = {.msg_iov = &piece, .msg_iovlen = 1};
	ssize_t n;

	if (count > PACKET_FDS_MAX) {
		errno = EINVAL;
		return -1;
	}
	if (count) {
		control.header = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
						  .cmsg_type = SCM_RIGHTS,
						  .cmsg_len = CMSG_LEN(count * sizeof(int))};
		memcpy(CMSG_DATA(&control.header), fds, count * sizeof(int));
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(count * sizeof(int));
	}
	do
		n = sendmsg(socket_fd, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -1 : 0;
}

int packet_send(int socket_fd, const void *data, size_t size, int passed_fd)
{
	return packet_send_fds(socket_fd, data, size, &passed_fd, passed_fd >= 0);
}

ssize_t packet_receive_fds(int socket_fd, void *data, size_t size, int *fds, size_t *count)
{
	union control control;
	struct iovec piece = {data, size};
	struct msghdr m = {.msg_iov = &piece,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = *count ? CMSG_LEN(*count * sizeof(int)) : 0};
	ssize_t n;

	*count = 0;
	/* A peer that ended without reading all it was sent makes one call fail; what it sent
	 * itself is still there. */
	do
		n = recvmsg(socket_fd, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && (errno == EINTR || errno == ECONNRESET));
	const struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
		*count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(c), *count * sizeof(int));
	}
	return n;
}

ssize_t packet_receive(int socket_fd, void *data, size_t size, int *passed_fd)
{
	size_t count = 1;
	ssize_t n = packet_receive_fds(socket_fd, data, size, passed_fd, &count);

	if (!count)
		*passed_fd = -1;
	return n;
}
