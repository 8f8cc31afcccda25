/* SPDX-License-Identifier: Apache-2.0 */

/* labctl shell: into a lab's workspace. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/foreground.h"
#include "lab/lab.h"

static struct strv binds;

static const struct opt *options(void)
{
	static const struct opt table[] = {{OPT_T_STRINGS, 'b', "bind", "DIR",
					    "show this directory inside, at /lab/work, read-only",
					    &binds, 0, 0, NULL},
					   OPT_END};

	return table;
}

static int enter(struct lab *lab, struct strv *argv, int *status, struct err *e)
{
	cleanup(strv_done) struct strv env = STRV_INIT;
	struct sandbox_spec spec = SANDBOX_SPEC_INIT;
	const struct sandbox_bind inside[] = {
	    {.host_path = lab_home(lab), .guest_path = "/root", .writable = true, .idmapped = true},
	    {.host_path = binds.len ? binds.items[0] : NULL, .guest_path = "/lab/work"},
	    {0}};
	const char *term = getenv("TERM");

	if (lab_sandbox_spec(lab, &spec, e))
		return -1;
	lab_environment(lab, &env);
	strv_addf(&env, "TERM=%s", term ? term : "dumb");
	spec.name = "shell";
	spec.binds = inside;
	spec.cwd = "/root";
	spec.argv = strv_argv(argv);
	spec.envp = strv_argv(&env);
	spec.stdin_fd = 0;
	spec.stdout_fd = 1;
	spec.stderr_fd = 2;
	spec.terminal = isatty(0) && isatty(1);
	return foreground_run(&spec, lab, status, e);
}

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(lab_closep) struct lab *lab = NULL;
	cleanup(strv_done) struct strv argv = STRV_INIT;

	if (operands->len < 1)
		return fail(e, ERR_USAGE, 0, "name the lab to enter");
	if (binds.len > 1)
		return fail(e, ERR_USAGE, 0, "--bind shows one directory; it was given %zu times",
			    binds.len);
	if (operands->len > 1 && operands->items[1][0] == '-') {
		fail(e, ERR_USAGE, 0, "'%s' stands where a command was expected",
		     operands->items[1]);
		return hint(e, "options come before the lab: labctl shell -b DIR %s",
			    operands->items[0]);
	}
	if (lab_open(operands->items[0], &lab, e))
		return -1;
	for (size_t i = 1; i < operands->len; i++)
		strv_add(&argv, operands->items[i]);
	if (!argv.len)
		strv_add(&argv, "/bin/bash");
	return enter(lab, &argv, status, e);
}

const struct command cmd_shell = {
    .name = "shell",
    .summary = "Enter a lab's workspace",
    .synopsis = "LAB [COMMAND [ARGUMENT...]]",
    .details = "The services are at 127.0.0.1; LABCTL_SERVICES tells where, PGHOST and its kin are "
	       "set. Files in the home, /root, last as long as the lab; all else is gone with the "
	       "shell.",
    .options = options,
    .needs = NEED_SANDBOX,
    .stop_at_operand = true,
    .run = run,
};
