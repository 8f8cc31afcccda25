/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_SANDBOX_PRIVATE_H
#define LABCTL_SANDBOX_SANDBOX_PRIVATE_H

/* What a sandbox is to its supervisor. For sandbox.c, which starts it with the plan of
 * sandbox_plan.c, sandbox_wait.c, which sees it through, and sandbox_ask.c. */

#include "sandbox/cgroup.h"
#include "sandbox/guest.h"
#include "sandbox/output.h"
#include "sandbox/sandbox.h"
#include "sandbox/slot.h"
#include "sandbox/stage.h"
#include "sandbox/terminal.h"
#include "sandbox/undo.h"

struct sandbox {
	struct undo undo;
	struct slot slot;
	struct cgroup cgroup;
	struct cgroup_files files; /* of its counters */
	struct limits limits;      /* numbers only: the strings are the caller's */
	pid_t pid;
	int pid_fd;
	int netns_fd; /* opened when first asked for */
	int report_fd;
	struct stage *stage; /* whose pid 1, descriptors included, it has; NULL: its own */
	int64_t cpu_base_ns; /* on a stage: what its groups had used before */
	int oom_fd;          /* see cgroup_oom_event */
	struct output outputs[2];
	struct terminal terminal;
	int64_t output_bytes;
	bool output_lost;    /* its reader took none of the rest after its end */
	int64_t deadline_ns; /* of the time limit */
	bool no_usage;
	struct report report;           /* init's last */
	enum sandbox_ending killed_for; /* SANDBOX_EXITED: not killed by us */
	bool over;
	struct sandbox_outcome outcome;
};

void sandbox_undo_output(void *arg); /* for undo_push, of a struct output */
void sandbox_undo_fd(void *arg);     /* ... of a descriptor */
int sandbox_check_counts(const struct sandbox_spec *spec, struct err *e);
/* s->slot is taken. The ends of pipes that are the guest's are open until sandbox_plan_done. */
int sandbox_plan(struct sandbox *s, const struct sandbox_spec *spec, struct plan *p, struct err *e);
void sandbox_plan_done(const struct sandbox_spec *spec, struct plan *p);

/* Reads init's next report; 0 at the end of file: init is gone. */
int sandbox_read_report(struct sandbox *s, struct err *e);

/* Reaps init, which is dead or dying. */
void sandbox_reap(struct sandbox *s);

#endif
