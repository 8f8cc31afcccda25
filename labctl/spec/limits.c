/* SPDX-License-Identifier: Apache-2.0 */

/* Limits, and the profiles that name a set of them. What enforces them: sandbox/cgroup_limits.c. */

#include "spec/limits.h"

#include <stddef.h>
#include <string.h>

#include "base/dir.h"
#include "base/mem.h"
#include "base/path.h"

#define AT(member) offsetof(struct limits, member)

static int check_limits(const void *object, const struct schema_where *where, struct err *e);

static const struct field limits_fields[] = {
    {.key = "cpu",
     .type = FIELD_DOUBLE,
     .offset = AT(cpu),
     .min = 0.01,
     .max = 1024,
     .help = "CPUs: a whole number gets whole CPUs to itself (cpuset), a fraction a quota of one"},
    {.key = "cpuset",
     .type = FIELD_STRING,
     .offset = AT(cpuset),
     .help = "the CPUs themselves, as in `0-1,4`; without it labctl chooses"},
    {.key = "cpu_period",
     .type = FIELD_DURATION,
     .offset = AT(cpu_period_ns),
     .min = 1e6,
     .max = 1e9,
     .help = "period of the quota (10ms if not set); a short one makes timings steadier"},
    {.key = "memory",
     .type = FIELD_BYTES,
     .offset = AT(memory_bytes),
     .min = LIMITS_MEMORY_MIN,
     .help = "anonymous memory, file cache and kernel memory together; there is no swap"},
    {.key = "pids",
     .type = FIELD_INT,
     .offset = AT(pids),
     .min = 1,
     .max = 1 << 22,
     .help = "processes and threads at once"},
    {.key = "io_read",
     .type = FIELD_BYTES,
     .offset = AT(io_read_bps),
     .min = 4096,
     .help = "bytes a second read from the disk that holds the lab"},
    {.key = "io_write",
     .type = FIELD_BYTES,
     .offset = AT(io_write_bps),
     .min = 4096,
     .help = "bytes a second written to the disk that holds the lab"},
    {.key = "disk",
     .type = FIELD_BYTES,
     .offset = AT(disk_bytes),
     .min = LIMITS_DISK_MIN,
     .help =
	 "what a sandbox may write to its root, or a lab's parts together keep on disk, before they are refused more"},
    {.key = "nofile",
     .type = FIELD_INT,
     .offset = AT(nofile),
     .min = 32,
     .max = 1 << 20,
     .help = "open files of one process"},
    {.key = "output",
     .type = FIELD_BYTES,
     .offset = AT(output_bytes),
     .min = LIMITS_OUTPUT_MIN,
     .help = "standard output and standard error together; more ends the sandbox"},
    {.key = "time",
     .type = FIELD_DURATION,
     .offset = AT(time_ns),
     .min = LIMITS_TIME_MIN,
     .help = "wall time; when it is over the sandbox is killed"},
    {.type = FIELD_END},
};

const struct schema limits_schema = {
    .title = "limits",
    .summary = "What a lab, or a part of it, may use. A limit that is not set is no limit.",
    .size = sizeof(struct limits),
    .fields = limits_fields,
    .check = check_limits,
};

#undef AT
#define AT(member) offsetof(struct profile, member)

static const struct field profile_fields[] = {
    {.key = "summary",
     .type = FIELD_STRING,
     .offset = AT(summary),
     .required = true,
     .help = "one sentence: whom this profile is for"},
    {.key = "limits",
     .type = FIELD_OBJECT,
     .offset = AT(limits),
     .required = true,
     .sub = &limits_schema,
     .help = "the limits that it names"},
    {.type = FIELD_END},
};

const struct schema profile_schema = {
    .title = "cgroups/PROFILE.yaml",
    .summary = "A named set of limits, asked for with `--profile PROFILE`.",
    .size = sizeof(struct profile),
    .fields = profile_fields,
};

/* "0-3,5": what the kernel's cpuset takes, ranges ascending. */
static bool is_cpu_list(const char *text)
{
	const char *p = text;

	for (;;) {
		char *end;
		long first, last;
		if (*p < '0' || *p > '9')
			return false;
		first = last = strtol(p, &end, 10);
		if (*end == '-' && end[1] >= '0' && end[1] <= '9')
			last = strtol(end + 1, &end, 10);
		if (last < first || last > 65535)
			return false;
		if (!*end)
			return true;
		if (*end != ',')
			return false;
		p = end + 1;
	}
}

