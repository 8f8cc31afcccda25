/* SPDX-License-Identifier: Apache-2.0 */

/* labctl gc: clears away what a killed labctl left. */

#include <stdio.h>

#include "base/mem.h"
#include "bench/build.h"
#include "bench/submission.h"
#include "cmd/command.h"
#include "image/store.h"
#include "lab/lab.h"
#include "sandbox/state.h"

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;

	(void)status;
	if (operands->len)
		return fail(e, ERR_USAGE, 0, "gc takes no argument, and was given '%s'",
			    operands->items[0]);
	if (state_collect(&names, e) || lab_collect(&names, e) || build_collect(&names, e) ||
	    submission_collect(&names, e) || store_collect(&names, e))
		return -1;
	for (size_t i = 0; i < names.len; i++)
		printf("removed %s\n", names.items[i]);
	if (!names.len)
		printf("nothing was left over\n");
	return 0;
}

const struct command cmd_gc = {
    .name = "gc",
    .summary = "clear away what a killed labctl left behind",
    .details = "Every command does this for itself when it starts a sandbox. Sandboxes and labs "
	       "whose labctl lives are left alone.",
    .needs = NEED_ROOT | NEED_CGROUP,
    .run = run,
};
