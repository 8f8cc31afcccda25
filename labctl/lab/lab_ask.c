/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The services of a lab, asked by their own client libraries. Connections are
 * made inside the lab's network, when first needed, and kept: asking for
 * counters before and after a sample shall cost a question and no more. A
 * client in `attendance` is a connection that worked when it was last used.
 */
#include <poll.h>

#include "base/mem.h"
#include "base/proc.h"
#include "lab/lab_private.h"
#include "lab/network.h"
#include "spec/json.h"

static const int64_t ANSWER_NS = 30 * NS_PER_S;
static const int64_t RETRY_NS = NS_PER_MS;

void lab_disconnect(struct lab *l)
{
	for (size_t i = 0; i < SERVICES_MAX; i++) {
		if (l->services[i].client)
			l->services[i].type->close(take_ptr(l->services[i].client));
	}
}

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
