/* SPDX-License-Identifier: Apache-2.0 */

/*
 *	the workspace's network, the hub ---- wire 1 ---- scheduler
 *	                                 ---- wire 2 ---- worker-1
 *	                                 ---- wire 3 ---- worker-2
 *
 * All wires are laid before the first machine starts, so that every address is
 * known to all of them. A machine's program opens its port when it is ready,
 * and not before: a connection is the question and the answer. What a machine
 * prints goes to memory that counts against its own limit, and its last lines
 * into the words about its end.
 */
#include "lab/machines.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "lab/service.h"
#include "sandbox/cpus.h"
#include "sandbox/ns.h"
#include "sandbox/sandbox.h"
#include "sandbox/wire.h"
#include "spec/json.h"

static const int64_t READY_NS = 60 * NS_PER_S;
static const int64_t RETRY_NS = 5 * NS_PER_MS;

struct machine {
	const struct exercise_machine *kind;
	char *name;
	char address[WIRE_ADDRESS_SIZE];
	int netns_fd, log_fd;
	struct sandbox *sandbox; /* NULL: not started, or ended */
	struct sandbox_outcome outcome;
	bool ended;
};

struct machines {
	struct machine all[EXERCISE_MACHINES_MAX];
	size_t count;
	int own_netns_fd; /* the hub, where we made it; else -1 */
	int hub_fd;       /* borrowed, or own_netns_fd */
	size_t next_cpu;  /* whole CPUs are dealt out in turn */
};

/* ---- the network ---- */

static void name_all(struct machines *m, const struct exercise *x)
{
	for (size_t i = 0; i < x->machine_count; i++) {
		const struct exercise_machine *kind = &x->machines[i];

		for (int64_t n = 1; n <= kind->count; n++) {
			struct machine *one = &m->all[m->count++];

			one->kind = kind;
			one->netns_fd = one->log_fd = -1;
			one->name = kind->count == 1
					? xstrdup(kind->name)
					: xasprintf("%s-%lld", kind->name, (long long)n);
			wire_address((unsigned)m->count, one->address);
		}
	}
}

static int lay_wires(struct machines *m, struct err *e)
{
	if (wire_forward(m->hub_fd, e))
		return -1;
	for (size_t i = 0; i < m->count; i++) {
		m->all[i].netns_fd = ns_new_network(NULL, e);
		if (m->all[i].netns_fd < 0 ||
		    wire_connect(m->hub_fd, m->all[i].netns_fd, (unsigned)i + 1, e))
			return wrap(e, "network of machine '%s'", m->all[i].name);
	}
	return 0;
}

/* ---- starting one ---- */

/* A machine of whole CPUs gets as many of those it may have, the next one the next; one of a
 * fraction may run on any. */
static char *choose_cpus(struct machines *m, const struct limits *l, const char *cpuset)
{
	cpu_set_t allowed;
	cpu_set_t chosen;
	int numbers[CPU_SETSIZE];
	size_t count = 0;
	size_t want = (size_t)l->cpu;
	char text[CPUS_SIZE];
	struct err ignored;

	if (!cpuset || l->cpu < 1 || l->cpu != floor(l->cpu) ||
	    cpus_parse(cpuset, &allowed, &ignored) || want >= (size_t)CPU_COUNT(&allowed))
		return xstrdup(cpuset);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed))
			numbers[count++] = cpu;
	CPU_ZERO(&chosen);
	for (size_t i = 0; i < want; i++)
		CPU_SET(numbers[m->next_cpu++ % count], &chosen);
	cpus_format(&chosen, text);
	return xstrdup(text);
}

