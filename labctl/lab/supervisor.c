/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Order of events:
 *
 *	labctl up        supervisor                          service's pid 1
 *	fork ----------> budget, network
 *	load libraries   start each service ---------------> exec
 *	  (meanwhile)    wait for READY=1 <----------------- initialises
 *	                 write lab.json, listen
 *	  <------------- {"ok": true}
 *	ask each service through its client library
 *	exit             serve, watch the services
 *
 * A service that ends is not started again: its end is recorded, in words that
 * say which limit it hit, and whoever looks is told. If the supervisor is
 * killed, the kernel kills every pid 1 with it; what is left are files and
 * empty groups (place_collect).
 */
#include "lab/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/proc.h"
#include "lab/control.h"
#include "lab/storage.h"
#include "sandbox/budget.h"
#include "sandbox/disk.h"
#include "spec/json.h"

static const int64_t READY_NS = 60 * NS_PER_S;
static const int64_t QUESTION_NS = 5 * NS_PER_S;

struct supervisor {
	struct supervisor_plan *plan;
	struct budget *budget;
	struct storage storage;
	int hold_fd; /* see place_hold */
	int owner_fd, listen_fd, signal_fd;
	int64_t resets;
	char created[32];
	char *ended[SERVICES_MAX]; /* in words; NULL: it runs */
	bool down;
};

/* ---- the record ---- */

static void record_service(const struct supervisor *v, size_t i, struct lab_service *out)
{
	const struct service *s = &v->plan->services[i];

	*out = (struct lab_service){.name = xstrdup(s->type->name),
				    .image_digest = xstrdup(s->image.digest),
				    .initial_digest = xstrdup(s->initial_digest),
				    .started_ns = s->started_ns,
				    .ready_ns = s->ready_ns,
				    .ended = xstrdup(v->ended[i])};
	if (s->sandbox) {
		out->pid = sandbox_pid(s->sandbox);
		out->cgroup = xstrdup(sandbox_cgroup(s->sandbox));
	}
}

static int write_record(const struct supervisor *v, struct err *e)
{
	const struct lab_spec *spec = v->plan->spec;
	struct lab_record r = {.name = xstrdup(spec->name),
			       .image = xstrdup(spec->image),
			       .dataset = xstrdup(spec->dataset),
			       .created = xstrdup(v->created),
			       .supervisor = getpid(),
			       .supervisor_start = (int64_t)proc_start_time(getpid()),
			       .netns_fd = budget_netns_fd(v->budget),
			       .cgroup = xstrdup(budget_path(v->budget)),
			       .resets = v->resets,
			       .attached = spec->attached,
			       .service_count = v->plan->service_count};

	limits_copy(&r.limits, &spec->limits);
	r.services = xcalloc(r.service_count + 1, sizeof(*r.services));
	for (size_t i = 0; i < r.service_count; i++)
		record_service(v, i, &r.services[i]);
	int result = place_write(v->plan->place, &r, e);

	lab_record_done(&r);
	return result;
}

/* ---- up, reset, down ---- */

static int begin_services(struct supervisor *v, struct err *e)
{
	struct supervisor_plan *p = v->plan;

	const bool tight = storage_release(&v->storage);

	for (size_t i = 0; i < p->service_count; i++) {
		free(take_ptr(v->ended[i]));
		if (service_renew(&p->services[i], e) ||
		    (tight && service_empty_trash(&p->services[i], e)) ||
		    service_start(&p->services[i], budget_path(v->budget),
				  budget_netns_fd(v->budget), &p->spec->limits, true, e))
			return -1;
	}
	/* While they initialise there is time to clear away what the last ones wrote. */
	for (size_t i = 0; i < p->service_count; i++) {
		if (service_empty_trash(&p->services[i], e))
			return -1;
	}
	storage_reserve(&v->storage);
	return service_await(p->services, p->service_count, clock_now_ns() + READY_NS, e);
}

static int start_services(struct supervisor *v, struct err *e)
{
	if (!begin_services(v, e))
		return 0;
	cleanup_free char *full = storage_full_words(v->plan->place, v->storage.bytes);

	return full ? hint(e, "%s", full) : -1;
}

static int bring_up(struct supervisor *v, struct err *e)
{
	const struct lab_spec *spec = v->plan->spec;

	clock_iso8601(clock_wall_ns(), v->created, sizeof(v->created));
	v->hold_fd = place_hold(v->plan->place, e);
	if (v->hold_fd < 0 || budget_create(spec->name, &spec->limits, &v->budget, e) ||
	    storage_begin(&v->storage, e) || start_services(v, e))
		return -1;
	v->listen_fd = control_listen(v->plan->place->run_dir, e);
	return v->listen_fd < 0 ? -1 : write_record(v, e);
}

static int reset(struct supervisor *v, struct err *e)
{
	for (size_t i = 0; i < v->plan->service_count; i++)
		service_kill(&v->plan->services[i]);
	v->resets++;
	int result = start_services(v, e);
	struct err second;

	return write_record(v, result ? &second : e) || result ? -1 : 0;
}

static int take_down(struct supervisor *v, struct err *e)
{
	fd_close(&v->listen_fd);
	for (size_t i = 0; i < v->plan->service_count; i++)
		service_kill(&v->plan->services[i]);
	budget_destroy(take_ptr(v->budget));
	storage_end(&v->storage);
	return place_remove(v->plan->place, e);
}

/* ---- services that end ---- */

