/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_SANDBOX_H
#define LABCTL_SANDBOX_SANDBOX_H

/*
 * One isolated process tree on a stack of layers, under limits that are in
 * force before the guest's first instruction. Root inside is nobody outside.
 * Nothing of a sandbox outlives sandbox_destroy; what a killed labctl left is
 * found again through state.h.
 */

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/strv.h"
#include "sandbox/kept.h"
#include "spec/limits.h"
#include "spec/usage.h"

enum sandbox_trust {
	SANDBOX_GUEST, /* no capabilities, strict seccomp list: students, services, workloads */
	SANDBOX_BUILD, /* capabilities inside its own user namespace, as maintainer scripts need
			  (chown, mknod not) */
	SANDBOX_WATCH, /* a guest that may trace its own processes: instruments */
};

struct sandbox_bind {
	const char *host_path;
	const char *guest_path; /* absolute; made if missing */
	bool writable;
	bool idmapped; /* ids on disk are 0-based: map them to the sandbox's (writable work
			  directories) */
};

struct sandbox_spec {
	const char *name;          /* names the cgroup and appears in messages */
	const char *const *layers; /* absolute paths, topmost first, NULL-ended */
	const char *upper_dir; /* directory that holds upper/ and work/ on disk, 0-based ids; NULL:
				  a tmpfs of limits.disk_bytes */
	const struct sandbox_bind *binds; /* ends with a NULL host_path; may be NULL */
	enum sandbox_trust trust;
	const char *hostname; /* NULL: name */
	const char *cwd;      /* NULL: "/" */
	uid_t uid;            /* inside */
	gid_t gid;
	char *const *argv;
	char *const *envp;
	int stdin_fd, stdout_fd, stderr_fd; /* -1: /dev/null. With limits.output_bytes the two
					       outputs are copied through a pipe */
	int channel_fd;                     /* becomes descriptor 3 of the guest; -1: none */
	bool terminal; /* give it a pseudo-terminal of its own, copied to and from ours */
	int netns_fd;  /* join this network namespace (of a lab); -1: a new one with only loopback,
			  up */
	struct kept *kept; /* ids, made once for sandboxes that follow one another (kept.h); NULL:
			      its own */
	const char *cgroup_parent; /* budget_path() of a lab; NULL: directly below labctl's */
	bool no_usage; /* nobody will read its counters: keep only what its limits need */
	struct limits limits;
};

#define SANDBOX_SPEC_INIT                                                                          \
	{                                                                                          \
		.stdin_fd = -1, .stdout_fd = -1, .stderr_fd = -1, .channel_fd = -1,                \
		.netns_fd = -1, .limits = LIMITS_INIT                                              \
	}

struct sandbox; /* opaque */

enum sandbox_ending { /* how it ended */
		      SANDBOX_EXITED,
		      SANDBOX_SIGNALED,
		      SANDBOX_LIMIT_TIME,
		      SANDBOX_LIMIT_MEMORY,
		      SANDBOX_LIMIT_PIDS,
		      SANDBOX_LIMIT_OUTPUT,
		      SANDBOX_LIMIT_DISK,
		      SANDBOX_KILLED, /* by sandbox_kill */
};

struct sandbox_outcome {
	enum sandbox_ending ending;
	int status;         /* exit code, or signal number */
	int64_t wall_ns;    /* from exec to the end */
	struct usage usage; /* final */
	char words[512];    /* for the user: "killed: out of memory at its limit of 256 MiB; python3
			       (pid 7) held 250 MiB" */
};

/* Starts the guest; when it returns, exec has succeeded and the limits are in force. What fails
 * before exec is ERR_HOST, or ERR_GUEST where it is the guest's own doing (no such program). */
int sandbox_start(const struct sandbox_spec *spec, struct sandbox **out, struct err *e);

/* Waits for the end of pid 1's child (and with it of the whole tree), or until deadline_ns
 * (monotonic; INT64_MAX: for ever): 1 ended, 0 the deadline passed, -1 error. Enforces time and
 * output limits meanwhile. */
int sandbox_wait(struct sandbox *s, int64_t deadline_ns, struct sandbox_outcome *out,
		 struct err *e);

/* Readable when it ended, for a poll loop of the caller's; who has a terminal, or limits its output
 * or time, calls sandbox_wait besides. */
int sandbox_wait_fd(const struct sandbox *s);
int sandbox_usage(struct sandbox *s, struct usage *out, struct err *e);
/* CPU time, since this process began, of all that its sandboxes needed beside itself and their
 * guests: helpers, inits, and the guests' first processes until exec; of those that have ended. */
int64_t sandbox_cost_ns(void);
void sandbox_io(struct sandbox *s, struct usage_io *out); /* calls of read and write so far */
int64_t sandbox_waited_ns(
    struct sandbox *s); /* ready to run, without a CPU: its worst-off thread */
int64_t sandbox_anon_bytes(struct sandbox *s); /* now; a fraction of the cost of sandbox_usage */
int sandbox_kill(struct sandbox *s, int signal,
		 struct err *e);            /* the guest's first process; SIGKILL: the whole tree */
pid_t sandbox_pid(const struct sandbox *s); /* of its pid 1, as the host sees it */
const char *sandbox_cgroup(const struct sandbox *s);    /* for budget_usage; borrowed */
int sandbox_netns_fd(struct sandbox *s, struct err *e); /* borrowed; -1 on error */
void sandbox_destroy(struct sandbox *s); /* kills what is left, removes everything; NULL is fine */

/* start, wait, destroy */
int sandbox_run(const struct sandbox_spec *spec, struct sandbox_outcome *out, struct err *e);

#endif
