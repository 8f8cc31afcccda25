/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/probe.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "sandbox/sandbox.h"

struct probe {
	const char *what;
	const char *script; /* for sh -c */
	struct limits limits;
	/* Judges what came of it. `printed`: the start of what the guest wrote. */
	void (*judge)(const struct sandbox_outcome *o, const struct limits *l, const char *printed,
		      struct probe_result *r);
};

static double percent_off(double got, double want)
{
	return 100.0 * (got - want) / want;
}

/* What the guest's program printed: a number, or nothing where it was stopped. */
static long long number(const char *printed)
{
	return strtoll(printed, NULL, 10);
}

static void judge_quota(const struct sandbox_outcome *o, const struct limits *l,
			const char *printed, struct probe_result *r)
{
	double share = (double)o->usage.cpu_ns / (double)o->wall_ns;
	double off = percent_off(share, l->cpu);

	(void)printed;
	snprintf(r->measured, sizeof(r->measured), "%.2f %% of a CPU, throttled %lld times%s",
		 100 * share, (long long)o->usage.throttled_periods,
		 off < -1.0 ? "; others wanted the CPU too" : "");
	snprintf(r->error, sizeof(r->error), "%+.2f %%", off);
	r->good = off <= 1.0;
}

static void judge_cpus(const struct sandbox_outcome *o, const struct limits *l, const char *printed,
		       struct probe_result *r)
{
	(void)o;
	snprintf(r->measured, sizeof(r->measured), "the guest counts %lld", number(printed));
	r->good = number(printed) == (int)l->cpu;
}

static void judge_memory(const struct sandbox_outcome *o, const struct limits *l,
			 const char *printed, struct probe_result *r)
{
	char peak[32];

	(void)printed;
	str_human_bytes(o->usage.memory_peak_bytes, peak, sizeof(peak));
	snprintf(r->measured, sizeof(r->measured), "killed with %s", peak);
	snprintf(r->error, sizeof(r->error), "%+lld bytes",
		 (long long)(o->usage.memory_peak_bytes - l->memory_bytes));
	r->good = o->ending == SANDBOX_LIMIT_MEMORY &&
		  o->usage.memory_peak_bytes <= l->memory_bytes &&
		  o->usage.memory_peak_bytes > l->memory_bytes - (512 << 10);
}

static void judge_pids(const struct sandbox_outcome *o, const struct limits *l, const char *printed,
		       struct probe_result *r)
{
	(void)o;
	snprintf(r->measured, sizeof(r->measured), "the guest got %lld", number(printed));
	r->good = o->usage.pids_refused > 0 && number(printed) == (int)l->pids;
}

static void judge_time(const struct sandbox_outcome *o, const struct limits *l, const char *printed,
		       struct probe_result *r)
{
	char over[32];

	(void)printed;
	str_human_ns(o->wall_ns - l->time_ns, over, sizeof(over));
	snprintf(r->measured, sizeof(r->measured), "killed and gone %s after it", over);
	snprintf(r->error, sizeof(r->error), "+%s", over);
	r->good = o->ending == SANDBOX_LIMIT_TIME && o->wall_ns - l->time_ns <= 10 * NS_PER_MS;
}

static void judge_output(const struct sandbox_outcome *o, const struct limits *l,
			 const char *printed, struct probe_result *r)
{
	(void)l;
	snprintf(r->measured, sizeof(r->measured), "%zu bytes came through", strlen(printed));
	r->good = o->ending == SANDBOX_LIMIT_OUTPUT && (int64_t)strlen(printed) == l->output_bytes;
}

static void judge_disk(const struct sandbox_outcome *o, const struct limits *l, const char *printed,
		       struct probe_result *r)
{
	const long long wrote = number(printed), off = wrote - l->disk_bytes;

	(void)o;
	snprintf(r->measured, sizeof(r->measured), "a file grew to %lld bytes", wrote);
	snprintf(r->error, sizeof(r->error), "%+lld bytes", off);
	r->good = off <= 0 && off > -(64 << 10);
}

static void judge_files(const struct sandbox_outcome *o, const struct limits *l,
			const char *printed, struct probe_result *r)
{
	(void)o;
	snprintf(r->measured, sizeof(r->measured), "the guest may open %lld", number(printed));
	r->good = number(printed) == (int)l->nofile;
}

static void judge_network(const struct sandbox_outcome *o, const struct limits *l,
			  const char *printed, struct probe_result *r)
{
	(void)o;
	(void)l;
	snprintf(r->measured, sizeof(r->measured), "interfaces: %.*s", (int)strcspn(printed, "\n"),
		 printed);
	r->good = str_eq(printed, "lo\n");
}

