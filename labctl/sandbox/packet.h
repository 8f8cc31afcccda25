/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_PACKET_H
#define LABCTL_SANDBOX_PACKET_H

/* One packet with descriptors in it, over a local SOCK_SEQPACKET socket. Safe after fork. */

#include <stddef.h>
#include <sys/types.h>

enum { PACKET_FDS_MAX = 48 };

/* passed_fd: -1 for none. -1 with errno when the other end is gone. */
int packet_send(int socket_fd, const void *data, size_t size, int passed_fd);
int packet_send_fds(int socket_fd, const void *data, size_t size, const int *fds, size_t count);

/* The bytes received, 0 when the other end is gone, -1 with errno. *passed_fd: -1 for none. */
ssize_t packet_receive(int socket_fd, void *data, size_t size, int *passed_fd);
/* fds has room for *count, which becomes how many came. */
ssize_t packet_receive_fds(int socket_fd, void *data, size_t size, int *fds, size_t *count);

#endif
