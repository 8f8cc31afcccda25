/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_CGROUP_H
#define LABCTL_SANDBOX_CGROUP_H

/*
 * Limits and counters: one group of processes in the kernel's cgroups,
 * version 1, version 2 and mixtures of both behind one header.
 *
 * All of labctl's groups lie below one directory per hierarchy: "labctl", or
 * "labctl-<hash>" where LABCTL_ROOT moves labctl elsewhere. A group exists in
 * those hierarchies only that its limits and counters need: on version 1 each
 * costs some 90 us to make, enter and remove.
 *
 * Theory of entering. On version 2 the child is born inside
 * (CLONE_INTO_CGROUP). On version 1 it writes "0" to `tasks` of each
 * hierarchy itself, before it does anything else: for a thread that moves
 * itself the kernel needs no global lock, where moving another process by
 * `cgroup.procs` waits for an RCU grace period, milliseconds.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/strv.h"
#include "sandbox/sandbox.h"
#include "spec/limits.h"

enum cgroup_controller {
	CGROUP_CPU,
	CGROUP_CPUACCT,
	CGROUP_CPUSET,
	CGROUP_MEMORY,
	CGROUP_PIDS,
	CGROUP_IO,
	CGROUP_COUNT,
};

/* Counter files that stay open, for who reads them more than once. */
struct cgroup_files {
	size_t count;
	struct {
		const char *name;
		int fd;
	} open[16];
};

struct cgroup {
	char path[200]; /* below labctl's directory: "NAME.3-17", "lab-ada.3-17/postgres.4-2" */
	unsigned made;  /* bit per controller: where its directory exists (v2: one for all) */
	struct cgroup_files *files; /* NULL: opened for each reading */
	bool without_init; /* no process of ours will be in it: the guest has all of its limit */
	pid_t init; /* in the group but not of the guest: its context switches are left out; or 0 */
	/* Where it is in another group for its time, which has the rest of its limits: see
	 * cgroup_create_kept. Its counters there are good for differences. */
	char host_path[200];
	unsigned hosted; /* bit per controller */
	struct cgroup_files *host_files;
};

/* Is all on version 2? Then a process is born in its group; else it enters by itself. */
bool cgroup_is_unified(void);

/* Makes the group g->path and sets its limits. `cpus` is the cpuset ("1", "0-1"), or NULL for all.
 * Counted: with all the counters of cgroup_usage, not only the limits'. Inside a parent's group it
 * is there in every hierarchy, as what the parent limits is limited only there. */
int cgroup_create(struct cgroup *g, const struct limits *l, const char *cpus, bool counted,
		  bool inside, struct err *e);

/* The same for a group that will hold other groups and no process: it is there in every hierarchy,
 * and hands every controller down. */
int cgroup_create_parent(struct cgroup *g, const struct limits *l, const char *cpus, struct err *e);

/* For groups that follow one another, and never two at once: limits of `l` that do not count
 * anything over their lifetime (CPUs and I/O) and the counters of these. Version 1 only, where each
 * hierarchy costs; elsewhere g->made stays 0. */
int cgroup_create_kept(struct cgroup *g, const struct limits *l, const char *cpus, struct err *e);

/* Makes g, which shall be created next, a guest of `host`: the limits that the host has are not its
 * own. `files` may be NULL. */
void cgroup_lodge(struct cgroup *g, const struct cgroup *host, struct cgroup_files *files);

void cgroup_files_close(struct cgroup_files *files);

/* A group that another process made, to read its counters. */
void cgroup_find(struct cgroup *g, const char *path);
void cgroup_destroy(
    struct cgroup *g); /* must be empty of processes; NULL-safe, half-made is fine */

int cgroup_clone_fd(const struct cgroup *g); /* for CLONE_INTO_CGROUP; -1 on version 1 */
int cgroup_enter(const struct cgroup *g, struct err *e); /* the calling process, single-threaded */

/* Version 1: descriptors by which a process enters the groups of its own that g has, not those of
 * its host, by writing "0" to each. Their number; -1 error. */
int cgroup_open_doors(const struct cgroup *g, int fds[CGROUP_COUNT], struct err *e);

int cgroup_usage(const struct cgroup *g, struct usage *out, struct err *e);
/* Of the threads that live; -1: none does, or too many to read. */
void cgroup_switches(const struct cgroup *g, int64_t *voluntary, int64_t *involuntary);
/* How long the thread that waited longest was ready to run and had no CPU, of those that live. */
int64_t cgroup_waited_ns(const struct cgroup *g);
/* Of the processes that live; -1: there is no such group. */
void cgroup_io(const struct cgroup *g, struct usage_io *io);
int64_t cgroup_cpu_ns(const struct cgroup *g);     /* CPU time since it was made */
int64_t cgroup_anon_bytes(const struct cgroup *g); /* anonymous memory now: one file read */
int64_t cgroup_oom_kills(const struct cgroup *g);
/* Version 1: a descriptor that is readable when the kernel has killed for want of memory; -1 where
 * that cannot be had. (Version 2 kills all of a group at once.) */
int cgroup_oom_event(const struct cgroup *g);
int64_t cgroup_pids_refused(const struct cgroup *g);

/* The group with all that is in it: kills the processes, and removes their groups too. It is
 * cgroup_destroy's turn after that. */
void cgroup_end(struct cgroup *g);

/* Groups whose makers are dead: kills what is in them and removes them. Adds their names to
 * *names. */
int cgroup_collect(struct strv *names, struct err *e);

#endif
