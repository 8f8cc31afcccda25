/* SPDX-License-Identifier: Apache-2.0 */

/* labctl reset: a lab's services as they were in the beginning. */

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "lab/lab.h"

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(lab_closep) struct lab *lab = NULL;
	const int64_t begun_ns = clock_now_ns();
	char took[32];

	(void)status;
	if (operands->len != 1)
		return fail(e, ERR_USAGE, 0, "name the one lab to reset");
	if (lab_open(operands->items[0], &lab, e) || lab_reset(lab, e))
		return -1;
	printf("lab %s is as it was in the beginning (%s)\n", operands->items[0],
	       str_human_ns(clock_now_ns() - begun_ns, took, sizeof(took)));
	return 0;
}

const struct command cmd_reset = {
    .name = "reset",
    .summary = "Bring a lab's services back to their beginning",
    .synopsis = "LAB",
    .details = "Every service is started again from its initial state: the data set as it was "
	       "loaded, caches empty, counters at zero. The workspace's home (/root) stays.",
    .needs = NEED_SANDBOX,
    .run = run,
};
