/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/undo.h"

#include <assert.h>

void undo_push(struct undo *u, void (*release)(void *arg), void *arg)
{
	assert(u->len < UNDO_MAX);
	u->steps[u->len++] = (struct undo_step){release, arg};
}

void undo_run(struct undo *u)
{
	while (u->len) {
		struct undo_step *step = &u->steps[--u->len];

		step->release(step->arg);
	}
}
