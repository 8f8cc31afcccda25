/* SPDX-License-Identifier: Apache-2.0 */

/* labctl exec: one command in a throwaway sandbox, or inside a lab. */

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "cmd/command.h"
#include "cmd/foreground.h"
#include "image/derive.h"
#include "image/image.h"
#include "lab/builder.h"
#include "lab/lab.h"
#include "sandbox/hostcheck.h"
#include "sandbox/sandbox.h"
#include "spec/limits.h"

static struct {
	const char *image, *rootfs, *profile, *lab, *cwd;
	double cpu;
	int64_t memory, pids, time, disk, nofile, output;
	struct strv env;
} o;

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
	    {OPT_T_BYTES, 0, "memory", "SIZE", "memory, page cache included", &o.memory,
	     LIMITS_MEMORY_MIN, LIMITS_BYTES_MAX, NULL},
	    {OPT_T_INT, 0, "pids", "N", "processes and threads", &o.pids, 1, 4194304, NULL},
	    {OPT_T_DURATION, 0, "time", "TIME", "wall time, after which it is killed", &o.time,
	     LIMITS_TIME_MIN, LIMITS_TIME_MAX, NULL},
	    {OPT_T_BYTES, 0, "disk", "SIZE", "what it may write to its file system", &o.disk,
	     LIMITS_DISK_MIN, LIMITS_BYTES_MAX, NULL},
	    {OPT_T_INT, 0, "nofile", "N", "open files of one process", &o.nofile, 32, 1048576,
	     NULL},
	    {OPT_T_BYTES, 0, "output", "SIZE", "standard output and error together", &o.output,
	     LIMITS_OUTPUT_MIN, LIMITS_BYTES_MAX, NULL},
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
	cleanup(strv_done) struct strv notes = STRV_INIT;
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
	hostcheck_limits(l, &notes);
	for (size_t i = 0; i < notes.len; i++)
		log_info("%s", notes.items[i]);
	return 0;
}

/* The image stays open while the command runs, so that `image gc` leaves its layers alone. */
static int find_layers(struct image *image, struct strv *layers, struct err *e)
{
	if (o.rootfs) {
		if (!path_is_directory(o.rootfs))
			return fail(e, ERR_USAGE, 0, "option '--rootfs': '%s' is no directory",
				    o.rootfs);
		strv_add(layers, o.rootfs);
		return 0;
	}
	if (image_open(o.image ? o.image : "python", image, e))
		return -1;
	derive_add(image, &builder_runner);
	strv_add_all(layers, (const char *const *)image->layers.items);
	return 0;
}

static int run_in_image(struct sandbox_spec *spec, struct strv *env, int *status, struct err *e)
{
	cleanup(image_done) struct image image = {0};
	cleanup(strv_done) struct strv layers = STRV_INIT;

	if (find_layers(&image, &layers, e) || find_limits(&spec->limits, e))
		return -1;
	strv_add(env, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	strv_add(env, "HOME=/root");
	strv_add(env, "LANG=C.UTF-8");
	if (getenv("TERM"))
		strv_addf(env, "TERM=%s", getenv("TERM"));
	if (spec->limits.cpu > 0)
		strv_addf(env, "LABCTL_CPUS=%g", spec->limits.cpu);
	if (spec->limits.memory_bytes > 0)
		strv_addf(env, "LABCTL_MEMORY_BYTES=%lld", (long long)spec->limits.memory_bytes);
	strv_add_all(env, (const char *const *)strv_argv(&o.env));
	spec->layers = (const char *const *)layers.items;
	spec->envp = strv_argv(env);
	return foreground_run(spec, NULL, status, e);
}

static int run_in_lab(struct sandbox_spec *spec, struct strv *env, int *status, struct err *e)
{
	cleanup(lab_closep) struct lab *lab = NULL;
	cleanup(limits_done) struct limits own = LIMITS_INIT;

	if (o.image || o.rootfs)
		return fail(e, ERR_USAGE, 0,
			    "a lab has its own image: give --lab, or --image, not both");
	if (lab_open(o.lab, &lab, e) || lab_sandbox_spec(lab, spec, e) || find_limits(&own, e))
		return -1;
	limits_override(&spec->limits, &own);
	lab_environment(lab, env);
	strv_add_all(env, (const char *const *)strv_argv(&o.env));
	spec->envp = strv_argv(env);
	return foreground_run(spec, lab, status, e);
}

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(strv_done) struct strv env = STRV_INIT;
	struct sandbox_spec spec = SANDBOX_SPEC_INIT;

	if (!operands->len)
		return fail(e, ERR_USAGE, 0, "which command shall run in the sandbox?");
	for (size_t i = 0; i < o.env.len; i++)
		if (!strchr(o.env.items[i], '='))
			return fail(e, ERR_USAGE, 0, "option '--env': '%s' is not NAME=VALUE",
				    o.env.items[i]);
	spec.name = "exec";
	spec.argv = operands->items;
	spec.cwd = o.cwd;
	spec.stdin_fd = 0;
	spec.stdout_fd = 1;
	spec.stderr_fd = 2;
	spec.no_usage = true;
	spec.terminal = isatty(0) && isatty(1);
	int result =
	    o.lab ? run_in_lab(&spec, &env, status, e) : run_in_image(&spec, &env, status, e);

	limits_done(&spec.limits);
	return result;
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
