/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the kernel counts for every thread or process, and no control group does: a group lists its
 * members, so their counters are added up.
 *
 * Context switches are of the threads that live: one that has ended is in no list any more; and a
 * group of very many would cost more to read than it may, so that is unknown. Calls of read and
 * write (proc(5), /proc/PID/io) a process counts of all its threads, the ended ones too, and of
 * children it has waited for; what is read and written by mmap, or by recv and send, is no such
 * call.
 */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "sandbox/cgroup.h"
#include "sandbox/cgroup_host.h"

enum {
	THREADS_MAX = 128, /* some 10 us each */
	LIST_SIZE = 4096,  /* of their ids, one a line */
	STATUS_SIZE = 4096,
};

/* The beginning of a file as text; false where there is none, or nothing in it. */
static bool read_text(int dir_fd, const char *path, char *text, size_t size)
{
	cleanup_fd int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static int64_t number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoll(at + strlen(key), NULL, 10) : 0;
}

/* The ids in a list of the group, one a line; false where there is none. */
static bool read_list(const struct cgroup *g, bool threads, char list[LIST_SIZE])
{
	struct err e;
	const struct cgroup_host *h = cgroup_host_open(&e);
	char path[PATH_MAX];

	if (!h || !((g->made | g->hosted) >> h->twin[CGROUP_CPUACCT] & 1))
		return false;
	const bool unified = h->place[CGROUP_CPUACCT].version == 2;
	const bool hosted = g->hosted >> h->twin[CGROUP_CPUACCT] & 1;

	snprintf(path, sizeof(path), "%s/%s", hosted ? g->host_path : g->path,
		 !threads  ? "cgroup.procs"
		 : unified ? "cgroup.threads"
			   : "tasks");
	return read_text(h->top_fd[CGROUP_CPUACCT], path, list, LIST_SIZE);
}

/* One that ended since it was listed adds nothing. */
static void add_thread(long id, int64_t *voluntary, int64_t *involuntary)
{
	char path[64];
	char text[STATUS_SIZE];

	snprintf(path, sizeof(path), "/proc/%ld/status", id);
	if (!read_text(AT_FDCWD, path, text, sizeof(text)))
		return;
	*voluntary += number_after(text, "\nvoluntary_ctxt_switches:");
	*involuntary += number_after(text, "\nnonvoluntary_ctxt_switches:");
}

void cgroup_switches(const struct cgroup *g, int64_t *voluntary, int64_t *involuntary)
{
	char list[LIST_SIZE];
	int threads = 0;

	*voluntary = *involuntary = -1;
	if (!read_list(g, true, list))
		return;
	for (const char *p = list; (p = strchr(p, '\n')); p++)
		threads++;
	if (threads > THREADS_MAX)
		return;
	*voluntary = *involuntary = 0;
	for (char *p = list; threads > 0; threads--) {
		const long id = strtol(p, &p, 10);

		if (id != g->init)
			add_thread(id, voluntary, involuntary);
		p++;
	}
}

/* "<ns on a CPU> <ns ready to run> <slices>" */
static int64_t thread_waited_ns(long id)
{
	char path[64];
	char text[STATUS_SIZE];

	snprintf(path, sizeof(path), "/proc/%ld/schedstat", id);
	if (!read_text(AT_FDCWD, path, text, sizeof(text)))
		return 0;
	const char *second = strchr(text, ' ');

	return second ? strtoll(second, NULL, 10) : 0;
}

int64_t cgroup_waited_ns(const struct cgroup *g)
{
	char list[LIST_SIZE];
	int64_t longest = 0;

	if (!read_list(g, true, list))
		return 0;
	for (char *p = list; *p; p += *p == '\n') {
		const long id = strtol(p, &p, 10);
		int64_t waited = id != g->init ? thread_waited_ns(id) : 0;

		longest = waited > longest ? waited : longest;
	}
	return longest;
}

static void add_process(long id, struct usage_io *io)
{
	char path[64];
	char text[STATUS_SIZE];

	snprintf(path, sizeof(path), "/proc/%ld/io", id);
	if (!read_text(AT_FDCWD, path, text, sizeof(text)))
		return;
	io->read_bytes += number_after(text, "rchar:");
	io->write_bytes += number_after(text, "wchar:");
	io->read_calls += number_after(text, "syscr:");
	io->write_calls += number_after(text, "syscw:");
}

void cgroup_io(const struct cgroup *g, struct usage_io *io)
{
	char list[LIST_SIZE];

	*io = (struct usage_io){-1, -1, -1, -1};
	if (!read_list(g, false, list))
		return;
	*io = (struct usage_io){0};
	for (char *p = list; *p; p += *p == '\n') {
		const long id = strtol(p, &p, 10);

		if (id != g->init)
			add_process(id, io);
	}
}
