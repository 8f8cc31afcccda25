/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_STAGE_H
#define LABCTL_SANDBOX_STAGE_H

/*
 * A pid 1 that is kept, for guests that follow one another: most of what a sandbox costs is making
 * and removing namespaces and mounts that are the same each time. From guest to guest go the pid
 * namespace (empty in between), the host name and a read-only view of image, devices and proc. Each
 * guest has its own processes, mounts, memory and files, IPC and cgroup namespaces: what the head
 * of stage_init.c promises. For sandbox_staged.c and kept.c.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/strv.h"
#include "sandbox/guest.h"

struct stage {
	pid_t pid; /* 0: dead, and to be destroyed */
	int pid_fd, socket_fd;
	struct stage_order *order; /* shared with pid 1 */
	struct strv layers;        /* of the image that it is for */
	char *hostname;
	bool busy;          /* there is a guest */
	int64_t counted_ns; /* of pid 1's CPU time: what is in cost_total_ns already */
};

/* cgroup: where pid 1 shall be, and its guests with it (see cgroup_lodge). */
int stage_create(const char *const *layers, const char *hostname, uid_t first_id, int users_fd,
		 const struct cgroup *cgroup, struct stage **out, struct err *e);
void stage_destroy(struct stage *st); /* NULL is fine */

bool stage_fits(const struct stage *st, const char *const *layers, const char *hostname);

/* The plan is what stage_start starts next. False: it is too long for a stage. */
bool stage_take(struct stage *st, const struct plan *p);
/* Has the guest started in the cgroup g; what comes of it is read from socket_fd, a struct report
 * at a time. */
int stage_start(struct stage *st, const struct plan *p, const struct cgroup *g, struct err *e);

/* Kills the guest with all of its processes, if there still is one; when it returns, nothing of it
 * is left. */
void stage_clear(struct stage *st);

/* The guest has ended and said so; or pid 1 died, and this reaps it. Counts what it cost. */
void stage_ended(struct stage *st, bool dead);

#endif
