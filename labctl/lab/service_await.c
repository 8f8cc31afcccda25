/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Waiting for services that were started. Who can says at the socket
 * run/notify that it is ready (sd_notify's protocol: PostgreSQL and Redis speak
 * it). Meanwhile each may end, and what it writes has to be moved to its log,
 * or it would come to a halt: three descriptors of each service in one poll.
 */
#include "lab/service.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/receive.h"

enum { HEARD, END, LOG, EACH }; /* of each service's descriptors */

/* Takes what the service said at its socket; the words of sd_notify, one a line. */
static void hear(struct service *s)
{
	char text[256];
	bool passed;
	ssize_t n = receive_bytes(s->notify_fd, text, sizeof(text) - 1, &passed);

	if (n <= 0)
		return;
	text[n] = '\0';
	if (!str_starts(text, "READY=1") && !strstr(text, "\nREADY=1"))
		return;
	s->ready = true;
	s->ready_ns = clock_now_ns() - s->started_ns;
}

int service_check(struct service *s, struct err *e)
{
	if (s->ended || !s->sandbox)
		return s->ended;
	int waited = sandbox_wait(s->sandbox, 0, &s->outcome, e);

	if (waited <= 0)
		return waited;
	s->ended = true;
	service_kill(s);
	return 1;
}

static int fail_ended(const struct service *s, struct err *e)
{
	cleanup_free char *words = service_last_words(s->log_path);

	return fail(e, ERR_GUEST, 0, "the service '%s' ended before it was ready (%s)%s%s",
		    s->type->name, s->outcome.words[0] ? s->outcome.words : "exit 0",
		    *words ? "; it said: " : "", words);
}

/* The number of services that are not ready yet. */
static int begin_round(const struct service *services, size_t count, struct pollfd *polled)
{
	int missing = 0;

	for (size_t i = 0; i < count; i++) {
		const struct service *s = &services[i];
		const bool wait = !s->ready && s->sandbox;
		struct pollfd *at = &polled[EACH * i];

		at[HEARD].fd = wait ? s->notify_fd : -1;
		at[END].fd = wait ? sandbox_wait_fd(s->sandbox) : -1;
		at[LOG].fd = s->log.from_fd;
		at[HEARD].events = at[END].events = at[LOG].events = POLLIN;
		missing += !s->ready;
	}
	return missing;
}

/* Takes what the poll found of one service. */
static int handle(struct service *s, const struct pollfd at[EACH], struct err *e)
{
	if (at[LOG].revents)
		logbook_move(&s->log);
	if (at[HEARD].revents)
		hear(s);
	int ended = at[END].revents ? service_check(s, e) : 0;

	return ended > 0 ? fail_ended(s, e) : ended;
}

/* One round; the number of services that were not ready yet, or -1. */
static int await_once(struct service *services, size_t count, int64_t deadline_ns, struct err *e)
{
	struct pollfd polled[EACH * SERVICES_MAX] = {0};
	int missing = begin_round(services, count, polled);

	if (!missing)
		return 0;
	if (poll(polled, EACH * count, clock_poll_ms(deadline_ns)) < 0 && errno != EINTR)
		return fail(e, ERR_HOST, errno, "wait for the services");
	for (size_t i = 0; i < count; i++)
		if (handle(&services[i], &polled[EACH * i], e))
			return -1;
	return missing;
}

int service_await(struct service *services, size_t count, int64_t deadline_ns, struct err *e)
{
	for (;;) {
		int missing = await_once(services, count, deadline_ns, e);

		if (missing <= 0)
			return missing;
		if (clock_now_ns() < deadline_ns)
			continue;
		for (size_t i = 0; i < count; i++) {
			if (services[i].ready)
				continue;
			cleanup_free char *words = service_last_words(services[i].log_path);
			return fail(e, ERR_HOST, 0,
				    "the service '%s' did not become ready in time%s%s",
				    services[i].type->name, *words ? "; it said: " : "", words);
		}
	}
}
