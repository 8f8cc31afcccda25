/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_KEPT_H
#define LABCTL_SANDBOX_KEPT_H

/*
 * What sandboxes that follow one another may have in common: the range of user
 * ids with its namespace, and a network of loopback alone. To make and remove
 * both costs a third of a sandbox. Processes, files, IPC objects and
 * control groups are each sandbox's own all the same, and those of the last
 * one are gone before the next begins. A network in which something did stay
 * (a closed connection lingers there for a minute, and holds its port) is
 * not used again.
 *
 * For the samples of one run, which are one person's programs. Who judges one
 * person's program for another gives each sandbox its own: without `kept`.
 */

#include "base/err.h"

struct kept; /* opaque */

int kept_create(struct kept **out, struct err *e);
void kept_destroy(struct kept *k); /* after its sandboxes; NULL is fine */

/* For sandbox_spec.netns_fd of the next sandbox; borrowed. -1 on error. */
int kept_network(struct kept *k, struct err *e);

#endif
