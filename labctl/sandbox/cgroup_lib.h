/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_CGROUP_LIB_H
#define LABCTL_SANDBOX_CGROUP_LIB_H

/* libcgroup's view of this host, as a second opinion on ours (cgroup_host.c) for `labctl doctor`.
 * Why no group is made through it: docs/decisions/libcgroup.md. */

#include "base/err.h"

/* Its version of a controller's mount point. -1: the library is not installed, or knows of none. */
int cgroup_lib_mount(const char *controller, char *mount, size_t size, struct err *e);

#endif
