/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Calls of read and write, as each process counts them (proc(5), /proc/PID/io): of its threads, the
 * ended ones too, and of children it has waited for. What a process reads and writes by mmap, or by
 * recv and send, is no such call.
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

enum { TEXT_SIZE = 4096 };

static bool read_text(int dir_fd, const char *path, char text[TEXT_SIZE])
{
	cleanup_fd int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, TEXT_SIZE - 1);

	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static int64_t number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoll(at + strlen(key), NULL, 10) : 0;
}

static void add_process(long id, struct usage_io *io)
{
	char path[64];
	char text[TEXT_SIZE];

	snprintf(path, sizeof(path), "/proc/%ld/io", id);
	if (!read_text(AT_FDCWD, path, text))
		return;
	io->read_bytes += number_after(text, "rchar:");
	io->write_bytes += number_after(text, "wchar:");
	io->read_calls += number_after(text, "syscr:");
	io->write_calls += number_after(text, "syscw:");
}

void cgroup_io(const struct cgroup *g, struct usage_io *io)
{
	struct err e;
	const struct cgroup_host *h = cgroup_host_open(&e);
	char path[PATH_MAX];
	char list[TEXT_SIZE];

	*io = (struct usage_io){-1, -1, -1, -1};
	snprintf(path, sizeof(path), "%s/cgroup.procs", g->path);
	if (!h || !(g->made >> h->twin[CGROUP_CPUACCT] & 1) ||
	    !read_text(h->top_fd[CGROUP_CPUACCT], path, list))
		return;
	*io = (struct usage_io){0};
	for (char *p = list; *p; p += *p == '\n')
		add_process(strtol(p, &p, 10), io);
}
