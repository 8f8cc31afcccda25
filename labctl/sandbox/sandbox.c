/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The life of a sandbox, as the supervisor sees it. The other side of the
 * clone is init.c, which shows both in one picture.
 *
 * sandbox_start, in this order, each step pushed on `undo`:
 *	1. a slot (slot.c): ids that nobody else has, and a name for the cgroup;
 *	2. a socket pair for orders and reports, and pipes for counted outputs;
 *	3. the clone of init, which begins at once with what needs nobody;
 *	4. meanwhile the user namespace, the cgroups with their limits, and, by a
 *	   helper beside us, the network: each handed to init when it is made;
 *	5. init's STARTED: the guest has exec'ed.
 * Where sandboxes follow one another and ask for no more than is kept for them,
 * a stage (stage.h) has most of this ready, and its pid 1 is init.
 * sandbox_wait is in sandbox_wait.c; what a sandbox is asked while it lives, in
 * sandbox_ask.c.
 *
 * What the kernel removes by itself when labctl is killed: every process, all
 * mounts, the network, the file system in memory, the slot. What stays is an
 * empty cgroup whose name tells that its owner is dead: see cgroup_collect.
 */

#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "sandbox/cost.h"
#include "sandbox/cpus.h"
#include "sandbox/kept_private.h"
#include "sandbox/ns.h"
#include "sandbox/packet.h"
#include "sandbox/sandbox_private.h"
#include "sandbox/state.h"

static void undo_slot(void *arg)
{
	slot_release(arg);
}

static void undo_cgroup(void *arg)
{
	struct sandbox *s = arg;

	cgroup_files_close(&s->files);
	cgroup_destroy(&s->cgroup);
}

void sandbox_undo_fd(void *arg)
{
	fd_close(arg);
}

void sandbox_reap(struct sandbox *s)
{
	/* It may have said so, and been killed all the same. */
	const bool dead = s->report.type != REPORT_ENDED || s->killed_for != SANDBOX_EXITED;

	if (s->stage)
		stage_ended(s->stage, dead);
	else
		cost_reap_alone(s->pid);
}

static void undo_staged(void *arg)
{
	struct sandbox *s = arg;

	if (!s->over)
		stage_clear(s->stage);
}

static void undo_process(void *arg)
{
	struct sandbox *s = arg;

	if (!s->over) {
		pidfd_send_signal(s->pid_fd, SIGKILL, NULL, 0);
		sandbox_reap(s);
	}
	fd_close(&s->pid_fd);
}

static int name_cgroup(struct sandbox *s, const struct sandbox_spec *spec, struct err *e)
{
	const char *parent = spec->cgroup_parent;
	char serial[16] = ""; /* tells apart those that have a slot in common */

	if (spec->kept)
		snprintf(serial, sizeof(serial), ".%u", spec->kept->serial++);
	int n = snprintf(s->cgroup.path, sizeof(s->cgroup.path), "%s%s%s%s.%d-%llu",
			 parent ? parent : "", parent ? "/" : "", spec->name, serial,
			 s->slot.number, (unsigned long long)s->slot.generation);

	if (n < 0 || (size_t)n >= sizeof(s->cgroup.path))
		return fail(e, ERR_USAGE, 0, "the sandbox name '%s' is too long", spec->name);
	return 0;
}

static int make_cgroup(struct sandbox *s, const struct sandbox_spec *spec, struct err *e)
{
	char cpus[CPUS_SIZE] = "";

	s->cgroup.files = &s->files;
	if (spec->kept && spec->kept->cgroup.made)
		cgroup_lodge(&s->cgroup, &spec->kept->cgroup, &spec->kept->files);
	else if (cpus_choose(&spec->limits, &s->slot, cpus, e))
		return -1;
	return cgroup_create(&s->cgroup, &spec->limits, *cpus ? cpus : NULL, !spec->no_usage,
			     spec->cgroup_parent != NULL, e);
}

static int start_init(struct sandbox *s, struct plan *p, struct err *e)
{
	const uint64_t flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
	cleanup_fd int into = cgroup_clone_fd(&s->cgroup);

	s->pid = ns_fork(flags, into, &s->pid_fd, e);
	if (s->pid < 0)
		return -1;
	if (s->pid == 0)
		init_run(p);
	undo_push(&s->undo, undo_process, s);
	s->cgroup.init = s->pid;
	return 0;
}

