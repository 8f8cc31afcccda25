/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection is closed, connecting, idle or busy with one request; a request
 * that is given to a closed connection waits for it to connect. What goes wrong
 * with a request costs that request and closes its connection; the next request
 * given to it connects anew.
 *
 * So `given` and `state` are two things: a request may lie on a connection that
 * is still CONNECTING, and an IDLE one has none. Whatever happens to a request,
 * settle() is called once for it.
 */
#include "bench/load-pool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/rng.h"
#include "bench/fault.h"
#include "sandbox/ns.h"

enum { EVENTS = 64 }; /* taken at once */

enum state { CLOSED, CONNECTING, IDLE, BUSY };

struct load_connection {
	enum state state;
	int fd;
	bool given; /* a request is on it, or waits for it to connect */
	size_t request;
	size_t out_at;   /* bytes of it that are sent */
	int64_t from_ns; /* its latency counts from here */
	int64_t deadline_ns;
	size_t seen_least;
	struct http http;
};

/* --- what becomes of a request -------------------------------------------------------- */

static const struct load_request *request_of(const struct load_pool *p,
					     const struct load_connection *c)
{
	return &p->plan->requests[c->request];
}

static bool is_kept(const struct load_plan *plan, size_t request)
{
	struct rng rng;

	if (plan->requests[request].write)
		return true;
	rng_init(&rng, plan->seed + request * 0x9e3779b97f4a7c15);
	return plan->keep_every > 0 && rng_below(&rng, plan->keep_every) == 0;
}

static void keep_answer(struct load_pool *p, struct load_connection *c)
{
	struct load_result *out = p->out;

	if (!is_kept(p->plan, c->request) || out->kept_bytes > LOAD_KEPT_MAX_BYTES)
		return;
	mem_grow(&out->answers, &out->answer_cap, out->answer_count + 1, sizeof(*out->answers));
	out->answers[out->answer_count++] = (struct load_answer){
	    .request = c->request,
	    .open = p->open,
	    .status = c->http.status,
	    .seen_least = c->seen_least,
	    .seen_most = p->writes_begun,
	    .body = c->http.body,
	};
	out->kept_bytes += (int64_t)c->http.body.len;
	str_init(&c->http.body); /* it has moved */
}

static void connection_close(struct load_connection *c)
{
	fd_close(&c->fd); /* takes it out of the epoll set */
	c->state = CLOSED;
}

/* The request is through, one way or the other; the connection takes another. */
static void settle(struct load_pool *p, struct load_connection *c)
{
	if (request_of(p, c)->write)
		p->writes_done++;
	c->given = false;
	p->busy--;
	p->phase->wall_ns = clock_now_ns() - p->begin_ns;
}

static void note_latency(struct load_pool *p, const struct load_connection *c)
{
	p->latencies[p->latency_count++] = (double)(clock_now_ns() - c->from_ns);
}

static char *first_line(const struct load_request *r)
{
	return xstrndup(r->bytes, strcspn(r->bytes, "\r"));
}

/* Counts an error, and keeps the words of the first. */
static void note_error(struct load_pool *p, const struct load_connection *c, enum load_error error,
		       const char *why)
{
	p->phase->errors[error]++;
	if (p->phase->words)
		return;
	cleanup_free char *asked = first_line(request_of(p, c));
	cleanup_free char *words = xasprintf("%s: %s", asked, why);

	p->phase->words = fault_clean(words);
}

/* The connection is lost, and the request with it. */
static void lose(struct load_pool *p, struct load_connection *c, enum load_error error,
		 const char *why)
{
	note_error(p, c, error, why);
	if (error == LOAD_TIMEOUT) /* it waited at least as long */
		note_latency(p, c);
	connection_close(c);
	settle(p, c);
}