/* The kernel kills for the memory of all services together: say so, and who held what. */
static char *memory_words(const struct supervisor *v, const struct service *dead)
{
	const struct limits *l = &v->plan->spec->limits;
	cleanup(str_done) struct str s = STR_INIT;
	char size[32];

	str_addf(&s, "killed: out of memory; the lab's limit of %s is shared by all of its parts; ",
		 str_human_bytes(l->memory_bytes, size, sizeof(size)));
	str_addf(&s, "%s had held up to %s", dead->type->name,
		 str_human_bytes(dead->outcome.usage.memory_peak_bytes, size, sizeof(size)));
	for (size_t i = 0; i < v->plan->service_count; i++) {
		struct service *other = &v->plan->services[i];
		struct usage u;
		struct err ignored;

		if (other == dead || !other->sandbox || sandbox_usage(other->sandbox, &u, &ignored))
			continue;
		str_addf(&s, ", %s holds %s", other->type->name,
			 str_human_bytes(u.memory_bytes, size, sizeof(size)));
	}
	return str_take(&s);
}

static void note_end(struct supervisor *v, size_t i)
{
	const struct service *s = &v->plan->services[i];
	const char *words = s->outcome.words[0] ? s->outcome.words : "exit 0";
	cleanup_free char *disk = storage_full_words(v->plan->place, v->storage.bytes);
	struct err ignored;

	if (s->outcome.ending == SANDBOX_LIMIT_MEMORY && v->plan->spec->limits.memory_bytes)
		v->ended[i] = memory_words(v, s);
	else
		v->ended[i] = disk ? xasprintf("%s; %s", words, disk) : xstrdup(words);
	write_record(v, &ignored);
}

/* ---- serving ---- */

static int obey(struct supervisor *v, const char *what, struct err *e)
{
	if (str_eq(what, "reset"))
		return reset(v, e);
	if (str_eq(what, "down")) {
		v->down = true;
		return take_down(v, e);
	}
	return fail(e, ERR_BUG, 0, "lab '%s' was asked to '%s', which it does not know",
		    v->plan->spec->name, what);
}

static void answer(struct supervisor *v, int fd)
{
	struct err e = {0};
	cleanup(json_free) json_t *question = control_receive(fd, clock_now_ns() + QUESTION_NS, &e);

	if (question && !obey(v, json_string_or(question, "do", ""), &e))
		control_send_ok(fd);
	else
		control_send_error(fd, &e);
}

static void accept_one(struct supervisor *v)
{
	cleanup_fd int fd = accept4(v->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0)
		answer(v, fd);
}

static void wait_and_serve(struct supervisor *v)
{
	const size_t count = v->plan->service_count;
	struct pollfd polled[2 * SERVICES_MAX + 3];
	struct err e = {0};

	for (size_t i = 0; i < count; i++) {
		const struct service *s = &v->plan->services[i];

		polled[i] = (struct pollfd){.fd = s->sandbox ? sandbox_wait_fd(s->sandbox) : -1,
					    .events = POLLIN};
	}
	polled[count] = (struct pollfd){.fd = v->listen_fd, .events = POLLIN};
	polled[count + 1] = (struct pollfd){.fd = v->signal_fd, .events = POLLIN};
	polled[count + 2] = (struct pollfd){.fd = v->owner_fd, .events = POLLIN};
	for (size_t i = 0; i < count; i++)
		polled[count + 3 + i] =
		    (struct pollfd){.fd = v->plan->services[i].log.from_fd, .events = POLLIN};
	if (poll(polled, 2 * count + 3, -1) < 0)
		return;
	for (size_t i = 0; i < count; i++) {
		if (polled[count + 3 + i].revents)
			logbook_move(&v->plan->services[i].log);
	}
	for (size_t i = 0; i < count; i++) {
		if (polled[i].revents && service_check(&v->plan->services[i], &e) > 0)
			note_end(v, i);
	}
	if (polled[count].revents)
		accept_one(v);
	if (polled[count + 1].revents || polled[count + 2].revents) {
		v->down = true;
		take_down(v, &e);
	}
}

/* ---- the process ---- */

static int become_daemon(struct supervisor *v, struct err *e)
{
	sigset_t set;
	cleanup_fd int null_fd = fd_open_at(AT_FDCWD, "/dev/null", O_RDWR, 0, e);
	cleanup_free char *log_path = path_join(v->plan->place->log_dir, "supervisor.log");
	cleanup_fd int log_fd =
	    fd_open_at(AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND, 0644, e);

	if (null_fd < 0 || log_fd < 0)
		return -1;
	setsid();
	if (chdir("/") || dup2(null_fd, 0) < 0 || dup2(log_fd, 1) < 0 || dup2(log_fd, 2) < 0)
		return fail(e, ERR_HOST, errno, "detach the lab's supervisor");
	prctl(PR_SET_NAME, "labctl-lab");
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	v->signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	return v->signal_fd < 0 ? fail(e, ERR_HOST, errno, "make a signalfd") : 0;
}

_Noreturn void supervisor_run(struct supervisor_plan *plan, int owner_fd, int lock_fd)
{
	const char *why;
	const bool limited = plan->spec->limits.disk_bytes && disk_is_offered(&why);
	struct supervisor v = {.plan = plan,
			       .storage = {plan->place, plan->services, plan->service_count,
					   limited ? plan->spec->limits.disk_bytes : 0},
			       .hold_fd = -1,
			       .owner_fd = owner_fd,
			       .listen_fd = -1,
			       .signal_fd = -1};
	struct err e = {0}, ignored;

	if (become_daemon(&v, &e) || bring_up(&v, &e)) {
		/* First away with it all, then the news: who hears it may try again at once. */
		take_down(&v, &ignored);
		control_send_error(owner_fd, &e);
		_exit(1);
	}
	control_send_ok(owner_fd);
	fd_close(&lock_fd);
	if (!plan->spec->attached)
		fd_close(&v.owner_fd);
	while (!v.down)
		wait_and_serve(&v);
	_exit(0);
}
