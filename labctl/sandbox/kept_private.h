/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_KEPT_PRIVATE_H
#define LABCTL_SANDBOX_KEPT_PRIVATE_H

/* For sandbox.c, which makes a sandbox with what was kept, and for the test of kept.c. */

#include <stdbool.h>

#include "sandbox/cgroup.h"
#include "sandbox/kept.h"
#include "sandbox/slot.h"
#include "sandbox/stage.h"

enum { KEPT_STAGES = 4 };

struct kept {
	struct slot slot;
	int users_fd;         /* the user namespace of the slot's ids */
	int netns_fd;         /* -1: none yet */
	int sockets_fd;       /* its /proc/net/sockstat */
	struct cgroup cgroup; /* see cgroup_create_kept; nothing made: no limits were given */
	struct cgroup_files files;
	struct stage *stages[KEPT_STAGES]; /* one for each image */
	unsigned serial;                   /* of the next sandbox: names its cgroup */
};

/* The stage for sandboxes of this image; NULL where there can be none, or it has a guest. */
int kept_stage(struct kept *k, const char *const *layers, const char *hostname, struct stage **out,
	       struct err *e);

/* No socket is open in the network that this text is of, and no closed one lingers. */
bool kept_is_quiet(const char *sockstat);

#endif