/* A sandbox like those before it, on what they left standing (stage.h)? NULL where it asks for more
 * than a stage gives. */
static int find_stage(const struct plan *p, struct stage **out, struct err *e)
{
	const struct sandbox_spec *spec = p->spec;

	*out = NULL;
	if (!spec->kept || spec->trust != SANDBOX_GUEST || spec->upper_dir || spec->terminal ||
	    spec->netns_fd < 0 || !spec->hostname)
		return 0;
	if (kept_stage(spec->kept, spec->layers, spec->hostname, out, e))
		return -1;
	if (*out && !stage_take(*out, p))
		*out = NULL;
	return 0;
}

static int start_on_stage(struct sandbox *s, struct stage *stage, const struct plan *p,
			  struct err *e)
{
	s->cgroup.without_init = true;
	s->cgroup.init = s->pid = stage->pid;
	s->pid_fd = stage->pid_fd;
	s->report_fd = stage->socket_fd;
	s->netns_fd = p->spec->netns_fd;
	if (make_cgroup(s, p->spec, e))
		return -1;
	s->cpu_base_ns = cgroup_cpu_ns(&s->cgroup);
	if (stage_start(stage, p, &s->cgroup, e))
		return -1;
	s->stage = stage;
	undo_push(&s->undo, undo_staged, s);
	return 0;
}

/* init's death is no error here: its report, or its silence, tells more. */
static void give_order(struct sandbox *s, enum order_type type, int fd)
{
	struct order order = {.type = type, .cgroup = s->cgroup};

	order.cgroup.files = order.cgroup.host_files = NULL; /* these are ours */

	packet_send(s->report_fd, &order, sizeof(order), fd);
}

/* What init will need, made while it is busy with other things. */
static int serve_init(struct sandbox *s, const struct sandbox_spec *spec, bool cgroup_made,
		      struct err *e)
{
	char stack[NS_STACK_SIZE] __attribute__((aligned(16)));
	cleanup(ns_network_done) struct ns_network n = NS_NETWORK_INIT;
	cleanup_fd int own = -1;

	if (spec->netns_fd < 0 && ns_network_begin(&n, stack, e))
		return -1;
	if (!spec->kept) {
		own = ns_new_users(slot_first_id(&s->slot), SLOT_IDS, e);
		if (own < 0)
			return -1;
	}
	if (!cgroup_made && make_cgroup(s, spec, e))
		return -1;
	give_order(s, ORDER_USERS, spec->kept ? spec->kept->users_fd : own);
	if (spec->netns_fd >= 0)
		return 0;
	cleanup_fd int network = ns_network_end(&n, e);

	if (network < 0)
		return -1;
	give_order(s, ORDER_NETWORK, network);
	return 0;
}

static int take_slot(struct sandbox *s, const struct sandbox_spec *spec, struct err *e)
{
	if (spec->kept) {
		s->slot = spec->kept->slot; /* borrowed */
		return 0;
	}
	if (state_take_slot(&s->slot, e))
		return -1;
	undo_push(&s->undo, undo_slot, &s->slot);
	return 0;
}

int sandbox_read_report(struct sandbox *s, struct err *e)
{
	int master_fd;
	ssize_t n = packet_receive(s->report_fd, &s->report, sizeof(s->report), &master_fd);

	if (n < 0)
		return fail(e, ERR_HOST, errno, "hear from the sandbox");
	if (master_fd >= 0)
		s->terminal.master_fd = master_fd;
	return n == (ssize_t)sizeof(s->report);
}

static void undo_terminal(void *arg)
{
	terminal_detach(arg);
}

/* From the guest's terminal to our output, and from our input to the guest's terminal. */
static int connect_terminal(struct sandbox *s, const struct sandbox_spec *spec, struct err *e)
{
	undo_push(&s->undo, undo_terminal, &s->terminal);
	for (int i = 0; i < 2; i++) {
		const int from = i == 0 ? s->terminal.master_fd : spec->stdin_fd;

		if (from < 0)
			continue;
		s->outputs[i].from_fd = fcntl(from, F_DUPFD_CLOEXEC, 4);
		s->outputs[i].to_fd = i == 0 ? spec->stdout_fd : s->terminal.master_fd;
		if (s->outputs[i].from_fd < 0)
			return fail(e, ERR_HOST, errno, "copy a descriptor");
		undo_push(&s->undo, sandbox_undo_output, &s->outputs[i]);
	}
	return terminal_attach(&s->terminal, s->terminal.master_fd, spec->stdin_fd, e);
}

