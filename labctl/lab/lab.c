/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A lab as its users see it: a handle made from the record, the supervisor
 * asked for what only it can do, and the services asked by their own client
 * libraries. Connections are made inside the lab's network, when first needed,
 * and kept: asking for counters before and after a sample shall cost a
 * question and no more.
 */
#include "lab/lab_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/proc.h"
#include "image/derive.h"
#include "lab/builder.h"
#include "lab/control.h"
#include "lab/initial.h"
#include "lab/network.h"
#include "lab/storage.h"
#include "sandbox/budget.h"
#include "spec/json.h"

static const int64_t ANSWER_NS = 30 * NS_PER_S;
static const int64_t RETRY_NS = NS_PER_MS;

/* ---- the handle ---- */

void lab_disconnect(struct lab *l)
{
	for (size_t i = 0; i < SERVICES_MAX; i++) {
		if (l->services[i].client)
			l->services[i].type->close(take_ptr(l->services[i].client));
	}
}

static int attend(struct lab *l, struct err *e)
{
	for (size_t i = 0; i < l->record.service_count; i++) {
		const char *name = l->record.services[i].name;

		if (i == SERVICES_MAX)
			return fail(e, ERR_SPEC, 0, "%s: more than %d services", l->place.record,
				    SERVICES_MAX);
		l->services[i].type = service_find(name, e);
		if (!l->services[i].type)
			return wrap(e, "%s", l->place.record);
		free(l->services[i].run_dir);
		l->services[i].run_dir = xasprintf("%s/%s/run", l->place.disk, name);
		l->services[i].ready_ns = l->record.services[i].ready_ns;
	}
	return 0;
}

/* Any process may have reset the lab since the record was read. */
int lab_refresh(struct lab *l, struct err *e)
{
	lab_record_done(&l->record);
	if (place_read(&l->place, &l->record, e) || attend(l, e))
		return -1;
	if (place_is_alive(&l->record))
		return 0;
	fail(e, ERR_HOST, 0, "the supervisor of lab '%s' (pid %lld) is dead, and the lab with it",
	     l->place.name, (long long)l->record.supervisor);
	return hint(e, "labctl gc clears away what is left; labctl up %s begins it anew",
		    l->place.name);
}

int lab_open_network(struct lab *l, struct err *e)
{
	cleanup_free char *path = xasprintf("/proc/%lld/fd/%lld", (long long)l->record.supervisor,
					    (long long)l->record.netns_fd);

	fd_close(&l->netns_fd);
	l->netns_fd = fd_open_at(AT_FDCWD, path, O_RDONLY, 0, e);
	return l->netns_fd < 0 ? wrap(e, "network of lab '%s'", l->place.name) : 0;
}

struct lab *lab_new_handle(const char *name, struct err *e)
{
	struct lab *l = xcalloc(1, sizeof(*l));

	l->netns_fd = l->owner_fd = -1;
	if (!place_init(&l->place, name, e))
		return l;
	lab_close(l);
	return NULL;
}

int lab_open(const char *name, struct lab **out, struct err *e)
{
	struct lab *l = lab_new_handle(name, e);

	if (!l)
		return -1;
	if (lab_refresh(l, e) || lab_open_network(l, e)) {
		lab_close(l);
		return -1;
	}
	*out = l;
	return 0;
}

void lab_close(struct lab *l)
{
	if (!l)
		return;
	lab_disconnect(l);
	fd_close(&l->owner_fd);
	if (l->child > 0)
		waitpid(l->child, NULL, 0);
	for (size_t i = 0; i < SERVICES_MAX; i++)
		free(l->services[i].run_dir);
	fd_close(&l->netns_fd);
	image_done(&l->image);
	lab_record_done(&l->record);
	place_done(&l->place);
	free(l);
}

void lab_closep(struct lab **l)
{
	lab_close(*l);
}

/* ---- asking the services ---- */

static bool service_is_dead(const struct lab *l, size_t i)
{
	return proc_is_doomed((pid_t)l->record.services[i].pid);
}

static int connect_service(struct lab *l, size_t i, struct err *e)
{
	struct attendance *a = &l->services[i];
	const struct service_address at = {.run_dir = a->run_dir, .port = a->type->port};

	if (a->client)
		return 0;
	/* Who answers at the port of a service that has ended is somebody else. */
	if (service_is_dead(l, i))
		return fail(e, ERR_GUEST, 0, "the service '%s' has ended", a->type->name);
	if (a->type->load(e))
		return -1;
	int home = network_enter(l->netns_fd, e);

	if (home < 0)
		return -1;
	int result = a->type->connect(&at, &a->client, e);
	struct err second;

	if (network_leave(&home, result ? &second : e))
		return -1;
	return result;
}

