/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completion for bash, written out from the tables of all commands. The
 * script is one function with a case per command path; it runs no labctl
 * while the user types.
 */
#include <stdio.h>

#include "base/mem.h"
#include "cmd/command.h"

static void add_option_words(const struct command *c, struct str *words)
{
	cleanup_free struct opt *all = command_options(c);

	for (const struct opt *o = all; o->type != OPT_T_END; o++)
		str_addf(words, "--%s ", o->long_name);
	str_add(words, "--help");
}

/* What may follow an option: its choices, or a file. */
static void add_value_cases(const struct command *c, const char *path, struct str *out)
{
	const struct opt *table = c->options ? c->options() : NULL;

	for (const struct opt *o = table; o && o->type != OPT_T_END; o++) {
		if (o->type != OPT_T_CHOICE)
			continue;
		str_addf(out, "\t'%s:--%s') words='", path, o->long_name);
		for (const char *p = o->choices; *p; p++)
			str_addc(out, *p == '|' ? ' ' : *p);
		str_add(out, "' ;;\n");
	}
}

static void add_command(const struct command *c, const char *path, struct str *words,
			struct str *values)
{
	str_addf(words, "\t'%s') words='", path);
	for (size_t i = 0; c->subcommands && c->subcommands[i]; i++)
		str_addf(words, "%s ", c->subcommands[i]->name);
	add_option_words(c, words);
	str_add(words, "' ;;\n");
	add_value_cases(c, path, values);
	for (size_t i = 0; c->subcommands && c->subcommands[i]; i++) {
		cleanup_free char *sub = xasprintf("%s %s", path, c->subcommands[i]->name);

		add_command(c->subcommands[i], sub, words, values);
	}
}

/* 'run'|'image'|'image build'|...: a pattern for what is a command as far as it was typed. */
static void print_paths(void)
{
	for (size_t i = 0; commands[i]; i++) {
		printf("%s'%s'", i ? "|" : "", commands[i]->name);
		for (size_t j = 0; commands[i]->subcommands && commands[i]->subcommands[j]; j++)
			printf("|'%s %s'", commands[i]->name, commands[i]->subcommands[j]->name);
	}
}

static int completion_run(struct strv *operands, int *status, struct err *e)
{
	cleanup(str_done) struct str words = STR_INIT, values = STR_INIT;

	(void)status;
	if (operands->len != 1 || !str_eq(operands->items[0], "bash")) {
		fail(e, ERR_USAGE, 0, "name the shell to write a completion for");
		return hint(e, "labctl completion bash");
	}
	str_add(&words, "\t'') words='");
	for (size_t i = 0; commands[i]; i++)
		str_addf(&words, "%s ", commands[i]->name);
	str_add(&words, "--quiet --verbose --version --help' ;;\n");
	for (size_t i = 0; commands[i]; i++)
		add_command(commands[i], commands[i]->name, &words, &values);
	printf("# bash completion for labctl; made by: labctl completion bash\n"
	       "_labctl() {\n"
	       "\tlocal current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
	       "\tlocal path='' words='' word\n"
	       "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	       "\t\tcase $word in --) return ;; -*) continue ;; esac\n"
	       "\t\tcase \"${path:+$path }$word\" in\n"
	       "\t\t");
	print_paths();
	printf(") path=\"${path:+$path }$word\" ;;\n"
	       "\t\tesac\n"
	       "\tdone\n"
	       "\tcase \"$path:$before\" in\n%s"
	       "\tesac\n"
	       "\t[ -n \"$words\" ] || case \"$path\" in\n%s"
	       "\tesac\n"
	       "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
	       "}\n"
	       "complete -o default -F _labctl labctl\n",
	       values.data, words.data);
	return 0;
}

const struct command cmd_completion = {
    .name = "completion",
    .summary = "Write a completion script for a shell",
    .synopsis = "bash",
    .details = "For this shell only:\n\n"
	       "  eval \"$(labctl completion bash)\"\n\n"
	       "'make install' installs it for everybody.",
    .run = completion_run,
};
