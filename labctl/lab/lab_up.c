/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Bringing a lab up, with its lock held: what it is made of is checked and made
 * ready, then a child becomes its supervisor, and when that says that the
 * services run, each is asked for an answer.
 */
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "lab/control.h"
#include "lab/initial.h"
#include "lab/lab_private.h"
#include "lab/supervisor.h"
#include "spec/exercise.h"
#include "spec/json.h"

/* A data set nobody serves would be missed only at the first query. */
static int check_dataset(const struct lab_spec *spec, struct err *e)
{
	struct dataset d;
	int rc = 0;

	if (dataset_load(spec->dataset, &d, e))
		return -1;
	if (!strv_has(&spec->services, d.service)) {
		fail(e, ERR_USAGE, 0, "the data set '%s' needs the service '%s'", spec->dataset,
		     d.service);
		rc = hint(e, "--with %s", d.service);
	}
	dataset_done(&d);
	return rc;
}

static int prepare_services(struct supervisor_plan *p, const struct lab_spec *spec, struct err *e)
{
	if (spec->services.len > SERVICES_MAX)
		return fail(e, ERR_USAGE, 0, "a lab has at most %d services", SERVICES_MAX);
	if (spec->dataset && check_dataset(spec, e))
		return -1;
	for (size_t i = 0; i < spec->services.len; i++) {
		const char *name = spec->services.items[i];
		const struct service_type *type = service_find(name, e);
		cleanup_free char *dir = path_join(p->place->disk, name);
		cleanup_free char *log = xasprintf("%s/%s.log", p->place->log_dir, name);

		if (!type)
			return -1;
		for (size_t j = 0; j < i; j++) {
			if (p->services[j].type == type)
				return fail(e, ERR_USAGE, 0, "the service '%s' is asked for twice",
					    name);
		}
		p->service_count = i + 1;
		if (service_init(&p->services[i], type, dir, log, e) ||
		    initial_ensure(&p->services[i], spec->dataset, e))
			return -1;
	}
	return 0;
}

/* The child becomes the supervisor. It has the lab's lock too, until the lab is up: if we are
 * killed meanwhile, nobody else may take what it has begun for remains. */
static int fork_supervisor(struct lab *l, struct supervisor_plan *p, int *lock_fd, struct err *e)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return fail(e, ERR_HOST, errno, "make a socket pair");
	l->child = fork();
	if (l->child == 0) {
		close(ends[0]);
		supervisor_run(p, ends[1], *lock_fd);
	}
	close(ends[1]);
	l->owner_fd = ends[0];
	return l->child < 0 ? fail(e, ERR_HOST, errno, "start the lab's supervisor") : 0;
}

static int hear_from_supervisor(struct lab *l, struct supervisor_plan *p, struct err *e)
{
	/* While the services start: loading a library takes as long as a service does. */
	for (size_t i = 0; i < p->service_count; i++) {
		if (p->services[i].type->load(e))
			return -1;
	}
	cleanup(json_free) json_t *answer =
	    control_receive(l->owner_fd, clock_now_ns() + LAB_SUPERVISOR_NS, e);

	return answer ? control_check(answer, e) : -1;
}

static int start(struct lab *l, struct supervisor_plan *p, int *lock_fd, struct err *e)
{
	if (fork_supervisor(l, p, lock_fd, e) || hear_from_supervisor(l, p, e) ||
	    lab_refresh(l, e) || lab_open_network(l, e) || lab_await_answers(l, e))
		return -1;
	if (p->spec->attached)
		return 0;
	fd_close(&l->owner_fd); /* from here on it is on its own */
	l->child = 0;
	return 0;
}

static int check_not_up(struct lab *l, struct err *e)
{
	int collected = place_collect(&l->place, e);

	if (collected < 0)
		return -1;
	if (collected || !path_exists(l->place.run_dir))
		return 0;
	fail(e, ERR_USAGE, 0, "it is up already");
	return hint(e,
		    "labctl shell %s enters it, labctl reset %s brings its services back to "
		    "their beginning, labctl down %s ends it",
		    l->place.name, l->place.name, l->place.name);
}

/* With the lab's lock held. */
static int up(struct lab *l, const struct lab_spec *spec, int *lock_fd, struct err *e)
{
	struct supervisor_plan p = {.spec = spec, .place = &l->place};
	int result = -1;

	if (check_not_up(l, e))
		return -1;
	if (!lab_open_image(l, spec->image, e) && !prepare_services(&p, spec, e) &&
	    !place_make(&l->place, e))
		result = start(l, &p, lock_fd, e);
	for (size_t i = 0; i < p.service_count; i++)
		service_done(&p.services[i]);
	return result;
}

/* A supervisor that we gave up on takes down what it has begun. */
static void abandon(struct lab *l)
{
	lab_disconnect(l);
	if (l->child > 0)
		kill(l->child, SIGTERM);
}

int lab_up(const struct lab_spec *spec, struct lab **out, struct err *e)
{
	struct lab *l = lab_new_handle(spec->name, e);
	int lock_fd = l ? place_lock(&l->place, e) : -1;
	int result = lock_fd < 0 ? -1 : up(l, spec, &lock_fd, e);

	if (result && l) {
		abandon(l);
		lab_close(take_ptr(l));
	}
	if (lock_fd >= 0)
		fd_unlock(&lock_fd);
	if (result)
		return wrap(e, "lab '%s'", spec->name);
	*out = l;
	return 0;
}