static int check_limits(const void *object, const struct schema_where *where, struct err *e)
{
	const struct limits *l = object;

	if (l->cpuset && !is_cpu_list(l->cpuset))
		return schema_fail(where, "cpuset", e, "'%s' is no list of CPUs such as 0-1,4",
				   l->cpuset);
	return 0;
}

/* ---- profiles ---- */

static int fail_no_profile(const char *name, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	struct err ignored = {0};
	const char *near;

	if (profile_list(&names, &ignored))
		return fail(e, ERR_SPEC, 0, "there is no profile '%s'", name);
	near = str_nearest(name, (const char *const *)strv_argv(&names));
	cleanup_free char *all = strv_join(&names, ", ");
	fail(e, ERR_USAGE, 0, "there is no profile '%s'", name);
	if (near)
		return hint(e, "did you mean '%s'? The profiles are: %s", near, all);
	return hint(e, "the profiles are: %s", all);
}

int profile_load(const char *name, struct profile *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (!path_is_plain_name(name))
		return fail_no_profile(name, e);
	cleanup_free char *own = xasprintf("%s/cgroups/%s.yaml", path_config_dir(), name);
	cleanup_free char *ours = xasprintf("%s/%s.yaml", path_data_dir("cgroups"), name);
	if (!path_exists(own) && !path_exists(ours))
		return fail_no_profile(name, e);
	if (schema_load(&profile_schema, path_exists(own) ? own : ours, out, e))
		return -1;
	out->name = xstrdup(name);
	if (!out->limits.cpu_period_ns)
		out->limits.cpu_period_ns = LIMITS_CPU_PERIOD_NS;
	return 0;
}

void profile_done(struct profile *p)
{
	free(p->name);
	schema_done(&profile_schema, p);
}

/* A folder that cannot be read has no profile for us. */
static void list_yaml(const char *dir, struct strv *names)
{
	cleanup(strv_done) struct strv all = STRV_INIT;
	struct err ignored;

	if (dir_list(dir, ".yaml", &all, &ignored))
		return;
	for (size_t i = 0; i < all.len; i++)
		if (path_is_plain_name(all.items[i]) && !strv_has(names, all.items[i]))
			strv_add(names, all.items[i]);
}

int profile_list(struct strv *names, struct err *e)
{
	cleanup_free char *own = path_join(path_config_dir(), "cgroups");

	list_yaml(own, names);
	list_yaml(path_data_dir("cgroups"), names);
	strv_sort(names);
	if (names->len == 0)
		return fail(e, ERR_HOST, 0, "there is no profile in '%s'",
			    path_data_dir("cgroups"));
	return 0;
}

/* ---- limits ---- */

void limits_done(struct limits *l)
{
	free(l->cpuset);
	*l = (struct limits)LIMITS_INIT;
}

void limits_copy(struct limits *to, const struct limits *from)
{
	char *cpuset = xstrdup(from->cpuset);

	free(to->cpuset);
	*to = *from;
	to->cpuset = cpuset;
}

static void override_int(int64_t *value, int64_t over)
{
	if (over)
		*value = over;
}

void limits_override(struct limits *l, const struct limits *over)
{
	if (over->cpu != 0) {
		l->cpu = over->cpu;
		/* CPUs chosen by hand below do not fit a number chosen above. */
		free(take_ptr(l->cpuset));
	}
	if (over->cpuset) {
		free(l->cpuset);
		l->cpuset = xstrdup(over->cpuset);
	}
	override_int(&l->cpu_period_ns, over->cpu_period_ns);
	override_int(&l->memory_bytes, over->memory_bytes);
	override_int(&l->pids, over->pids);
	override_int(&l->io_read_bps, over->io_read_bps);
	override_int(&l->io_write_bps, over->io_write_bps);
	override_int(&l->disk_bytes, over->disk_bytes);
	override_int(&l->nofile, over->nofile);
	override_int(&l->output_bytes, over->output_bytes);
	override_int(&l->time_ns, over->time_ns);
}
