/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_NETWORK_H
#define LABCTL_LAB_NETWORK_H

/*
 * A lab's network has only a loopback of its own, so who talks to a service by
 * TCP makes the socket while inside. Being inside is the calling thread's
 * alone, and short: sockets that are open keep working after it left.
 */

#include "base/err.h"

/* Returns a descriptor of the thread's own network, for network_leave; -1: error. */
int network_enter(int netns_fd, struct err *e);
int network_leave(int *home_fd, struct err *e); /* closes it */

#endif
