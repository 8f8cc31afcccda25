/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_MOUNT_H
#define LABCTL_SANDBOX_MOUNT_H

/*
 * The guest's file system, built in a mount namespace of its own by init.c, in
 * two steps: what can be done before the guest's user namespace is known, and
 * the rest. Safe after fork: no malloc.
 */

#include "sandbox/guest.h"

/* The parts, mounted nowhere yet. */
struct mount_parts {
	int scratch_fd; /* the file system in memory that takes the guest's writes */
	int proc_fd, devpts_fd;
	int upper_fd; /* of the directory on disk; -1: none */
	int layer_fds[MOUNT_LAYERS_MAX], bind_fds[MOUNT_BINDS_MAX];
};

/* Leaves the host's file system for good, with copies of what is needed of it in hand. */
int mount_prepare(const struct plan *p, struct mount_parts *m, struct err *e);

/* Puts the parts together, ids mapped as in the user namespace userns_fd, and makes that the root.
 */
int mount_build(const struct plan *p, const struct mount_parts *m, int userns_fd, struct err *e);

#endif
