/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_WIRE_H
#define LABCTL_SANDBOX_WIRE_H

/*
 * A wire between two networks of sandboxes: a pair of virtual interfaces, one
 * end in each. Networks form a star: the hub has a wire to each of its
 * machines, and passes on what they send to one another. No end is ever in the
 * host's network; the pair goes with the first of the two networks that does.
 *
 * Wire number n (1 to 254) has the addresses 10.77.n.1 in the hub and
 * 10.77.n.2 in the machine, which sends everything to the hub.
 */

#include "base/err.h"

enum { WIRE_ADDRESS_SIZE = 16 };

int wire_connect(int hub_netns_fd, int machine_netns_fd, unsigned number, struct err *e);
void wire_remove(int hub_netns_fd, unsigned number);                 /* as far as it is there */
int wire_forward(int hub_netns_fd, struct err *e);                   /* makes a network a hub */
void wire_address(unsigned number, char address[WIRE_ADDRESS_SIZE]); /* of the machine's end */

#endif