static int await_exec(struct sandbox *s, const struct sandbox_spec *spec, struct err *e)
{
	int heard = sandbox_read_report(s, e);

	if (heard < 0)
		return -1;
	if (!heard && cgroup_oom_kills(&s->cgroup) > 0) {
		/* Maybe it ran already, and took all in the moment before init could say so. */
		fail(e, ERR_GUEST, 0, "the sandbox '%s' ran out of memory at once", spec->name);
		return hint(e, "its memory limit may be too small for any program (at least 4M)");
	}
	if (!heard)
		return fail(e, ERR_HOST, 0, "the sandbox '%s' died while it was being set up",
			    spec->name);
	if (s->report.type == REPORT_FAILED) {
		*e = s->report.error;
		return wrap(e, "sandbox '%s'", spec->name);
	}
	cost_add(s->report.guest_cpu_ns);
	s->deadline_ns =
	    spec->limits.time_ns ? s->report.started_ns + spec->limits.time_ns : INT64_MAX;
	s->oom_fd = spec->limits.memory_bytes ? cgroup_oom_event(&s->cgroup) : -1;
	undo_push(&s->undo, sandbox_undo_fd, &s->oom_fd);
	return spec->terminal ? connect_terminal(s, spec, e) : 0;
}

/* A pid 1 of its own: init.c. */
static int start_alone(struct sandbox *s, struct plan *p, struct err *e)
{
	/* On version 2 init is born in its cgroup; on version 1 it enters later. */
	const bool cgroup_first = cgroup_is_unified();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return fail(e, ERR_HOST, errno, "make a socket pair");
	s->report_fd = ends[0];
	undo_push(&s->undo, sandbox_undo_fd, &s->report_fd);
	p->report_fd = ends[1];
	p->supervisor_fd = ends[0];
	int result = (cgroup_first && make_cgroup(s, p->spec, e)) || start_init(s, p, e);

	fd_close(&p->report_fd);
	return result ? -1 : serve_init(s, p->spec, cgroup_first, e);
}

static int start(struct sandbox *s, const struct sandbox_spec *spec, struct err *e)
{
	struct stage *stage;
	struct plan p;

	if (sandbox_check_counts(spec, e) || take_slot(s, spec, e) || name_cgroup(s, spec, e))
		return -1;
	undo_push(&s->undo, undo_cgroup, s); /* below the process that will be in it */
	if (sandbox_plan(s, spec, &p, e))
		return -1;
	int result = find_stage(&p, &stage, e);

	if (!result)
		result = stage ? start_on_stage(s, stage, &p, e) : start_alone(s, &p, e);
	sandbox_plan_done(spec, &p);
	return result ? -1 : await_exec(s, spec, e);
}

int sandbox_start(const struct sandbox_spec *spec, struct sandbox **out, struct err *e)
{
	struct sandbox *s = xcalloc(1, sizeof(*s));

	s->slot.fd = s->pid_fd = s->netns_fd = s->report_fd = s->oom_fd = -1;
	s->outputs[0].from_fd = s->outputs[1].from_fd = -1;
	s->terminal = (struct terminal)TERMINAL_INIT;
	s->limits = spec->limits;
	s->limits.cpuset = NULL;
	s->no_usage = spec->no_usage;
	if (start(s, spec, e)) {
		sandbox_destroy(s);
		return -1;
	}
	*out = s;
	return 0;
}

/* --- the end -------------------------------------------------------------- */

void sandbox_destroy(struct sandbox *s)
{
	if (!s)
		return;
	undo_run(&s->undo);
	free(s);
}

int sandbox_run(const struct sandbox_spec *spec, struct sandbox_outcome *out, struct err *e)
{
	struct sandbox *s = NULL;

	if (sandbox_start(spec, &s, e))
		return -1;
	int result = sandbox_wait(s, INT64_MAX, out, e);

	sandbox_destroy(s);
	return result < 0 ? -1 : 0;
}