/* The supervisor knows when a service has ended, and why; -1: it has, or the lab is gone. */
static int check_not_ended(struct lab *l, size_t i, struct err *e)
{
	if (lab_refresh(l, e))
		return -1;
	const char *ended = l->record.services[i].ended;

	if (!ended)
		return 0;
	return fail(e, ERR_HOST, 0, "the service '%s' ended before it answered: %s",
		    l->services[i].type->name, ended);
}

/* A service says that it is ready a moment before it takes clients, and Memcached says nothing: so
 * what is refused is tried again shortly after, as long as the lab's supervisor says no worse. Why
 * a service died it says a moment after the death. */
static int await_answer(struct lab *l, size_t i, int64_t deadline_ns, struct err *e)
{
	const struct timespec pause = {.tv_nsec = RETRY_NS};
	struct err worse;

	while (connect_service(l, i, e)) {
		if (check_not_ended(l, i, &worse)) {
			*e = worse;
			return -1;
		}
		if ((e->kind != ERR_HOST && !service_is_dead(l, i)) || clock_now_ns() > deadline_ns)
			return wrap(e, "the service '%s' of lab '%s' does not answer",
				    l->services[i].type->name, l->place.name);
		ppoll(NULL, 0, &pause, NULL);
	}
	l->services[i].ready_ns = clock_now_ns() - l->record.services[i].started_ns;
	return 0;
}

int lab_await_answers(struct lab *l, struct err *e)
{
	const int64_t deadline_ns = clock_now_ns() + ANSWER_NS;

	/* Last first: the first started takes longest. */
	for (size_t i = l->record.service_count; i > 0; i--) {
		if (await_answer(l, i - 1, deadline_ns, e))
			return -1;
	}
	return 0;
}

bool lab_service_ask(struct lab *l, size_t index)
{
	struct err ignored;
	char *json;

	if (index >= l->record.service_count || l->record.services[index].ended)
		return false;
	if (l->services[index].client && lab_service_counters(l, index, &json, &ignored) == 0) {
		free(json);
		return true;
	}
	return connect_service(l, index, &ignored) == 0;
}

int lab_service_counters(struct lab *l, size_t index, char **json, struct err *e)
{
	struct attendance *a = &l->services[index];

	if (connect_service(l, index, e))
		return -1;
	cleanup(json_free) json_t *counters = a->type->counters(a->client, e);

	if (!counters) {
		/* The connection may be of before a restart: the next question makes a new one. */
		a->type->close(take_ptr(a->client));
		return wrap(e, "lab '%s'", l->place.name);
	}
	*json = json_text(counters, false);
	return 0;
}

/* ---- reset, down ---- */

int lab_reset(struct lab *l, struct err *e)
{
	cleanup_fd int lock_fd = place_lock(&l->place, e);

	if (lock_fd < 0)
		return -1;
	lab_disconnect(l);
	if (control_ask(l->place.run_dir, "reset", LAB_SUPERVISOR_NS, e) || lab_refresh(l, e) ||
	    lab_await_answers(l, e))
		return wrap(e, "reset lab '%s'", l->place.name);
	return 0;
}

int lab_down(struct lab *l, struct err *e)
{
	cleanup_fd int lock_fd = place_lock(&l->place, e);

	if (lock_fd < 0)
		return -1;
	lab_disconnect(l);
	if (control_ask(l->place.run_dir, "down", LAB_SUPERVISOR_NS, e))
		return wrap(e, "take lab '%s' down", l->place.name);
	return 0;
}

/* ---- looking ---- */

int lab_list(struct strv *names, struct err *e)
{
	cleanup(strv_done) struct strv all = STRV_INIT;

	if (place_list(&all, e))
		return -1;
	for (size_t i = 0; i < all.len; i++) {
		struct place p;
		struct lab_record r;
		struct err unreadable;

		if (place_init(&p, all.items[i], e))
			return -1;
		if (!place_read(&p, &r, &unreadable)) {
			if (place_is_alive(&r))
				strv_add(names, all.items[i]);
			lab_record_done(&r);
		}
		place_done(&p);
	}
	return 0;
}

