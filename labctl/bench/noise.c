/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources, and what each can tell:
 *
 *	/proc/stat cpuN	busy and stolen time of the sample's CPUs in steps of
 *			10 ms. Busy time less what the sample's own cgroups used
 *			is what neighbours took: another process on the same
 *			CPU is the largest disturbance there is, and neither
 *			steal nor a cgroup's own counters show it.
 *	PSI memory	reclaim anywhere on the host slows page faults here.
 *	PSI I/O		a disk that somebody waited for most of the time, while the
 *			sample itself overran and hardly used its CPU. Only then:
 *			a program that syncs waits for the disk by its own doing.
 *	the sample	throttling that no asked-for quota explains; major
 *			faults, that is, pages read from a disk.
 *
 * A step of 10 ms is 10 % of a sample of 100 ms, so each rule has a floor
 * below which the reading itself is the noise.
 */
#include "bench/noise.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

enum { CPU_LIMIT = 1024 };

/* Two readings of a counter that steps by 10 ms are off by up to a step each. */
static const int64_t READING_FLOOR_NS = 20 * NS_PER_MS;

const struct noise_rules noise_rules_default = {
    .steal = 0.02,
    .neighbours = 0.05,
    .busy = 0.6,
    .throttled = 0.01,
    .memory_pressure = 0.01,
    .major_faults = 20,
    .disk = 0.5,
};

bool noise_parse_cpus(const char *cpuset, uint64_t cpus[16])
{
	const char *p = cpuset;

	memset(cpus, 0, 16 * sizeof(cpus[0]));
	while (*p) {
		char *end;

		if (!isdigit((unsigned char)*p))
			return false;
		unsigned long first = strtoul(p, &end, 10);
		unsigned long last = first;

		if (*end == '-' && isdigit((unsigned char)end[1]))
			last = strtoul(end + 1, &end, 10);
		if (last < first || last >= CPU_LIMIT || (*end && *end != ','))
			return false;
		for (unsigned long i = first; i <= last; i++)
			cpus[i / 64] |= UINT64_C(1) << (i % 64);
		p = *end ? end + 1 : end;
	}
	return p != cpuset;
}

int noise_open(struct noise_watch *w, const char *cpuset, struct err *e)
{
	*w = (struct noise_watch){.stat_fd = -1, .memory_pressure_fd = -1, .io_pressure_fd = -1};
	if (!noise_parse_cpus(cpuset, w->cpus))
		return fail(e, ERR_BUG, 0, "watch the CPUs '%s': not a list of CPUs", cpuset);
	for (size_t i = 0; i < ARRAY_SIZE(w->cpus); i++)
		w->cpu_count += __builtin_popcountll(w->cpus[i]);
	w->stat_fd = fd_open_at(AT_FDCWD, "/proc/stat", O_RDONLY, 0, e);
	if (w->stat_fd < 0)
		return wrap(e, "watch the host's CPUs");
	/* Absent on kernels without CONFIG_PSI; then there is one taint less. */
	w->memory_pressure_fd = open("/proc/pressure/memory", O_RDONLY | O_CLOEXEC);
	w->io_pressure_fd = open("/proc/pressure/io", O_RDONLY | O_CLOEXEC);
	return 0;
}

void noise_close(struct noise_watch *w)
{
	fd_close(&w->stat_fd);
	fd_close(&w->memory_pressure_fd);
	fd_close(&w->io_pressure_fd);
}

/* One "cpuN user nice system idle iowait irq softirq steal ..." line. */
static void add_cpu_line(const char *line, const uint64_t *cpus, int64_t tick_ns,
			 struct noise_reading *out)
{
	enum { IDLE = 3, IOWAIT = 4, STEAL = 7, FIELDS = 8 };
	char *p;
	unsigned long cpu = strtoul(line + 3, &p, 10);

	if (cpu >= CPU_LIMIT || !(cpus[cpu / 64] >> (cpu % 64) & 1))
		return;
	for (int field = 0; field < FIELDS; field++) {
		int64_t ticks = strtoll(p, &p, 10);

		if (field == STEAL)
			out->steal_ns += ticks * tick_ns;
		else if (field != IDLE && field != IOWAIT)
			out->busy_ns += ticks * tick_ns;
	}
}

