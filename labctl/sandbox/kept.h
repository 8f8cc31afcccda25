/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_KEPT_H
#define LABCTL_SANDBOX_KEPT_H

/*
 * What sandboxes that follow one another may have in common: the range of user
 * ids with its namespace, a network of loopback alone, and a stage: pid 1 with
 * a read-only view of the image (stage.h). To make and remove these costs half of
 * a sandbox. On cgroups of version 1 also the control groups
 * for CPUs and I/O, whose counters are read as differences. Processes, files, IPC
 * objects, memory and its accounts are each sandbox's own all the same, and those of
 * the last one are gone before the next begins. A network in which something did stay
 * (a closed connection lingers there for a minute, and holds its port) is
 * not used again.
 *
 * For the samples of one run, which are one person's programs. Who judges one
 * person's program for another gives each sandbox its own: without `kept`.
 */

#include "base/err.h"
#include "spec/limits.h"

struct kept; /* opaque */

/* name: of its control group. limits: those of each of the sandboxes; NULL: they are to be inside a
 * lab's group, and have all of theirs there. */
int kept_create(const char *name, const struct limits *limits, struct kept **out, struct err *e);
void kept_destroy(struct kept *k); /* after its sandboxes; NULL is fine */

/* For sandbox_spec.netns_fd of the next sandbox; borrowed. -1 on error. */
int kept_network(struct kept *k, struct err *e);

#endif
