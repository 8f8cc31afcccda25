/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_GUEST_H
#define LABCTL_SANDBOX_GUEST_H

/*
 * What the two processes inside a sandbox are told, and what they report.
 * For sandbox*.c, init.c, stage*.c, guest.c and mount*.c only.
 *
 * All of it is computed before the clone: afterwards there is no malloc.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "sandbox/cgroup.h"
#include "sandbox/sandbox.h"

enum { MOUNT_LAYERS_MAX = 64, MOUNT_BINDS_MAX = 32 };

struct plan {
	const struct sandbox_spec *spec;
	uid_t first_id;      /* on the host, of the guest's 0 */
	int report_fd;       /* init's end of the socket to the supervisor */
	int supervisor_fd;   /* the other end: init closes its copy, so that it sees the supervisor
				die */
	int stdio_fd[3];     /* of the guest; never -1 */
	char tmpfs_size[24]; /* of what the guest may write in memory, in bytes; "": no limit */
	char tmpfs_inodes[24]; /* and how many files it may make */
};

/* supervisor -> init, one packet each, with a descriptor: what the two do side by side. */
enum order_type {
	ORDER_USERS = 1, /* a user namespace; and the cgroups are there to be entered */
	ORDER_NETWORK,   /* a network namespace; not where one is joined */
};

struct order {
	enum order_type type;
	struct cgroup cgroup; /* as it is now: init's copy is older */
};

/* init -> supervisor, one packet each. */
enum report_type {
	REPORT_FAILED,  /* before exec: error */
	REPORT_STARTED, /* exec succeeded */
	REPORT_ENDED,   /* the guest's first process ended: status */
	REPORT_CLEARED, /* of a stage: there is no guest, and nothing left of one */
};

struct report {
	enum report_type type;
	int status;           /* as of waitpid */
	bool disk_full;       /* the guest's writable memory was full when it ended */
	int64_t started_ns;   /* monotonic, just before exec */
	int64_t ended_ns;     /* when its end was seen */
	int64_t cpu_base_ns;  /* what the group had used before exec: ours, not the guest's */
	int64_t guest_cpu_ns; /* what the guest's first process had used before exec */
	struct err error;
};

/* What the guest's first process shares with who made it, until exec. */
struct birth {
	const struct plan *plan;
	int master_fd, slave_fd; /* of the guest's terminal; -1: none */
	int64_t started_ns, cpu_ns;
	struct err error; /* kind ERR_NONE: exec succeeded */
};

int guest_set_rlimits(const struct limits *l, struct err *e);
/* In the guest's first process, root of its user namespace, with its file system for root: becomes
 * the guest. Returns only with an error. */
int guest_start(struct birth *b, struct err *e);
/* The same for ns_vfork, of a struct birth; what went wrong is in its `error`. */
int guest_main(void *birth);

/* pid 1 of the sandbox; runs in the child of ns_fork and never returns. */
_Noreturn void init_run(const struct plan *p);

#endif