static void set_environment(const struct machines *m, const struct machine *one, struct strv *env)
{
	cleanup_free char *all = machines_json(m);

	strv_add(env, "PATH=/usr/local/bin:/usr/bin:/bin");
	strv_add(env, "HOME=/tmp");
	strv_add(env, "LANG=C.UTF-8");
	strv_add(env, "PYTHONDONTWRITEBYTECODE=1");
	strv_addf(env, "LABCTL_MACHINES=%s", all);
	strv_addf(env, "LABCTL_MACHINE=%s", one->name);
	strv_addf(env, "LABCTL_CPUS=%g", one->kind->limits.cpu > 0 ? one->kind->limits.cpu : 1);
	strv_addf(env, "LABCTL_MEMORY_BYTES=%lld", (long long)one->kind->limits.memory_bytes);
}

static int start_one(struct machines *m, struct machine *one, const struct machines_spec *spec,
		     const struct image *image, struct err *e)
{
	const struct sandbox_bind binds[] = {
	    {.host_path = spec->exercise->dir, .guest_path = "/lab/exercise"}, {0}};
	cleanup(strv_done) struct strv env = STRV_INIT;
	struct sandbox_spec s = SANDBOX_SPEC_INIT;

	one->log_fd = memfd_create(one->name, MFD_CLOEXEC);
	if (one->log_fd < 0)
		return fail(e, ERR_HOST, errno, "make the log of machine '%s'", one->name);
	set_environment(m, one, &env);
	limits_copy(&s.limits, &one->kind->limits);
	if (!s.limits.cpuset)
		s.limits.cpuset = choose_cpus(m, &s.limits, spec->cpuset);
	s.limits.cpu_first = true;
	s.limits.time_ns = 0;
	s.limits.output_bytes = 0;
	s.name = s.hostname = one->name;
	s.layers = (const char *const *)image->layers.items;
	s.binds = binds;
	s.trust = SANDBOX_GUEST;
	s.cwd = "/tmp";
	s.argv = one->kind->command.items;
	s.envp = strv_argv(&env);
	s.stdout_fd = s.stderr_fd = one->log_fd;
	s.netns_fd = one->netns_fd;
	int rc = sandbox_start(&s, &one->sandbox, e);

	limits_done(&s.limits);
	return rc ? wrap(e, "start machine '%s'", one->name) : 0;
}

/* ---- until they are ready ---- */

/* Has it ended? Its outcome is kept, its sandbox gone. */
static bool look_at(struct machine *one)
{
	struct err ignored;

	if (one->sandbox && sandbox_wait(one->sandbox, 0, &one->outcome, &ignored) == 1) {
		one->ended = true;
		sandbox_destroy(take_ptr(one->sandbox));
	}
	return one->ended;
}

static char *last_words(const struct machine *one)
{
	cleanup_free char *path = xasprintf("/proc/self/fd/%d", one->log_fd);

	return service_last_words(path);
}

/* Whom a limit killed had no last words about it. */
static char *end_words(const struct machine *one, const char *when)
{
	cleanup_free char *said =
	    one->outcome.ending == SANDBOX_EXITED ? last_words(one) : xstrdup("");

	return xasprintf("machine '%s' ended%s: %s%s%s", one->name, when,
			 one->outcome.words[0] ? one->outcome.words : "exit 0",
			 *said ? "; it said: " : "", said);
}

/* Does its port take a connection? From the hub, as the workspace will ask. */
static int ask(const struct machines *m, const struct machine *one, bool *answers, struct err *e)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)one->kind->port)};
	struct pollfd polled = {.fd = -1, .events = POLLOUT};
	int error = 0;
	socklen_t size = sizeof(error);

	if (ns_sockets(m->hub_fd, &polled.fd, 1, e))
		return -1;
	inet_pton(AF_INET, one->address, &to.sin_addr);
	if (connect(polled.fd, (const struct sockaddr *)&to, sizeof(to)))
		error = errno;
	if (error == EINPROGRESS && poll(&polled, 1, (int)(RETRY_NS / NS_PER_MS)) == 1)
		getsockopt(polled.fd, SOL_SOCKET, SO_ERROR, &error, &size);
	*answers = error == 0;
	fd_close(&polled.fd);
	return 0;
}

