/* SPDX-License-Identifier: Apache-2.0 */

/* labctl exec: one command in a throwaway sandbox, or inside a lab. */

#include <signal.h>
#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "image/image.h"
#include "sandbox/sandbox.h"
#include "spec/limits.h"

static struct {
	const char *image, *rootfs, *profile, *lab, *cwd;
	double cpu;
	int64_t memory, pids, time, disk, nofile, output;
	struct strv env;
} o = {.image = "python"};

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_STRING, 'i', "image", "NAME", "the image to run in (default python)", &o.image,
	     0, 0, NULL},
	    {OPT_T_STRING, 0, "lab", "LAB", "run inside this lab instead", &o.lab, 0, 0, NULL},
	    {OPT_T_STRING, 'p', "profile", "NAME", "limits of a profile, see cgroups/", &o.profile,
	     0, 0, NULL},
	    {OPT_T_DOUBLE, 0, "cpu", "CPUS", "CPUs: whole ones are reserved, a fraction is a quota",
	     &o.cpu, 0.01, 1024, NULL},
	    {OPT_T_BYTES, 0, "memory", "SIZE", "memory, page cache included", &o.memory, 0, 0,
	     NULL},
	    {OPT_T_INT, 0, "pids", "N", "processes and threads", &o.pids, 1, 4194304, NULL},
	    {OPT_T_DURATION, 0, "time", "TIME", "wall time, after which it is killed", &o.time, 0,
	     0, NULL},
	    {OPT_T_BYTES, 0, "disk", "SIZE", "what it may write to its file system", &o.disk, 0, 0,
	     NULL},
	    {OPT_T_INT, 0, "nofile", "N", "open files of one process", &o.nofile, 8, 1048576, NULL},
	    {OPT_T_BYTES, 0, "output", "SIZE", "standard output and error together", &o.output, 0,
	     0, NULL},
	    {OPT_T_STRING, 0, "cwd", "DIR", "working directory inside", &o.cwd, 0, 0, NULL},
	    {OPT_T_STRINGS, 'e', "env", "NAME=VALUE", "set an environment variable inside", &o.env,
	     0, 0, NULL},
	    {OPT_T_STRING, 0, "rootfs", "DIR", "use this tree, owned by ids from 0, as the image",
	     &o.rootfs, 0, 0, NULL},
	    OPT_END};

	return table;
}

static int find_limits(struct limits *l, struct err *e)
{
	struct limits asked = {.cpu = o.cpu,
			       .memory_bytes = o.memory,
			       .pids = o.pids,
			       .time_ns = o.time,
			       .disk_bytes = o.disk,
			       .nofile = o.nofile,
			       .output_bytes = o.output};

	if (o.profile) {
		struct profile p = {0};

		if (profile_load(o.profile, &p, e))
			return -1;
		limits_copy(l, &p.limits);
		profile_done(&p);
	}
	limits_override(l, &asked);
	return 0;
}

/* 124 and 137 are what timeout(1) and a shell say; 153 is 128 + SIGXFSZ, "too much written". */
static int exit_status(const struct sandbox_outcome *out)
{
	switch (out->ending) {
	case SANDBOX_LIMIT_TIME:
		return 124;
	case SANDBOX_LIMIT_MEMORY:
		return 137;
	case SANDBOX_LIMIT_OUTPUT:
		return 153;
	case SANDBOX_SIGNALED:
	case SANDBOX_KILLED:
		return 128 + out->status;
	default:
		return out->status;
	}
}

static struct sandbox *running;

/* The terminal's Ctrl-C reaches labctl alone: pass it on, and stay to clean up. */
static void pass_on(int signal)
{
	struct err ignored;

	sandbox_kill(running, signal, &ignored);
}

static int run_sandbox(const struct sandbox_spec *spec, struct sandbox_outcome *out, struct err *e)
{
	static const int passed[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
	const struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};

	if (sandbox_start(spec, &running, e))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		sigaction(passed[i], &action, NULL);
	int result = sandbox_wait(running, INT64_MAX, out, e);

	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		signal(passed[i], SIG_IGN); /* the little that is left is tidied up undisturbed */
	sandbox_destroy(take_ptr(running));
	return result < 0 ? -1 : 0;
}

static int find_layers(struct strv *layers, struct err *e)
{
	if (o.rootfs) {
		strv_add(layers, o.rootfs);
		return 0;
	}
	cleanup(image_done) struct image image = {0};

	if (image_open(o.image, &image, e))
		return -1;
	strv_add_all(layers, (const char *const *)image.layers.items);
	return 0;
}

static void fill_environment(struct strv *env)
{
	strv_add(env, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	strv_add(env, "HOME=/root");
	strv_add(env, "LANG=C.UTF-8");
	strv_add_all(env, (const char *const *)strv_argv(&o.env));
}

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(strv_done) struct strv layers = STRV_INIT;
	cleanup(strv_done) struct strv env = STRV_INIT;
	cleanup(limits_done) struct limits limits = LIMITS_INIT;
	struct sandbox_spec spec = SANDBOX_SPEC_INIT;
	struct sandbox_outcome out;

	if (!operands->len)
		return fail(e, ERR_USAGE, 0, "which command shall run in the sandbox?");
	if (find_limits(&limits, e) || find_layers(&layers, e))
		return -1;
	fill_environment(&env);
	spec.name = "exec";
	spec.layers = (const char *const *)layers.items;
	spec.argv = operands->items;
	spec.envp = strv_argv(&env);
	spec.cwd = o.cwd;
	spec.stdin_fd = 0;
	spec.stdout_fd = 1;
	spec.stderr_fd = 2;
	spec.no_usage = true;
	spec.limits = limits;
	if (run_sandbox(&spec, &out, e))
		return -1;
	*status = exit_status(&out);
	if (out.ending != SANDBOX_EXITED)
		log_warn("%s", out.words);
	return 0;
}

const struct command cmd_exec = {
    .name = "exec",
    .summary = "run one command in a throwaway sandbox",
    .synopsis = "COMMAND [ARGUMENT...]",
    .options = options,
    .needs = NEED_SANDBOX,
    .stop_at_operand = true,
    .run = run,
};
