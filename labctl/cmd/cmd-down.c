/* SPDX-License-Identifier: Apache-2.0 */

/* labctl down: ends labs. */

#include <stdbool.h>
#include <stdio.h>

#include "base/mem.h"
#include "cmd/command.h"
#include "lab/lab.h"

static bool all;

static const struct opt *options(void)
{
	static const struct opt table[] = {{OPT_T_FLAG, 'a', "all", NULL,
					    "every lab but those that a run is measuring in", &all,
					    0, 0, NULL},
					   OPT_END};

	return table;
}

/* A lab that a run made for itself goes when it is named, not with all the others. */
static int end_one(const char *name, struct err *e)
{
	cleanup(lab_closep) struct lab *lab = NULL;

	if (lab_open(name, &lab, e))
		return -1;
	if (all && lab_is_attached(lab)) {
		printf("lab %s is left alone: a run is measuring in it\n", name);
		return 0;
	}
	if (lab_down(lab, e))
		return -1;
	printf("lab %s is down\n", name);
	return 0;
}

/* Down or gone since it was listed: with --all that is all the same. */
static bool is_gone(const struct err *why)
{
	return all && why->kind == ERR_USAGE;
}

static int run(struct strv *operands, int *status, struct err *e)
{
	struct err why;
	int rc = 0;

	(void)status;
	if (all && operands->len)
		return fail(e, ERR_USAGE, 0, "give --all, or names of labs, not both");
	if (all && lab_list(operands, e))
		return -1;
	if (!all && !operands->len)
		return fail(e, ERR_USAGE, 0, "name the labs to end, or give --all");
	/* One that cannot be ended keeps none of the others up; the first reason is told. */
	for (size_t i = 0; i < operands->len; i++) {
		if (!end_one(operands->items[i], &why) || is_gone(&why))
			continue;
		if (!rc)
			*e = why;
		rc = -1;
	}
	return rc;
}

const struct command cmd_down = {
    .name = "down",
    .summary = "End labs, and remove all that is theirs",
    .synopsis = "LAB...",
    .details = "What was written in a lab is gone with it. A lab that 'labctl run' has made to "
	       "measure in ends with its run; name it to end it before.",
    .options = options,
    .needs = NEED_SANDBOX,
    .run = run,
};
