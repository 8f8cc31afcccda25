/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_RECEIVE_H
#define LABCTL_BASE_RECEIVE_H

/*
 * Local sockets whose other end is not trusted. It may pass descriptors along with its bytes, and
 * those that nobody takes are closed by who receives: a TCP socket that lingers holds up who closes
 * it last for as long as its maker says, past every deadline. Here nothing that was passed is
 * taken, and nothing of it can hold us up.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* recv(2) without waiting. *passed: descriptors came too, and are gone; else it is left alone. */
ssize_t receive_bytes(int socket_fd, void *data, size_t size, bool *passed);

/* Closes the socket, with all that was not received, when nobody sends any more; leaves -1, keeps
 * errno. */
void receive_close(int *socket_fd);

#endif