static const struct probe probes[] = {
    {"half a CPU for 5 s",
     "while :; do :; done",
     {.cpu = 0.5, .time_ns = 5 * NS_PER_S},
     judge_quota},
    {"one CPU", "nproc", {.cpu = 1}, judge_cpus},
    {"64 MiB of memory", "tail /dev/zero", {.memory_bytes = 64 << 20}, judge_memory},
    {"20 processes",
     /* two shells, and those that sleep; the inner one dies of the first refusal */
     "(i=2; while :; do echo $i >/tmp/n; sleep 9 & i=$((i+1)); done) 2>/dev/null; cat /tmp/n",
     {.pids = 20},
     judge_pids},
    {"500 ms of time", "sleep 60", {.time_ns = 500 * NS_PER_MS}, judge_time},
    {"10000 bytes of output", "yes", {.output_bytes = 10000}, judge_output},
    {"4 MiB of disk",
     "head -c 9M /dev/zero >/big 2>/dev/null; stat -c %s /big",
     {.disk_bytes = 4 << 20},
     judge_disk},
    {"64 open files", "ulimit -Hn", {.nofile = 64}, judge_files},
    {"no network", "sed -n 's/^ *\\(.*\\):.*/\\1/p' /proc/net/dev", {.pids = 0}, judge_network},
};

static int run_script(const char *const *layers, const char *script, const struct limits *limits,
		      struct str *printed, struct sandbox_outcome *o, struct err *e)
{
	static char path[] = "PATH=/usr/bin:/bin", sh[] = "sh", minus_c[] = "-c";
	char *argv[] = {sh, minus_c, (char *)script, NULL};
	char *envp[] = {path, NULL};
	struct sandbox_spec spec = SANDBOX_SPEC_INIT;
	cleanup_fd int out = memfd_create("probe", MFD_CLOEXEC);

	spec.name = "probe";
	spec.layers = layers;
	spec.argv = argv;
	spec.envp = envp;
	spec.stdout_fd = out;
	spec.limits = *limits;
	if (sandbox_run(&spec, o, e))
		return -1;
	str_clear(printed);
	lseek(out, 0, SEEK_SET);
	return fd_read_all(out, printed, 1 << 20, e);
}

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* What an empty program costs: the wall time of all, and the CPU time that it is charged. */
static int probe_empty(const char *const *layers, struct probe_result *r, struct err *e)
{
	enum { RUNS = 21 };
	static char program[] = "/bin/true";
	char *argv[] = {program, NULL};
	struct sandbox_spec spec = SANDBOX_SPEC_INIT;
	int64_t wall_ns[RUNS], cpu_ns[RUNS];
	char wall[32], cpu[32];

	spec.name = "probe";
	spec.layers = layers;
	spec.argv = argv;
	spec.limits = (struct limits){.memory_bytes = 64 << 20, .pids = 16, .cpu = 1};
	for (int i = 0; i < RUNS; i++) {
		const int64_t begun = clock_now_ns();
		struct sandbox_outcome o;

		if (sandbox_run(&spec, &o, e))
			return -1;
		wall_ns[i] = clock_now_ns() - begun;
		cpu_ns[i] = o.usage.cpu_ns;
	}
	qsort(wall_ns, RUNS, sizeof(wall_ns[0]), compare);
	qsort(cpu_ns, RUNS, sizeof(cpu_ns[0]), compare);
	str_human_ns(wall_ns[RUNS / 2], wall, sizeof(wall));
	str_human_ns(cpu_ns[RUNS / 2], cpu, sizeof(cpu));
	r->what = "an empty program";
	snprintf(r->measured, sizeof(r->measured), "%s, of which it is charged %s of CPU time",
		 wall, cpu);
	r->good = cpu_ns[RUNS / 2] <= 5 * NS_PER_MS;
	return 0;
}

static bool enough_cpus(const struct limits *l)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) || CPU_COUNT(&set) >= (int)l->cpu;
}

int probe_all(const char *const *layers, void (*done)(const struct probe_result *r), struct err *e)
{
	cleanup(str_done) struct str printed = STR_INIT;
	struct probe_result empty = {.what = ""};

	for (size_t i = 0; i < ARRAY_SIZE(probes); i++) {
		const struct probe *p = &probes[i];
		struct probe_result r = {.what = p->what};
		struct limits limits = p->limits;
		struct sandbox_outcome o;

		if (!enough_cpus(&limits))
			continue;
		limits.cpu_period_ns = LIMITS_CPU_PERIOD_NS;
		if (run_script(layers, p->script, &limits, &printed, &o, e))
			return wrap(e, "probe '%s'", p->what);
		p->judge(&o, &limits, printed.data, &r);
		done(&r);
	}
	if (probe_empty(layers, &empty, e))
		return -1;
	done(&empty);
	return 0;
}
