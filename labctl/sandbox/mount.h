/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_MOUNT_H
#define LABCTL_SANDBOX_MOUNT_H

/* The guest's file system, built in a mount namespace of its own by init.c. Safe after fork: no
 * malloc. */

#include "sandbox/guest.h"

/* Our mounts shall not reach the host's. First of all. */
int mount_detach_from_host(struct err *e);

/* The file system in memory that takes the guest's writes, mounted nowhere yet. */
int mount_new_scratch(const struct plan *p, struct err *e);

/* Builds the whole tree and makes it the root; nothing of the host's stays reachable. userns_fd is
 * the guest's user namespace. */
int mount_build(const struct plan *p, int scratch_fd, int userns_fd, struct err *e);

#endif
