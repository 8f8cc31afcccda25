/* SPDX-License-Identifier: Apache-2.0 */

/* labctl down: ends labs. */

#include <stdio.h>

#include "base/mem.h"
#include "cmd/command.h"
#include "lab/lab.h"

static bool all;

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 'a', "all", NULL, "every lab of this host", &all, 0, 0, NULL}, OPT_END};

	return table;
}

static int end_one(const char *name, struct err *e)
{
	cleanup(lab_closep) struct lab *lab = NULL;

	if (lab_open(name, &lab, e) || lab_down(lab, e))
		return -1;
	printf("lab %s is down\n", name);
	return 0;
}

static int run(struct strv *operands, int *status, struct err *e)
{
	(void)status;
	if (all && operands->len)
		return fail(e, ERR_USAGE, 0, "give --all, or names of labs, not both");
	if (all && lab_list(operands, e))
		return -1;
	if (!all && !operands->len)
		return fail(e, ERR_USAGE, 0, "name the labs to end, or give --all");
	for (size_t i = 0; i < operands->len; i++) {
		if (end_one(operands->items[i], e))
			return -1;
	}
	return 0;
}

const struct command cmd_down = {
    .name = "down",
    .summary = "End labs, and remove all that is theirs",
    .synopsis = "LAB...",
    .details = "What was written in a lab is gone with it.",
    .options = options,
    .needs = NEED_SANDBOX,
    .run = run,
};
