/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_KEPT_PRIVATE_H
#define LABCTL_SANDBOX_KEPT_PRIVATE_H

/* For sandbox.c, which makes a sandbox with what was kept, and for the test of kept.c. */

#include <stdbool.h>

#include "sandbox/cgroup.h"
#include "sandbox/kept.h"
#include "sandbox/slot.h"

struct kept {
	struct slot slot;
	int users_fd;         /* the user namespace of the slot's ids */
	int netns_fd;         /* -1: none yet */
	int sockets_fd;       /* its /proc/net/sockstat */
	struct cgroup cgroup; /* see cgroup_create_kept; nothing made: no limits were given */
	struct cgroup_files files;
	unsigned serial; /* of the next sandbox: names its cgroup */
};

/* No socket is open in the network that this text is of, and no closed one lingers. */
bool kept_is_quiet(const char *sockstat);

#endif
