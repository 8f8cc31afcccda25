/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_MOUNT_H
#define LABCTL_SANDBOX_MOUNT_H

/* The guest's file system, built in a mount namespace of its own by init.c. Safe after fork: no
 * malloc. */

#include "sandbox/guest.h"

/* Our mounts shall not reach the host's. First of all. */
int mount_detach_from_host(struct err *e);

/* A new proc of the caller's pid namespace, mounted nowhere yet. Writable: the ids of pid 2 are
 * still to be set through it. */
int mount_new_proc(struct err *e);

/* Builds the whole tree and makes it the root; nothing of the host's stays reachable. userns_fd is
 * the guest's user namespace. *scratch_fd: the file system in memory that takes the guest's
 * writes. */
int mount_build(const struct plan *p, int proc_fd, int userns_fd, int *scratch_fd, struct err *e);

#endif
