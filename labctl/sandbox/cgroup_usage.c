/* SPDX-License-Identifier: Apache-2.0 */

/* What a group of processes has used: the kernel's counters of both cgroup versions, in one struct.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "sandbox/cgroup.h"
#include "sandbox/cgroup_host.h"

enum { TEXT_SIZE = 8192 };

static int find_open(const struct cgroup_files *files, const char *name)
{
	for (size_t i = 0; files && i < files->count; i++) {
		if (str_eq(files->open[i].name, name))
			return files->open[i].fd;
	}
	return -1;
}

static int open_file(int top_fd, const char *group, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", group, name);
	return openat(top_fd, path, O_RDONLY | O_CLOEXEC);
}

static bool keep_open(struct cgroup_files *files, const char *name, int fd)
{
	if (!files || fd < 0 || files->count == ARRAY_SIZE(files->open))
		return false;
	files->open[files->count].name = name;
	files->open[files->count++].fd = fd;
	return true;
}

void cgroup_files_close(struct cgroup_files *files)
{
	while (files->count)
		fd_close(&files->open[--files->count].fd);
}

/* Reads a counter file of the group into text; empty where the host has none. */
static void read_file(const struct cgroup *g, const struct cgroup_host *h, int c, const char *file,
		      char text[TEXT_SIZE])
{
	const bool hosted = g->hosted >> h->twin[c] & 1;
	struct cgroup_files *files = hosted ? g->host_files : g->files;

	text[0] = '\0';
	if (!((g->made | g->hosted) >> h->twin[c] & 1))
		return;
	int fd = find_open(files, file);
	const bool was_open = fd >= 0;

	if (!was_open)
		fd = open_file(h->top_fd[c], hosted ? g->host_path : g->path, file);
	ssize_t n = fd < 0 ? -1 : pread(fd, text, TEXT_SIZE - 1, 0);

	if (n > 0)
		text[n] = '\0';
	if (!was_open && !keep_open(files, file, fd))
		fd_close(&fd);
}

static int64_t read_number(const struct cgroup *g, const struct cgroup_host *h, int c,
			   const char *file)
{
	char text[TEXT_SIZE];

	read_file(g, h, c, file, text);
	return strtoll(text, NULL, 10);
}

/* The value of `key` in lines "key value"; 0 if there is none. */
static int64_t value_of(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *p = text; p; p = strchr(p, '\n'), p = p ? p + 1 : NULL) {
		if (!strncmp(p, key, len) && p[len] == ' ')
			return strtoll(p + len + 1, NULL, 10);
	}
	return 0;
}

/* Sums over all devices the field "rbytes=" (v2) or the lines "MAJ:MIN Read n" (v1). */
static int64_t sum_of(const char *text, const char *key)
{
	int64_t sum = 0;

	for (const char *p = strstr(text, key); p; p = strstr(p + 1, key))
		sum += strtoll(p + strlen(key), NULL, 10);
	return sum;
}

static void usage_v1(const struct cgroup *g, const struct cgroup_host *h, struct usage *u)
{
	char text[TEXT_SIZE];

	u->cpu_ns = read_number(g, h, CGROUP_CPUACCT, "cpuacct.usage");
	u->cpu_user_ns = read_number(g, h, CGROUP_CPUACCT, "cpuacct.usage_user");
	u->cpu_system_ns = u->cpu_ns - u->cpu_user_ns;
	read_file(g, h, CGROUP_CPU, "cpu.stat", text);
	u->throttled_periods = value_of(text, "nr_throttled");
	u->throttled_ns = value_of(text, "throttled_time");
	u->memory_bytes = read_number(g, h, CGROUP_MEMORY, "memory.usage_in_bytes");
	u->memory_peak_bytes = read_number(g, h, CGROUP_MEMORY, "memory.max_usage_in_bytes");
	u->kernel_bytes = read_number(g, h, CGROUP_MEMORY, "memory.kmem.usage_in_bytes");
	read_file(g, h, CGROUP_MEMORY, "memory.stat", text);
	u->anon_bytes = value_of(text, "total_rss"); /* with the groups below, as all else is */
	u->file_bytes = value_of(text, "total_cache");
	u->minor_faults = value_of(text, "total_pgfault");
	u->major_faults = value_of(text, "total_pgmajfault");
	read_file(g, h, CGROUP_IO, "blkio.throttle.io_service_bytes_recursive", text);
	u->io_read_bytes = sum_of(text, "Read ");
	u->io_write_bytes = sum_of(text, "Write ");
}

