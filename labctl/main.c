/* SPDX-License-Identifier: Apache-2.0 */
/*
 * labctl: global options, find the command, check what it needs of the host,
 * run it, print the one error, exit code. Nothing else happens here, and
 * nothing is loaded or started before the command asks for it: `labctl exec`
 * is judged by its cold start.
 */
#include <errno.h>
#include <stdio.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "cmd/command.h"
#include "cmd/usage.h"
#include "sandbox/hostcheck.h"

#ifndef LABCTL_VERSION
#define LABCTL_VERSION "unknown"
#endif

_Static_assert((int)NEED_ROOT == HOSTCHECK_ROOT && (int)NEED_CGROUP == HOSTCHECK_CGROUP &&
		   (int)NEED_OVERLAY == HOSTCHECK_OVERLAY,
	       "a command's needs are those that hostcheck knows");

/*
 * A message may quote what a guest or a server said, so control characters
 * never reach the terminal as such.
 */
static void add_printable(struct str *s, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\n')
			str_add(s, "\n  ");
		else
			str_addc(s, c < 0x20 || c == 0x7f ? '?' : (char)c);
	}
}

static int report(const struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (e->msg[0]) {
		str_add(&text, "labctl: ");
		add_printable(&text, e->msg);
		str_addc(&text, '\n');
		if (e->hint[0]) {
			str_add(&text, "  try: ");
			add_printable(&text, e->hint);
			str_addc(&text, '\n');
		}
		fflush(stdout);
		fputs(text.data, stderr);
	}
	return err_exit_code(e->kind);
}

static int print_help(const struct command *c, const char *path)
{
	cleanup(str_done) struct str out = STR_INIT;

	if (c)
		usage_help(c, path, &out);
	else
		usage_overview(&out);
	fputs(out.data, stdout);
	return 0;
}

/*
 * Walks from words[0] down to the command that runs; *used is the number of
 * words that named it, *path what they were. *c stays NULL for no word at all.
 */
static int find_command(struct strv *words, const struct command **c, char **path, size_t *used,
			struct err *e)
{
	const struct command *const *list = commands;

	while (list && *used < words->len) {
		const char *word = words->items[*used];

		if (*c && word[0] == '-')
			break;
		const struct command *next = command_find(list, word);

		if (!next)
			return command_unknown(list, *path, word, e);
		cleanup_free char *longer = *path ? xasprintf("%s %s", *path, word) : xstrdup(word);

		free(*path);
		*path = take_ptr(longer);
		*c = next;
		list = next->subcommands;
		(*used)++;
	}
	return 0;
}

static int run_command(const struct command *c, const char *path, int argc, char **argv,
		       int *status, struct err *e)
{
	cleanup(strv_done) struct strv operands = STRV_INIT;
	cleanup_free struct opt *options = command_options(c);
	bool help = false;

	if (opt_parse(options, argc, argv, c->stop_at_operand, &operands, &help, e)) {
		if (!e->hint[0])
			hint(e, "labctl help %s", path);
		return -1;
	}
	if (help)
		return print_help(c, path);
	if (!c->run) {
		fail(e, ERR_USAGE, 0, "'labctl %s' needs a command of its own", path);
		return hint(e, "labctl help %s", path);
	}
	if (command_globals.quiet || command_globals.verbose)
		log_set_level(command_globals.quiet ? LOG_QUIET : LOG_VERBOSE);
	if (hostcheck_need(c->needs, e))
		return wrap(e, "labctl %s", path);
	int result = c->run(&operands, status, e);

	if (result && e->kind == ERR_USAGE && !e->hint[0])
		hint(e, "labctl help %s", path);
	return result;
}

static int run(int argc, char **argv, int *status, struct err *e)
{
	/* static: options of type string point into it until the process ends */
	static struct strv words = STRV_INIT;
	cleanup_free char *path = NULL;
	const struct command *c = NULL;
	bool help = false;
	size_t used = 0;

	if (opt_parse(command_global_options, argc, argv, true, &words, &help, e)) {
		if (!e->hint[0])
			hint(e, "labctl help");
		return -1;
	}
	if (command_globals.version) {
		puts("labctl " LABCTL_VERSION);
		return 0;
	}
	if (find_command(&words, &c, &path, &used, e))
		return -1;
	if (help)
		return print_help(c, path);
	if (!c) {
		fail(e, ERR_USAGE, 0, "no command given");
		return hint(e, "labctl help");
	}
	/* the command's last name is its argv[0] */
	return run_command(c, path, (int)(words.len - used + 1), words.items + used - 1, status, e);
}

int main(int argc, char **argv)
{
	struct err e = {.kind = ERR_NONE};
	int status = 0;

	proc_title_init(argc, argv);
	if (fd_ensure_standard(&e) || run(argc, argv, &status, &e))
		return report(&e);
	if (fflush(stdout) || ferror(stdout)) {
		fail(&e, ERR_HOST, errno, "write the output");
		return report(&e);
	}
	return status;
}
