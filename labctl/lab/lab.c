/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A lab as its users see it: a handle made from the record, and the supervisor
 * asked for what only it can do. Services are asked in lab_ask.c.
 */
#include "lab/lab_private.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "base/fd.h"
#include "base/mem.h"
#include "image/derive.h"
#include "lab/builder.h"
#include "lab/control.h"
#include "lab/initial.h"
#include "lab/storage.h"
#include "sandbox/budget.h"
#include "spec/json.h"

/* ---- the handle ---- */

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
