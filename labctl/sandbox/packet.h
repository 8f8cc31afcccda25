/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_PACKET_H
#define LABCTL_SANDBOX_PACKET_H

/* One packet with at most one descriptor in it, over a local SOCK_SEQPACKET socket. Safe after
 * fork. */

#include <stddef.h>
#include <sys/types.h>

/* passed_fd: -1 for none. -1 with errno when the other end is gone. */
int packet_send(int socket_fd, const void *data, size_t size, int passed_fd);

/* The bytes received, 0 when the other end is gone, -1 with errno. *passed_fd: -1 for none. */
ssize_t packet_receive(int socket_fd, void *data, size_t size, int *passed_fd);

#endif
