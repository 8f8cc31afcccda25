/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_MACHINES_H
#define LABCTL_LAB_MACHINES_H

/*
 * The machines of an exercise: sandboxes beside the workspace, each with a
 * network namespace, an address and a budget of its own. They are children of
 * whoever starts them, and end with it. A machine's end is never an error: it
 * is asked for, and told in words.
 */

#include <stddef.h>

#include "base/err.h"
#include "image/image.h"
#include "spec/exercise.h"
#include "spec/usage.h"

struct machines; /* opaque */

struct machines_spec {
	const struct exercise *exercise;
	const struct image *const *images; /* beside exercise->machines */
	int netns_fd;                      /* of the workspace, the hub; -1: make one */
	const char *cpuset;                /* the CPUs they may have, "0-1"; NULL: any */
};

/*
 * Starts them all and waits until each takes connections at its port. ERR_GUEST
 * where one ends before, or is not ready in time: the words name it. Single-threaded callers.
 */
int machines_start(const struct machines_spec *spec, struct machines **out, struct err *e);
void machines_destroy(struct machines *m); /* nothing of them is left; NULL is fine */

int machines_netns_fd(const struct machines *m); /* for the workspace's sandbox_spec; borrowed */
char *machines_json(const struct machines *m);   /* for LABCTL_MACHINES; the caller frees */

size_t machines_count(const struct machines *m);
const char *machines_name(const struct machines *m, size_t index); /* "worker-1" */
int machines_usage(struct machines *m, size_t index, struct usage *out, struct err *e);

/* The first that has ended, in words: "machine 'worker-1' ended: killed: out of memory ..."; NULL:
 * all run. *memory: the limit killed it. The caller frees. */
char *machines_ended(struct machines *m, bool *memory);

#endif
