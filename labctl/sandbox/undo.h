/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_UNDO_H
#define LABCTL_SANDBOX_UNDO_H

/*
 * What must be released, in reverse order of its making. The line after a
 * host object (cgroup, process, reservation) was made pushes the call that
 * removes it; undo_run calls them all, last first, and empties the stack.
 */

#include <stddef.h>

enum { UNDO_MAX = 16 };

struct undo {
	struct undo_step {
		void (*release)(void *arg);
		void *arg;
	} steps[UNDO_MAX];
	size_t len;
};

void undo_push(struct undo *u, void (*release)(void *arg), void *arg);
void undo_run(struct undo *u);

#endif