static void answered(struct load_pool *p, struct load_connection *c)
{
	if (c->http.status / 100 == 2) {
		note_latency(p, c);
		p->phase->answered++;
	} else {
		cleanup_free char *why =
		    xasprintf("status %d: %s", c->http.status, c->http.body.data);

		note_error(p, c, LOAD_STATUS, why);
	}
	keep_answer(p, c);
	settle(p, c);
	if (c->http.keep_alive)
		c->state = IDLE;
	else
		connection_close(c);
}

/* --- one connection ---------------------------------------------------------------------- */

static void watch(struct load_pool *p, struct load_connection *c, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = c};

	if (epoll_ctl(p->epoll_fd, EPOLL_CTL_MOD, c->fd, &event) && errno == ENOENT)
		epoll_ctl(p->epoll_fd, EPOLL_CTL_ADD, c->fd, &event);
}

static void send_some(struct load_pool *p, struct load_connection *c)
{
	const struct load_request *r = request_of(p, c);
	ssize_t n;

	do
		n = send(c->fd, r->bytes + c->out_at, r->size - c->out_at, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN) {
		lose(p, c, LOAD_RESET, strerrordesc_np(errno));
		return;
	}
	bool was_whole = c->out_at == 0 && n == (ssize_t)r->size;

	c->out_at += n > 0 ? (size_t)n : 0;
	if (!was_whole)
		watch(p, c, c->out_at < r->size ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void begin_request(struct load_pool *p, struct load_connection *c)
{
	size_t keep = is_kept(p->plan, c->request) ? HTTP_BODY_MAX : 0;

	c->state = BUSY;
	c->out_at = 0;
	c->seen_least = p->writes_done;
	http_begin(&c->http, keep);
	send_some(p, c);
}

/* The connection is made, or could not be. */
static void connected(struct load_pool *p, struct load_connection *c, int error)
{
	if (error == 0) {
		p->out->connects++;
		c->state = IDLE;
		watch(p, c, EPOLLIN);
		if (c->given)
			begin_request(p, c);
	} else if (c->given) {
		lose(p, c, LOAD_REFUSED, strerrordesc_np(error));
	} else {
		connection_close(c);
	}
}

static int take_socket(struct load_pool *p, struct err *e)
{
	if (p->spare_count == 0) {
		if (ns_sockets(p->plan->netns_fd, p->spare, LOAD_POOL_SPARE, e))
			return wrap(e, "connect to the application under test");
		p->spare_count = LOAD_POOL_SPARE;
	}
	return p->spare[--p->spare_count];
}

static int connection_open(struct load_pool *p, struct load_connection *c, struct err *e)
{
	struct sockaddr_in to = {
	    .sin_family = AF_INET,
	    .sin_port = htons(p->plan->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int one = 1;

	c->fd = take_socket(p, e);
	if (c->fd < 0)
		return -1;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->state = CONNECTING;
	watch(p, c, EPOLLOUT);
	if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		connected(p, c, 0);
	else if (errno != EINPROGRESS)
		connected(p, c, errno);
	return 0;
}

static void receive(struct load_pool *p, struct load_connection *c)
{
	char data[65536];
	ssize_t n = recv(c->fd, data, sizeof(data), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (c->state == IDLE) { /* the server closed it, or talks out of turn */
		connection_close(c);
		return;
	}
	if (n < 0) {
		lose(p, c, LOAD_RESET, strerrordesc_np(errno));
		return;
	}
	size_t used = n > 0 ? http_feed(&c->http, data, (size_t)n) : 0;

	if (n == 0)
		http_closed(&c->http);
	if (c->http.state == HTTP_DONE && used == (size_t)n)
		answered(p, c);
	else if (c->http.state == HTTP_DONE)
		lose(p, c, LOAD_GARBLED, "the answer is followed by more than it announced");
	else if (c->http.state == HTTP_BAD)
		lose(p, c, n == 0 ? LOAD_RESET : LOAD_GARBLED, c->http.why);
}

static void handle(struct load_pool *p, struct load_connection *c, uint32_t events)
{
	if (c->state == CONNECTING) {
		int error = 0;
		socklen_t size = sizeof(error);

		getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
		connected(p, c, error);
		return;
	}
	if (c->state == BUSY && (events & EPOLLOUT))
		send_some(p, c);
	if (c->state != CLOSED && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		receive(p, c);
}

/* --- the pool ----------------------------------------------------------------------------------
 */

struct load_connection *load_pool_free(const struct load_pool *p)
{
	struct load_connection *closed = NULL;

	for (size_t i = 0; i < p->plan->connections; i++) {
		struct load_connection *c = &p->all[i];

		if (c->given)
			continue;
		if (c->state == IDLE)
			return c;
		if (c->state == CLOSED)
			closed = c;
	}
	return closed;
}

int load_pool_give(struct load_pool *p, struct load_connection *c, size_t request, int64_t from_ns,
		   struct err *e)
{
	c->given = true;
	c->request = request;
	c->from_ns = from_ns;
	c->deadline_ns = clock_now_ns() + p->plan->request_time_ns;
	p->busy++;
	p->writes_begun += request_of(p, c)->write;
	p->phase->sent++;
	if (c->state == IDLE) {
		begin_request(p, c);
		return 0;
	}
	return connection_open(p, c, e);
}

void load_pool_fail_overdue(struct load_pool *p, int64_t now_ns)
{
	for (size_t i = 0; i < p->plan->connections; i++) {
		struct load_connection *c = &p->all[i];

		if (c->given && now_ns >= c->deadline_ns)
			lose(p, c, LOAD_TIMEOUT, "no answer in the time allowed");
	}
}

int load_pool_wait(struct load_pool *p, int64_t until_ns, struct err *e)
{
	struct epoll_event events[EVENTS];
	int64_t left = until_ns - clock_now_ns();
	struct timespec timeout = {0, 0};

	if (left > 0)
		timeout = (struct timespec){left / NS_PER_S, left % NS_PER_S};
	/* To the microsecond: a poll in milliseconds would send the open loop's requests late. */
	int n = epoll_pwait2(p->epoll_fd, events, EVENTS, &timeout, NULL);

	if (n < 0 && errno != EINTR)
		return fail(e, ERR_HOST, errno, "wait for the application under test");
	for (int i = 0; i < n; i++)
		handle(p, events[i].data.ptr, events[i].events);
	return 0;
}

int load_pool_connect(struct load_pool *p, struct err *e)
{
	int64_t deadline = clock_now_ns() + p->plan->request_time_ns;
	size_t pending;

	for (size_t i = 0; i < p->plan->connections; i++)
		if (connection_open(p, &p->all[i], e))
			return -1;
	do {
		struct epoll_event events[EVENTS];

		pending = 0;
		for (size_t i = 0; i < p->plan->connections; i++)
			pending += p->all[i].state == CONNECTING;
		int n = pending ? epoll_wait(p->epoll_fd, events, EVENTS, 10) : 0;

		for (int i = 0; i < n; i++)
			handle(p, events[i].data.ptr, events[i].events);
	} while (pending > 0 && clock_now_ns() < deadline);
	return 0;
}

int load_pool_open(struct load_pool *p, const struct load_plan *plan, struct load_result *out,
		   struct err *e)
{
	*p = (struct load_pool){.plan = plan, .out = out};
	p->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (p->epoll_fd < 0)
		return fail(e, ERR_HOST, errno, "make an epoll descriptor");
	p->all = xcalloc(plan->connections, sizeof(*p->all));
	for (size_t i = 0; i < plan->connections; i++)
		p->all[i] = (struct load_connection){.fd = -1, .http = HTTP_INIT};
	return 0;
}

void load_pool_close(struct load_pool *p)
{
	for (size_t i = 0; i < p->plan->connections; i++) {
		connection_close(&p->all[i]);
		http_done(&p->all[i].http);
	}
	while (p->spare_count > 0)
		fd_close(&p->spare[--p->spare_count]);
	free(p->all);
	fd_close(&p->epoll_fd);
}
