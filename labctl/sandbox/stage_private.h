/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_STAGE_PRIVATE_H
#define LABCTL_SANDBOX_STAGE_PRIVATE_H

/*
 * What the supervisor (stage.c) and pid 1 of a stage (stage_init.c, stage_mount.c) share: memory,
 * mapped before the fork and so at one address in both. The supervisor writes an order into it and
 * sends a word; pid 1 reads it until it has reported. No guest ever sees it: exec leaves it behind.
 */

#include "sandbox/guest.h"
#include "sandbox/mount_private.h"

enum { STAGE_ROOM = 256 * 1024 };

enum stage_word {
	STAGE_START = 1, /* the guest of the order; with the descriptors of it */
	STAGE_CLEAR,     /* the guest, and all that is left of it, goes */
};

struct stage_order {
	struct sandbox_spec spec; /* its strings are in `room`; no layers */
	struct plan plan;
	/* The word's descriptors in their order: stdio, network, doors, binds, channel. */
	size_t door_count, bind_count; /* doors: see cgroup_open_doors */
	size_t used;
	char room[STAGE_ROOM];
};

enum { STAGE_STDIO = 0, STAGE_NETWORK = 3, STAGE_DOORS = 4 };

/* Copies the plan and its specification into the order, descriptors not. False: too long. */
bool stage_pack(struct stage_order *o, const struct plan *p);

/* What pid 1 is given at its birth. */
struct stage_plan {
	const char *const *layers;
	const char *hostname;
	uid_t first_id;
	int users_fd;
	int socket_fd, supervisor_fd; /* the two ends */
	const struct cgroup *cgroup;  /* to be in, as a guest of another one: cgroup_lodge */
	struct stage_order *order;
};

_Noreturn void stage_run(const struct stage_plan *p);

/* --- stage_mount.c: the file system ------------------------------------------ */

struct stage_mounts {
	char lower[MOUNT_LOWER_SIZE];
	int last_pid_fd; /* where the kernel counts its pids; -1: it lets nobody */
};

/* Once, in a new mount namespace: the stage's own root with all that guests have in common. */
int stage_mount_prepare(const struct stage_plan *p, struct stage_mounts *m, struct err *e);
/* For each guest: the memory that takes its writes. */
int stage_mount_scratch(const struct plan *p, struct err *e);
/* In its first process, which has a mount namespace of its own: its root. */
int stage_mount_build(const struct plan *p, const struct stage_mounts *m, int scratch_fd,
		      const int *bind_fds, int users_fd, struct err *e);

#endif
