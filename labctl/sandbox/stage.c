/* SPDX-License-Identifier: Apache-2.0 */

/* The supervisor's side of a stage; the other one, and a picture of both, is stage_init.c. */

#include "sandbox/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "sandbox/cost.h"
#include "sandbox/ns.h"
#include "sandbox/packet.h"
#include "sandbox/stage_private.h"
#include "sandbox/tree.h"

void stage_ended(struct stage *st, bool dead)
{
	st->busy = false;
	if (!st->pid)
		return;
	if (dead) {
		pidfd_send_signal(st->pid_fd, SIGKILL, NULL, 0);
		cost_add(-st->counted_ns);
		cost_reap_alone(st->pid);
		st->pid = 0;
		return;
	}
	const int64_t used = cost_of(st->pid);

	cost_add(used - st->counted_ns);
	st->counted_ns = used;
}

void stage_destroy(struct stage *st)
{
	if (!st)
		return;
	stage_ended(st, true);
	fd_close(&st->socket_fd);
	fd_close(&st->pid_fd);
	if (st->order)
		munmap(st->order, sizeof(*st->order));
	strv_done(&st->layers);
	free(st->hostname);
	free(st);
}

/* The report that is awaited; false: pid 1 is dead. */
static bool hear(struct stage *st, struct report *r)
{
	int none;

	return packet_receive(st->socket_fd, r, sizeof(*r), &none) == (ssize_t)sizeof(*r);
}

static int make(struct stage *st, struct stage_plan *p, struct err *e)
{
	static struct report r;
	int ends[2];

	st->order = mmap(NULL, sizeof(*st->order), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (st->order == MAP_FAILED) {
		st->order = NULL;
		return fail(e, ERR_HOST, errno, "share memory with a process");
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return fail(e, ERR_HOST, errno, "make a socket pair");
	st->socket_fd = p->supervisor_fd = ends[0];
	p->socket_fd = ends[1];
	p->order = st->order;
	st->pid = ns_fork(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS, -1, &st->pid_fd, e);
	if (st->pid == 0)
		stage_run(p);
	close(ends[1]);
	if (st->pid < 0) {
		st->pid = 0;
		return -1;
	}
	if (!hear(st, &r))
		return fail(e, ERR_HOST, 0, "a sandbox died while it was being set up");
	if (r.type == REPORT_CLEARED)
		return 0;
	*e = r.error;
	return wrap(e, "set up a sandbox");
}

int stage_create(const char *const *layers, const char *hostname, uid_t first_id, int users_fd,
		 const struct cgroup *cgroup, struct stage **out, struct err *e)
{
	struct stage *st = xcalloc(1, sizeof(*st));
	struct stage_plan plan = {.layers = layers,
				  .hostname = hostname,
				  .first_id = first_id,
				  .users_fd = users_fd,
				  .cgroup = cgroup};

	st->pid_fd = st->socket_fd = -1;
	for (int i = 0; layers[i]; i++)
		strv_add(&st->layers, layers[i]);
	st->hostname = xstrdup(hostname);
	if (make(st, &plan, e)) {
		stage_destroy(st);
		return -1;
	}
	*out = st;
	return 0;
}

bool stage_fits(const struct stage *st, const char *const *layers, const char *hostname)
{
	size_t i = 0;

	while (i < st->layers.len && layers[i] && str_eq(layers[i], st->layers.items[i]))
		i++;
	return i == st->layers.len && !layers[i] && str_eq(hostname, st->hostname);
}

bool stage_take(struct stage *st, const struct plan *p)
{
	return stage_pack(st->order, p);
}

/* Copies of the mounts to bind: only here is the host's file system at hand. *made: how many are
 * open, after an error too. */
static int open_binds(const struct sandbox_bind *b, int *fds, size_t *made, struct err *e)
{
	for (*made = 0; b && b->host_path; b++) {
		const int fd = tree_clone(AT_FDCWD, b->host_path, e);

		if (fd < 0)
			return -1;
		fds[(*made)++] = fd;
	}
	return 0;
}

static int send_start(struct stage *st, int fds[PACKET_FDS_MAX], const struct plan *p,
		      struct err *e)
{
	const struct stage_order *o = st->order;
	const enum stage_word word = STAGE_START;
	size_t count = STAGE_DOORS + o->door_count + o->bind_count;

	for (int i = 0; i < 3; i++)
		fds[STAGE_STDIO + i] = p->stdio_fd[i];
	fds[STAGE_NETWORK] = p->spec->netns_fd;
	if (p->spec->channel_fd >= 0)
		fds[count++] = p->spec->channel_fd;
	if (packet_send_fds(st->socket_fd, &word, sizeof(word), fds, count)) {
		fail(e, ERR_HOST, errno, "start the sandbox '%s'", p->spec->name);
		stage_ended(st, true);
		return -1;
	}
	st->busy = true;
	return 0;
}

int stage_start(struct stage *st, const struct plan *p, const struct cgroup *g, struct err *e)
{
	int fds[PACKET_FDS_MAX];
	const int doors = cgroup_open_doors(g, fds + STAGE_DOORS, e);

	if (doors < 0)
		return -1;
	int *binds = fds + STAGE_DOORS + doors;
	size_t made;

	st->order->door_count = (size_t)doors;
	int result = open_binds(p->spec->binds, binds, &made, e);

	if (!result)
		result = send_start(st, fds, p, e);
	for (size_t i = 0; i < (size_t)doors + made; i++)
		fd_close(&fds[STAGE_DOORS + i]);
	return result;
}

void stage_clear(struct stage *st)
{
	static struct report r;
	const enum stage_word word = STAGE_CLEAR;
	bool alive = !packet_send(st->socket_fd, &word, sizeof(word), -1);

	do /* it may have ended a moment ago, and said so */
		alive = alive && hear(st, &r);
	while (alive && r.type != REPORT_CLEARED);
	stage_ended(st, !alive);
}
