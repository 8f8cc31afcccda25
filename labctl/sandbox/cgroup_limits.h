/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_CGROUP_LIMITS_H
#define LABCTL_SANDBOX_CGROUP_LIMITS_H

/*
 * Limits of a group: which controllers they take, whether this host has them,
 * and the writing itself. For cgroup.c only. Sets of controllers are bits,
 * 1 << CGROUP_CPU and so on.
 *
 * The kernel's words: cgroup-v1/{memory,cpusets,blkio-controller,pids}.rst,
 * scheduler/sched-bwc.rst and cgroup-v2.rst in its Documentation/admin-guide.
 */

#include "base/err.h"
#include "sandbox/cgroup.h"
#include "sandbox/cgroup_host.h"
#include "spec/limits.h"

/* The controllers that the limits cannot do without. `cpus`: the cpuset, or NULL. */
unsigned cgroup_limits_need(const struct limits *l, const char *cpus);

/* ERR_HOST names the first limit whose controller this host lacks. */
int cgroup_limits_check(const struct cgroup_host *h, unsigned need, struct err *e);

/* Writes them; the group's directories are there. Bytes, CPUs and bytes a second of `l`; 0 is no
 * limit. Where the kernel has no swap, or does not count sockets, these stay unlimited. */
int cgroup_limits_set(const struct cgroup *g, const struct cgroup_host *h, const struct limits *l,
		      const char *cpus, struct err *e);

#endif
