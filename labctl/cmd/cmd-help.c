/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/usage.h"

static bool man;

static const struct opt options[] = {
    {OPT_T_FLAG, 0, "man", NULL, "write the manual page (roff) instead", &man, 0, 0, NULL},
    OPT_END,
};

static const struct opt *help_options(void)
{
	return options;
}

static int help_run(struct strv *operands, int *status, struct err *e)
{
	cleanup(str_done) struct str out = STR_INIT;
	cleanup_free char *path = strv_join(operands, " ");
	const struct command *const *list = commands;
	const struct command *c = NULL;
	const char *parent = NULL;

	(void)status;
	for (size_t i = 0; i < operands->len; i++) {
		const char *name = operands->items[i];

		if (!list)
			return fail(e, ERR_USAGE, 0, "'%s' has no command '%s'", c->name, name);
		c = command_find(list, name);
		if (!c)
			return command_unknown(list, parent, name, e);
		parent = name;
		list = c->subcommands;
	}
	if (!c && man)
		usage_man_overview(&out);
	else if (!c)
		usage_overview(&out);
	else if (man)
		usage_man(c, path, &out);
	else
		usage_help(c, path, &out);
	fputs(out.data, stdout);
	return 0;
}

const struct command cmd_help = {
    .name = "help",
    .summary = "Say what the commands do, or all about one of them",
    .synopsis = "[COMMAND [SUBCOMMAND]]",
    .options = help_options,
    .run = help_run,
};