int lab_collect(struct strv *removed, struct err *e)
{
	cleanup(strv_done) struct strv all = STRV_INIT;

	if (place_list(&all, e))
		return -1;
	for (size_t i = 0; i < all.len; i++) {
		struct place p;

		if (place_init(&p, all.items[i], e))
			return -1;
		int lock_fd = place_lock(&p, e);
		int collected = lock_fd < 0 ? -1 : place_collect(&p, e);

		if (lock_fd >= 0)
			fd_unlock(&lock_fd);
		place_done(&p);
		if (collected < 0)
			return -1;
		if (collected)
			strv_addf(removed, "lab %s", all.items[i]);
	}
	return initial_collect(removed, e);
}

size_t lab_service_count(const struct lab *l)
{
	return l->record.service_count;
}

const char *lab_image(const struct lab *l)
{
	return l->record.image;
}

bool lab_is_attached(const struct lab *l)
{
	return l->record.attached;
}

const char *lab_created(const struct lab *l)
{
	return l->record.created;
}

const char *lab_initial_digest(const struct lab *l, size_t index)
{
	return l->record.services[index].initial_digest;
}

const char *lab_service_image(const struct lab *l, size_t index)
{
	return l->record.services[index].image_digest;
}

int lab_usage(struct lab *l, struct usage *out, struct err *e)
{
	return budget_usage(l->record.cgroup, out, e);
}

char *lab_disk_words(const struct lab *l)
{
	return storage_full_words(&l->place, l->record.limits.disk_bytes);
}

int lab_service_status(struct lab *l, size_t index, struct service_status *out, struct err *e)
{
	const struct lab_service *s = &l->record.services[index];

	*out = (struct service_status){.name = s->name,
				       .pid = (pid_t)s->pid,
				       .ready_ns = l->services[index].ready_ns,
				       .ended = s->ended,
				       .answering = l->services[index].client != NULL};
	if (s->ended || !s->cgroup)
		return 0;
	return budget_usage(s->cgroup, &out->usage, e);
}

int lab_service_log(struct lab *l, const char *service, char **path, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;

	for (size_t i = 0; i < l->record.service_count; i++) {
		strv_add(&names, l->record.services[i].name);
		if (!str_eq(l->record.services[i].name, service))
			continue;
		*path = xasprintf("%s/%s.log", l->place.log_dir, service);
		return 0;
	}
	cleanup_free char *all = strv_join(&names, ", ");

	fail(e, ERR_USAGE, 0, "lab '%s' has no service '%s'", l->place.name, service);
	return hint(e, "it has: %s", names.len ? all : "none");
}

/* ---- the workspace ---- */

int lab_open_image(struct lab *l, const char *name, struct err *e)
{
	if (image_open(name, &l->image, e) && image_ensure(name, &builder_runner, &l->image, e))
		return -1;
	derive_add(&l->image, &builder_runner);
	return 0;
}

char *lab_services_json(const struct lab *l)
{
	cleanup(json_free) json_t *all = json_object();

	for (size_t i = 0; i < l->record.service_count; i++) {
		const struct attendance *a = &l->services[i];
		const struct service_address at = {.run_dir = a->run_dir, .port = a->type->port};

		json_object_set_new(all, a->type->name, a->type->describe(&at));
	}
	return json_text(all, false);
}

int lab_sandbox_spec(struct lab *l, struct sandbox_spec *spec, struct err *e)
{
	if (!l->image.name && lab_open_image(l, l->record.image, e))
		return wrap(e, "workspace of lab '%s'", l->place.name);
	spec->layers = (const char *const *)strv_argv(&l->image.layers);
	spec->netns_fd = l->netns_fd;
	spec->cgroup_parent = l->record.cgroup;
	spec->hostname = l->place.name;
	spec->limits.disk_bytes = l->record.limits.disk_bytes;
	spec->limits.nofile = l->record.limits.nofile;
	return 0;
}

const char *lab_home(const struct lab *l)
{
	return l->place.home;
}

const char *lab_disk_image(const struct lab *l)
{
	return l->place.disk_image;
}

void lab_environment(const struct lab *l, struct strv *env)
{
	cleanup_free char *services = lab_services_json(l);

	strv_add(env, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	strv_add(env, "HOME=/root");
	strv_add(env, "LANG=C.UTF-8");
	strv_add(env, "PGHOST=127.0.0.1");
	strv_add(env, "PGUSER=lab");
	strv_add(env, "PGDATABASE=lab");
	strv_addf(env, "LABCTL_LAB=%s", l->place.name);
	strv_addf(env, "LABCTL_SERVICES=%s", services);
	strv_addf(env, "LABCTL_CPUS=%g", l->record.limits.cpu);
	strv_addf(env, "LABCTL_MEMORY_BYTES=%lld", (long long)l->record.limits.memory_bytes);
}
