/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_CGROUP_HOST_H
#define LABCTL_SANDBOX_CGROUP_HOST_H

/* Where this host has its cgroup controllers. For cgroup*.c and hostcheck.c only. */

#include <stdbool.h>

#include "base/err.h"
#include "sandbox/cgroup.h"

struct cgroup_place {
	int version;     /* 0: this host lacks the controller */
	char mount[128]; /* mount point of its hierarchy */
};

struct cgroup_host {
	struct cgroup_place place[CGROUP_COUNT];
	int top_fd[CGROUP_COUNT]; /* labctl's directory in each hierarchy; -1 */
	int twin[CGROUP_COUNT];   /* the first controller mounted in the same hierarchy (itself, or
				     an earlier one: "cpu,cpuacct"; on v2 all are one) */
};

/* The text of /proc/self/mountinfo, and that of the unified mount's cgroup.controllers, tell where
 * each controller is. Pure; tested on texts from many hosts. */
void cgroup_host_parse(const char *mountinfo, const char *unified_controllers,
		       struct cgroup_place place[CGROUP_COUNT]);

/* Opens labctl's directories, making them the first time; done once a process. */
const struct cgroup_host *cgroup_host_open(struct err *e);

/* Version 2: a controller works below a group only where the group hands it down. All of them; one
 * that is lacking fails where its knob is written. */
void cgroup_host_hand_down(int dir_fd);

extern const char *const cgroup_names[CGROUP_COUNT];    /* as version 1 calls them */
extern const char *const cgroup_v2_names[CGROUP_COUNT]; /* NULL: always there */

#endif