static void usage_v2(const struct cgroup *g, const struct cgroup_host *h, struct usage *u)
{
	char text[TEXT_SIZE];

	read_file(g, h, CGROUP_CPUACCT, "cpu.stat", text);
	u->cpu_ns = value_of(text, "usage_usec") * NS_PER_US;
	u->cpu_user_ns = value_of(text, "user_usec") * NS_PER_US;
	u->cpu_system_ns = value_of(text, "system_usec") * NS_PER_US;
	u->throttled_periods = value_of(text, "nr_throttled");
	u->throttled_ns = value_of(text, "throttled_usec") * NS_PER_US;
	u->memory_bytes = read_number(g, h, CGROUP_MEMORY, "memory.current");
	u->memory_peak_bytes = read_number(g, h, CGROUP_MEMORY, "memory.peak");
	read_file(g, h, CGROUP_MEMORY, "memory.stat", text);
	u->anon_bytes = value_of(text, "anon");
	u->file_bytes = value_of(text, "file");
	u->kernel_bytes = value_of(text, "kernel");
	u->minor_faults = value_of(text, "pgfault");
	u->major_faults = value_of(text, "pgmajfault");
	read_file(g, h, CGROUP_IO, "io.stat", text);
	u->io_read_bytes = sum_of(text, "rbytes=");
	u->io_write_bytes = sum_of(text, "wbytes=");
}

int cgroup_usage(const struct cgroup *g, struct usage *u, struct err *e)
{
	const struct cgroup_host *h = cgroup_host_open(e);

	if (!h)
		return -1;
	memset(u, 0, sizeof(*u));
	u->anon_peak_bytes = -1;
	cgroup_switches(g, &u->context_switches_voluntary, &u->context_switches_involuntary);
	if (h->place[CGROUP_MEMORY].version == 2)
		usage_v2(g, h, u);
	else
		usage_v1(g, h, u);
	u->pids = read_number(g, h, CGROUP_PIDS, "pids.current");
	u->pids_peak = read_number(g, h, CGROUP_PIDS, "pids.peak");
	u->pids_refused = cgroup_pids_refused(g);
	u->oom_kills = cgroup_oom_kills(g);
	return 0;
}

int64_t cgroup_cpu_ns(const struct cgroup *g)
{
	struct err e;
	const struct cgroup_host *h = cgroup_host_open(&e);
	char text[TEXT_SIZE];

	if (!h)
		return 0;
	if (h->place[CGROUP_CPUACCT].version == 1)
		return read_number(g, h, CGROUP_CPUACCT, "cpuacct.usage");
	read_file(g, h, CGROUP_CPUACCT, "cpu.stat", text);
	return value_of(text, "usage_usec") * NS_PER_US;
}

int64_t cgroup_anon_bytes(const struct cgroup *g)
{
	struct err e;
	const struct cgroup_host *h = cgroup_host_open(&e);
	char text[TEXT_SIZE];

	if (!h)
		return 0;
	read_file(g, h, CGROUP_MEMORY, "memory.stat", text);
	return value_of(text, h->place[CGROUP_MEMORY].version == 2 ? "anon" : "total_rss");
}

int64_t cgroup_oom_kills(const struct cgroup *g)
{
	struct err e;
	const struct cgroup_host *h = cgroup_host_open(&e);
	char text[TEXT_SIZE];

	if (!h)
		return 0;
	read_file(g, h, CGROUP_MEMORY,
		  h->place[CGROUP_MEMORY].version == 2 ? "memory.events" : "memory.oom_control",
		  text);
	return value_of(text, "oom_kill");
}

int64_t cgroup_pids_refused(const struct cgroup *g)
{
	struct err e;
	const struct cgroup_host *h = cgroup_host_open(&e);
	char text[TEXT_SIZE];

	if (!h)
		return 0;
	read_file(g, h, CGROUP_PIDS, "pids.events", text);
	return value_of(text, "max");
}
