/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_BUDGET_H
#define LABCTL_SANDBOX_BUDGET_H

/*
 * What the sandboxes of one lab may use together: a control group that holds
 * theirs, and a network that they share. It lives as long as the process that
 * made it (a lab's supervisor) keeps the handle; if that process is killed,
 * cgroup_collect finds the group by its name.
 */

#include "base/err.h"
#include "spec/limits.h"
#include "spec/usage.h"

struct budget; /* opaque */

/* limits: cpu, cpuset, memory_bytes, pids and io hold for all members together; whole CPUs are
 * reserved. The other limits are each sandbox's own. */
int budget_create(const char *name, const struct limits *l, struct budget **out, struct err *e);
/* After one's own sandboxes; those of other processes are killed. NULL is fine. */
void budget_destroy(struct budget *b);

/* For sandbox_spec.cgroup_parent: "lab-NAME.<slot>.<generation>". Another process that shall run
 * something inside the lab needs this path and the network. */
const char *budget_path(const struct budget *b);

/* For sandbox_spec.netns_fd; borrowed. Another process opens
 * /proc/<pid of the holder>/fd/<this number>, or ns/net of a member's pid. */
int budget_netns_fd(const struct budget *b);

int budget_usage(const char *path, struct usage *out, struct err *e); /* by any process */

#endif