void noise_parse_stat(const char *text, const uint64_t *cpus, int64_t tick_ns,
		      struct noise_reading *out)
{
	out->busy_ns = 0;
	out->steal_ns = 0;
	for (const char *line = text; line && str_starts(line, "cpu");) {
		if (isdigit((unsigned char)line[3]))
			add_cpu_line(line, cpus, tick_ns, out);
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=123" (microseconds); -1 where there is none. */
static int64_t read_pressure(int fd)
{
	char text[256];
	ssize_t got = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, 0);

	if (got <= 0)
		return -1;
	text[got] = '\0';
	const char *total = strstr(text, "total=");

	return total ? strtoll(total + strlen("total="), NULL, 10) * NS_PER_US : -1;
}

int noise_read(const struct noise_watch *w, struct noise_reading *out, struct err *e)
{
	/* The cpu lines come first, about 60 bytes each; what follows is of no use here. */
	static char text[CPU_LIMIT * 64];
	ssize_t got = pread(w->stat_fd, text, sizeof(text) - 1, 0);

	if (got <= 0)
		return fail(e, ERR_HOST, errno, "read /proc/stat");
	text[got] = '\0';
	noise_parse_stat(text, w->cpus, NS_PER_S / sysconf(_SC_CLK_TCK), out);
	out->memory_pressure_ns = read_pressure(w->memory_pressure_fd);
	out->io_pressure_ns = read_pressure(w->io_pressure_fd);
	out->at_ns = clock_now_ns();
	return 0;
}

/* Adds "<what> <share>%" where part of whole passes the rule and what can be told apart. */
static void judge_share(struct strv *taints, const char *what, int64_t part, int64_t whole,
			double rule, int64_t floor_ns)
{
	if (whole <= 0 || part <= floor_ns || (double)part <= rule * (double)whole)
		return;
	strv_addf(taints, "%s %.1f%%", what, 100.0 * (double)part / (double)whole);
}

/*
 * What others used of the sample's CPUs matters where the sample wanted them
 * too. A sample that mostly waits leaves them free, and as measured work goes
 * first (limits.cpu_first), whoever takes them then gives them back at once.
 */
static int64_t contended_ns(const struct noise_rules *rules, const struct noise_sample *s,
			    int64_t wall)
{
	int64_t busy = s->after.busy_ns - s->before.busy_ns;

	if ((double)s->usage.cpu_ns < rules->busy * (double)wall ||
	    (double)busy < rules->busy * (double)wall * s->cpu_count)
		return 0;
	return busy - s->usage.cpu_ns;
}

int64_t noise_taken_ns(const struct noise_reading *before, const struct noise_reading *after,
		       int64_t waited_ns, int cpu_count)
{
	int64_t wall = after->at_ns - before->at_ns;
	int64_t stolen = after->steal_ns - before->steal_ns;
	int64_t taken = waited_ns + (cpu_count > 0 && stolen > 0 ? stolen / cpu_count : 0);

	return taken < wall ? taken : wall;
}

/* How long a disk held up whom, while a sample overran that mostly waited. */
static int64_t disk_ns(const struct noise_sample *s, int64_t wall)
{
	if (!s->overran || s->before.io_pressure_ns < 0 || s->after.io_pressure_ns < 0 ||
	    s->usage.cpu_ns * 4 > wall)
		return 0;
	return s->after.io_pressure_ns - s->before.io_pressure_ns;
}

void noise_judge(const struct noise_rules *rules, const struct noise_sample *s, struct strv *taints)
{
	int64_t wall = s->after.at_ns - s->before.at_ns;

	judge_share(taints, "steal", s->after.steal_ns - s->before.steal_ns, wall, rules->steal,
		    READING_FLOOR_NS / 2);
	judge_share(taints, "neighbours", contended_ns(rules, s, wall), wall, rules->neighbours,
		    READING_FLOOR_NS);
	if (!s->quota)
		judge_share(taints, "throttled", s->usage.throttled_ns, wall, rules->throttled, 0);
	if (s->before.memory_pressure_ns >= 0 && s->after.memory_pressure_ns >= 0)
		judge_share(taints, "memory pressure",
			    s->after.memory_pressure_ns - s->before.memory_pressure_ns, wall,
			    rules->memory_pressure, 0);
	judge_share(taints, "disk", disk_ns(s, wall), wall, rules->disk, 0);
	if (s->usage.major_faults > rules->major_faults)
		strv_addf(taints, "major faults %lld", (long long)s->usage.major_faults);
}
