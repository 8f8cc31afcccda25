/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_CMD_COMMAND_H
#define LABCTL_CMD_COMMAND_H

/*
 * A command is one file cmd-<name>.c that defines `const struct command cmd_<name>`,
 * and one line in commands.def. Files here parse, call and print; none
 * includes a kernel header. Adding a command: cmd-<name>.c, a line in
 * commands.def, a test in tests/cli/, a page in docs/man/.
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/opt.h"
#include "base/strv.h"

/* What a command needs of the host; main.c checks before run() and says what is missing and the
 * cure. */
enum need {
	NEED_NOTHING = 0,
	NEED_ROOT = 1 << 0,
	NEED_CGROUP = 1 << 1,
	NEED_OVERLAY = 1 << 2,
	NEED_SANDBOX = NEED_ROOT | NEED_CGROUP | NEED_OVERLAY,
};

/* `image lock` and its kin: same shape, one level down. */
struct command {
	const char *name;
	const char *summary;  /* one line, no full stop */
	const char *synopsis; /* what follows the options: "EXERCISE..." */
	const char *details;  /* paragraphs for --help and the man page; may be NULL */
	const struct opt *(*options)(void);       /* NULL: none */
	const struct command *const *subcommands; /* NULL-ended; then run is NULL */
	unsigned needs;
	bool stop_at_operand; /* what follows the first operand is not ours (exec) */
	/* 0 or -1 with e set; *status is the exit code of success (exec passes the guest's on; 0 by
	 * default). */
	int (*run)(struct strv *operands, int *status, struct err *e);
};

extern const struct command *const commands[]; /* from commands.def, NULL-ended */

/* One of a NULL-ended list by name, or NULL. */
const struct command *command_find(const struct command *const *list, const char *name);

/* ERR_USAGE: there is no such command; the hint names the nearest. parent is NULL, or "image". */
int command_unknown(const struct command *const *list, const char *parent, const char *name,
		    struct err *e);

/* Options that labctl takes before every command, and after it too. */
struct command_globals {
	bool quiet, verbose, version;
};
extern struct command_globals command_globals;
extern const struct opt command_global_options[];

/* The options of a command with the global ones behind them; the caller frees. */
struct opt *command_options(const struct command *c);

#endif