static int await(const struct machines *m, struct machine *one, int64_t deadline_ns, struct err *e)
{
	const struct timespec pause = {.tv_nsec = RETRY_NS};
	bool answers = false;

	while (!answers) {
		if (look_at(one)) {
			cleanup_free char *words = end_words(one, " before it was ready");

			return fail(e, ERR_GUEST, 0, "%s", words);
		}
		if (ask(m, one, &answers, e))
			return -1;
		if (!answers && clock_now_ns() > deadline_ns)
			return fail(e, ERR_GUEST, 0,
				    "machine '%s' was not ready in time: nothing answers at its "
				    "port %lld",
				    one->name, (long long)one->kind->port);
		if (!answers)
			ppoll(NULL, 0, &pause, NULL);
	}
	return 0;
}

/* ---- all of them ---- */

static int start_all(struct machines *m, const struct machines_spec *spec, struct err *e)
{
	const struct exercise *x = spec->exercise;

	m->hub_fd = spec->netns_fd;
	if (m->hub_fd < 0)
		m->hub_fd = m->own_netns_fd = ns_new_network(NULL, e);
	if (m->hub_fd < 0)
		return -1;
	name_all(m, x);
	if (lay_wires(m, e))
		return -1;
	for (size_t i = 0; i < m->count; i++)
		if (start_one(m, &m->all[i], spec, spec->images[m->all[i].kind - x->machines], e))
			return -1;
	for (size_t i = 0; i < m->count; i++)
		if (await(m, &m->all[i], clock_now_ns() + READY_NS, e))
			return -1;
	return 0;
}

int machines_start(const struct machines_spec *spec, struct machines **out, struct err *e)
{
	struct machines *m = xcalloc(1, sizeof(*m));

	m->own_netns_fd = m->hub_fd = -1;
	if (start_all(m, spec, e)) {
		machines_destroy(m);
		return -1;
	}
	*out = m;
	return 0;
}

static void tell_last_words(const struct machine *one)
{
	cleanup_free char *said = one->log_fd >= 0 ? last_words(one) : NULL;

	if (said && *said)
		log_verbose("machine '%s' said: %s", one->name, said);
}

void machines_destroy(struct machines *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++) {
		struct machine *one = &m->all[i];

		tell_last_words(one);
		sandbox_destroy(one->sandbox);
		/* A network goes some time after its last user: a hub that stays loses the wire
		 * now. */
		if (one->netns_fd >= 0 && m->own_netns_fd < 0)
			wire_remove(m->hub_fd, (unsigned)i + 1);
		fd_close(&one->netns_fd);
		fd_close(&one->log_fd);
		free(one->name);
	}
	fd_close(&m->own_netns_fd);
	free(m);
}

int machines_netns_fd(const struct machines *m)
{
	return m->hub_fd;
}

char *machines_json(const struct machines *m)
{
	cleanup(json_free) json_t *all = json_object();

	for (size_t i = 0; i < m->count; i++)
		json_object_set_new(all, m->all[i].name,
				    json_pack("{s:s, s:I}", "host", m->all[i].address, "port",
					      (json_int_t)m->all[i].kind->port));
	return json_text(all, false);
}

size_t machines_count(const struct machines *m)
{
	return m->count;
}

const char *machines_name(const struct machines *m, size_t index)
{
	return m->all[index].name;
}

int machines_usage(struct machines *m, size_t index, struct usage *out, struct err *e)
{
	struct machine *one = &m->all[index];

	if (!look_at(one))
		return sandbox_usage(one->sandbox, out, e);
	*out = one->outcome.usage;
	return 0;
}

char *machines_ended(struct machines *m, bool *memory)
{
	for (size_t i = 0; i < m->count; i++) {
		struct machine *one = &m->all[i];

		if (!look_at(one))
			continue;
		*memory = one->outcome.ending == SANDBOX_LIMIT_MEMORY;
		return end_words(one, "");
	}
	return NULL;
}
