/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <string.h>

#include "base/mem.h"

#define GROUP(title)
#define COMMAND(name) extern const struct command cmd_##name;
#include "cmd/commands.def"
#undef COMMAND

#define COMMAND(name) &cmd_##name,
const struct command *const commands[] = {
#include "cmd/commands.def"
    NULL,
};
#undef COMMAND
#undef GROUP

struct command_globals command_globals;

const struct opt command_global_options[] = {
    {OPT_T_FLAG, 'q', "quiet", NULL, "print results and errors, no progress",
     &command_globals.quiet, 0, 0, NULL},
    {OPT_T_FLAG, 'v', "verbose", NULL, "say what is being done", &command_globals.verbose, 0, 0,
     NULL},
    {OPT_T_FLAG, 0, "version", NULL, "print the version and end", &command_globals.version, 0, 0,
     NULL},
    OPT_END,
};

const struct command *command_find(const struct command *const *list, const char *name)
{
	for (; *list; list++)
		if (str_eq((*list)->name, name))
			return *list;
	return NULL;
}

int command_unknown(const struct command *const *list, const char *parent, const char *name,
		    struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	const char *before = parent ? parent : "", *blank = parent ? " " : "";

	for (size_t i = 0; list[i]; i++)
		strv_add(&names, list[i]->name);
	const char *nearest = str_nearest(name, (const char *const *)strv_argv(&names));

	fail(e, ERR_USAGE, 0, "there is no command '%s%s%s'", before, blank, name);
	if (nearest)
		return hint(e, "did you mean 'labctl %s%s%s'?", before, blank, nearest);
	return hint(e, "labctl help%s%s lists the commands", blank, before);
}

static size_t table_length(const struct opt *table)
{
	size_t n = 0;

	while (table && table[n].type != OPT_T_END)
		n++;
	return n;
}

struct opt *command_options(const struct command *c)
{
	const struct opt *own = c->options ? c->options() : NULL;
	size_t own_count = table_length(own);
	size_t global_count = table_length(command_global_options);
	struct opt *all = xcalloc(own_count + global_count + 1, sizeof(*all));

	if (own_count)
		memcpy(all, own, own_count * sizeof(*all));
	memcpy(all + own_count, command_global_options, global_count * sizeof(*all));
	return all;
}
