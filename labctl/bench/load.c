/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread, one epoll, a fixed pool of connections. A connection is closed,
 * connecting, idle or busy with one request; a request that is given to a closed
 * connection waits for it to connect. What goes wrong with a request costs that
 * request and closes its connection; the next request given to it
 * connects anew. So each loop ends: every turn either settles a request, or
 * waits for one no longer than its deadline, and there are only so many.
 */
#include "bench/load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
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
#include "stats/summary.h"

static const int64_t TICK_NS = 10 * NS_PER_MS;

enum { SPARE = 16 };

enum state { CLOSED, CONNECTING, IDLE, BUSY };

struct connection {
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

struct engine {
	const struct load_plan *plan;
	struct load_result *out;
	struct load_phase *phase; /* the one that runs */
	bool open;
	int epoll_fd;
	struct connection *all;
	size_t next, end; /* of the phase's requests: not yet given; one past the last */
	size_t busy;
	int64_t begin_ns, last_ns; /* of the phase */
	int64_t tick_ns;           /* next one */
	int64_t due_ns;            /* open loop: of request `next` */
	struct rng rng;
	size_t writes_begun, writes_done;
	int spare[SPARE]; /* sockets not yet used: made in batches, for each batch costs a fork */
	size_t spare_count;
	double *latencies; /* of the phase, ns */
	size_t latency_count;
};

const char *load_error_name(enum load_error error)
{
	static const char *const names[LOAD_ERRORS] = {
	    [LOAD_REFUSED] = "refused",   [LOAD_RESET] = "broken off",
	    [LOAD_TIMEOUT] = "timed out", [LOAD_STATUS] = "status not 2xx",
	    [LOAD_GARBLED] = "not HTTP",
	};

	return names[error];
}

size_t load_phase_errors(const struct load_phase *p)
{
	size_t sum = 0;

	for (size_t i = 0; i < LOAD_ERRORS; i++)
		sum += p->errors[i];
	return sum;
}

/* --- what becomes of a request -------------------------------------------------------- */

static const struct load_request *request_of(const struct engine *g, const struct connection *c)
{
	return &g->plan->requests[c->request];
}

static bool is_kept(const struct load_plan *plan, size_t request)
{
	struct rng rng;

	if (plan->requests[request].write)
		return true;
	rng_init(&rng, plan->seed + request * 0x9e3779b97f4a7c15);
	return plan->keep_every > 0 && rng_below(&rng, plan->keep_every) == 0;
}

static void keep_answer(struct engine *g, struct connection *c)
{
	struct load_result *out = g->out;

	if (!is_kept(g->plan, c->request) || out->kept_bytes > LOAD_KEPT_MAX_BYTES)
		return;
	mem_grow(&out->answers, &out->answer_cap, out->answer_count + 1, sizeof(*out->answers));
	out->answers[out->answer_count++] = (struct load_answer){
	    .request = c->request,
	    .open = g->open,
	    .status = c->http.status,
	    .seen_least = c->seen_least,
	    .seen_most = g->writes_begun,
	    .body = c->http.body,
	};
	out->kept_bytes += (int64_t)c->http.body.len;
	str_init(&c->http.body); /* it has moved */
}

static void connection_close(struct connection *c)
{
	fd_close(&c->fd); /* takes it out of the epoll set */
	c->state = CLOSED;
}

/* The request is through, one way or the other; the connection takes another. */
static void settle(struct engine *g, struct connection *c)
{
	if (request_of(g, c)->write)
		g->writes_done++;
	c->given = false;
	g->busy--;
	g->phase->wall_ns = clock_now_ns() - g->begin_ns;
}

static void note_latency(struct engine *g, const struct connection *c)
{
	g->latencies[g->latency_count++] = (double)(clock_now_ns() - c->from_ns);
}

static char *first_line(const struct load_request *r)
{
	return xstrndup(r->bytes, strcspn(r->bytes, "\r"));
}

/* Counts an error, and keeps the words of the first. */
static void note_error(struct engine *g, const struct connection *c, enum load_error error,
		       const char *why)
{
	g->phase->errors[error]++;
	if (g->phase->words)
		return;
	cleanup_free char *asked = first_line(request_of(g, c));
	cleanup_free char *words = xasprintf("%s: %s", asked, why);

	g->phase->words = fault_clean(words);
}

/* The connection is lost, and the request with it. */
static void lose(struct engine *g, struct connection *c, enum load_error error, const char *why)
{
	note_error(g, c, error, why);
	if (error == LOAD_TIMEOUT) /* it waited at least as long */
		note_latency(g, c);
	connection_close(c);
	settle(g, c);
}

static void answered(struct engine *g, struct connection *c)
{
	if (c->http.status / 100 == 2) {
		note_latency(g, c);
		g->phase->answered++;
	} else {
		cleanup_free char *why =
		    xasprintf("status %d: %s", c->http.status, c->http.body.data);

		note_error(g, c, LOAD_STATUS, why);
	}
	keep_answer(g, c);
	settle(g, c);
	if (c->http.keep_alive)
		c->state = IDLE;
	else
		connection_close(c);
}

/* --- one connection ---------------------------------------------------------------------- */

static void watch(struct engine *g, struct connection *c, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = c};

	if (epoll_ctl(g->epoll_fd, EPOLL_CTL_MOD, c->fd, &event) && errno == ENOENT)
		epoll_ctl(g->epoll_fd, EPOLL_CTL_ADD, c->fd, &event);
}

static void send_some(struct engine *g, struct connection *c)
{
	const struct load_request *r = request_of(g, c);
	ssize_t n;

	do
		n = send(c->fd, r->bytes + c->out_at, r->size - c->out_at, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN) {
		lose(g, c, LOAD_RESET, strerrordesc_np(errno));
		return;
	}
	bool was_whole = c->out_at == 0 && n == (ssize_t)r->size;

	c->out_at += n > 0 ? (size_t)n : 0;
	if (!was_whole)
		watch(g, c, c->out_at < r->size ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void begin_request(struct engine *g, struct connection *c)
{
	size_t keep = is_kept(g->plan, c->request) ? HTTP_BODY_MAX : 0;

	c->state = BUSY;
	c->out_at = 0;
	c->seen_least = g->writes_done;
	http_begin(&c->http, keep);
	send_some(g, c);
}

/* The connection is made, or could not be. */
static void connected(struct engine *g, struct connection *c, int error)
{
	if (error == 0) {
		g->out->connects++;
		c->state = IDLE;
		watch(g, c, EPOLLIN);
		if (c->given)
			begin_request(g, c);
	} else if (c->given) {
		lose(g, c, LOAD_REFUSED, strerrordesc_np(error));
	} else {
		connection_close(c);
	}
}

static int take_socket(struct engine *g, struct err *e)
{
	if (g->spare_count == 0) {
		if (ns_sockets(g->plan->netns_fd, g->spare, SPARE, e))
			return wrap(e, "connect to the application under test");
		g->spare_count = SPARE;
	}
	return g->spare[--g->spare_count];
}

static int connection_open(struct engine *g, struct connection *c, struct err *e)
{
	struct sockaddr_in to = {
	    .sin_family = AF_INET,
	    .sin_port = htons(g->plan->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int one = 1;

	c->fd = take_socket(g, e);
	if (c->fd < 0)
		return -1;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->state = CONNECTING;
	watch(g, c, EPOLLOUT);
	if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		connected(g, c, 0);
	else if (errno != EINPROGRESS)
		connected(g, c, errno);
	return 0;
}

static int give(struct engine *g, struct connection *c, int64_t from_ns, struct err *e)
{
	c->given = true;
	c->request = g->next++;
	c->from_ns = from_ns;
	c->deadline_ns = clock_now_ns() + g->plan->request_time_ns;
	g->busy++;
	g->writes_begun += request_of(g, c)->write;
	g->phase->sent++;
	if (c->state == IDLE) {
		begin_request(g, c);
		return 0;
	}
	return connection_open(g, c, e);
}

static void receive(struct engine *g, struct connection *c)
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
		lose(g, c, LOAD_RESET, strerrordesc_np(errno));
		return;
	}
	size_t used = n > 0 ? http_feed(&c->http, data, (size_t)n) : 0;

	if (n == 0)
		http_closed(&c->http);
	if (c->http.state == HTTP_DONE && used == (size_t)n)
		answered(g, c);
	else if (c->http.state == HTTP_DONE)
		lose(g, c, LOAD_GARBLED, "the answer is followed by more than it announced");
	else if (c->http.state == HTTP_BAD)
		lose(g, c, n == 0 ? LOAD_RESET : LOAD_GARBLED, c->http.why);
}

static void handle(struct engine *g, struct connection *c, uint32_t events)
{
	if (c->state == CONNECTING) {
		int error = 0;
		socklen_t size = sizeof(error);

		getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
		connected(g, c, error);
		return;
	}
	if (c->state == BUSY && (events & EPOLLOUT))
		send_some(g, c);
	if (c->state != CLOSED && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		receive(g, c);
}

/* --- a phase -------------------------------------------------------------------------------- */

static struct connection *find_free(struct engine *g)
{
	struct connection *closed = NULL;

	for (size_t i = 0; i < g->plan->connections; i++) {
		struct connection *c = &g->all[i];

		if (c->given)
			continue;
		if (c->state == IDLE)
			return c;
		if (c->state == CLOSED)
			closed = c;
	}
	return closed;
}

/* May request `next` go now, as far as the order of reads and writes is concerned? */
static bool in_order(const struct engine *g)
{
	bool writing = g->writes_begun > g->writes_done;

	if (g->open)
		return !(g->plan->requests[g->next].write && writing);
	return g->plan->requests[g->next].write ? g->busy == 0 : !writing;
}

/* Gives out what may go now. */
static int dispatch(struct engine *g, struct err *e)
{
	while (g->next < g->end && in_order(g)) {
		int64_t now = clock_now_ns();
		struct connection *c = find_free(g);

		if (!c || (g->open && g->due_ns > now))
			return 0;
		if (give(g, c, g->open ? g->due_ns : now, e))
			return -1;
		if (g->open)
			g->due_ns += (int64_t)(-log(1 - rng_double(&g->rng)) / g->plan->rate *
					       (double)NS_PER_S);
	}
	return 0;
}

static void fail_overdue(struct engine *g, int64_t now)
{
	for (size_t i = 0; i < g->plan->connections; i++) {
		struct connection *c = &g->all[i];

		if (c->given && now >= c->deadline_ns)
			lose(g, c, LOAD_TIMEOUT, "no answer in the time allowed");
	}
}

/* Ends the phase early: what is on its way counts as timed out, and in the open loop also what
 * was still to come, for it would have been late. */
static void stop(struct engine *g)
{
	g->phase->stopped = true;
	fail_overdue(g, INT64_MAX);
	if (g->open)
		g->phase->errors[LOAD_TIMEOUT] += g->end - g->next;
	g->next = g->end;
}

static int wait_events(struct engine *g, struct err *e)
{
	struct epoll_event events[64];
	int64_t until = g->tick_ns < g->last_ns ? g->tick_ns : g->last_ns;

	/* To the microsecond: a poll in milliseconds would send the open loop's requests late. */
	if (g->open && g->next < g->end && g->due_ns < until && find_free(g) && in_order(g))
		until = g->due_ns;
	int64_t left = until - clock_now_ns();
	struct timespec timeout = {0, 0};

	if (left > 0)
		timeout = (struct timespec){left / NS_PER_S, left % NS_PER_S};
	int n = epoll_pwait2(g->epoll_fd, events, 64, &timeout, NULL);

	if (n < 0 && errno != EINTR)
		return fail(e, ERR_HOST, errno, "wait for the application under test");
	for (int i = 0; i < n; i++)
		handle(g, events[i].data.ptr, events[i].events);
	return 0;
}

static int run_loop(struct engine *g, struct err *e)
{
	while (g->next < g->end || g->busy > 0) {
		int64_t now = clock_now_ns();

		if (now >= g->tick_ns) {
			g->tick_ns = now + TICK_NS;
			fail_overdue(g, now);
			if (g->plan->tick && !g->plan->tick(g->plan->tick_arg)) {
				stop(g);
				break;
			}
		}
		if (now >= g->last_ns) {
			stop(g);
			break;
		}
		if (dispatch(g, e) || wait_events(g, e))
			return -1;
	}
	return 0;
}

static void sum_up(struct engine *g)
{
	size_t n = g->latency_count;

	summary_sort(g->latencies, n);
	if (n == 0)
		return;
	g->phase->p50_ns = (int64_t)summary_quantile(g->latencies, n, 0.50);
	g->phase->p95_ns = (int64_t)summary_quantile(g->latencies, n, 0.95);
	g->phase->p99_ns = (int64_t)summary_quantile(g->latencies, n, 0.99);
	g->phase->max_ns = (int64_t)g->latencies[n - 1];
}

static int run_phase(struct engine *g, struct load_phase *phase, size_t first, size_t count,
		     struct err *e)
{
	cleanup_free double *latencies = xcalloc(count + 1, sizeof(*latencies));

	g->phase = phase;
	g->latencies = latencies;
	g->latency_count = 0;
	g->next = first;
	g->end = first + count;
	g->begin_ns = clock_now_ns();
	g->last_ns = g->begin_ns + g->plan->phase_time_ns;
	if (g->open)
		g->last_ns += (int64_t)((double)count / g->plan->rate * (double)NS_PER_S);
	g->tick_ns = g->begin_ns + TICK_NS;
	g->due_ns = g->begin_ns;
	int rc = run_loop(g, e);

	sum_up(g);
	return rc;
}

/* --- the whole ------------------------------------------------------------------------------ */

/* Connects the whole pool before the clock starts; what is refused is tried again, and counted,
 * with its first request. */
static int connect_all(struct engine *g, struct err *e)
{
	int64_t deadline = clock_now_ns() + g->plan->request_time_ns;
	size_t pending;

	for (size_t i = 0; i < g->plan->connections; i++)
		if (connection_open(g, &g->all[i], e))
			return -1;
	do {
		struct epoll_event events[64];

		pending = 0;
		for (size_t i = 0; i < g->plan->connections; i++)
			pending += g->all[i].state == CONNECTING;
		int n = pending ? epoll_wait(g->epoll_fd, events, 64, 10) : 0;

		for (int i = 0; i < n; i++)
			handle(g, events[i].data.ptr, events[i].events);
	} while (pending > 0 && clock_now_ns() < deadline);
	return 0;
}

static int check_plan(const struct load_plan *plan, struct err *e)
{
	size_t open = plan->rate > 0 ? plan->open_requests : 0;
	size_t wanted = plan->cold_requests + plan->closed_requests + open;

	if (plan->connections < 1 || plan->connections > LOAD_CONNECTIONS_MAX)
		return fail(e, ERR_SPEC, 0, "%zu connections: between 1 and %d, please",
			    plan->connections, LOAD_CONNECTIONS_MAX);
	if (plan->request_count < wanted) {
		fail(e, ERR_SPEC, 0,
		     "workload.py made %zu requests, and the load takes %zu (%zu cold, %zu "
		     "in closed loop, %zu in open loop)",
		     plan->request_count, wanted, plan->cold_requests, plan->closed_requests, open);
		return hint(e, "make more in workload.py, or lower `load` in exercise.yaml");
	}
	return 0;
}

static int compare_answers(const void *a, const void *b)
{
	const struct load_answer *x = a, *y = b;

	return (x->request > y->request) - (x->request < y->request);
}

static int run_phases(struct engine *g, struct err *e)
{
	const struct load_plan *plan = g->plan;
	struct load_result *out = g->out;

	size_t warm = plan->cold_requests;

	if (connect_all(g, e) || run_phase(g, &out->cold, 0, warm, e))
		return -1;
	if (out->cold.stopped)
		return 0;
	if (run_phase(g, &out->closed, warm, plan->closed_requests, e))
		return -1;
	if (plan->rate <= 0 || out->closed.stopped)
		return 0;
	g->open = true;
	return run_phase(g, &out->open, warm + plan->closed_requests, plan->open_requests, e);
}

int load_run(const struct load_plan *plan, struct load_result *out, struct err *e)
{
	struct engine g = {.plan = plan, .out = out};

	*out = (struct load_result){.answers = NULL};
	if (check_plan(plan, e))
		return -1;
	rng_init(&g.rng, plan->seed);
	g.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (g.epoll_fd < 0)
		return fail(e, ERR_HOST, errno, "make an epoll descriptor");
	g.all = xcalloc(plan->connections, sizeof(*g.all));
	for (size_t i = 0; i < plan->connections; i++)
		g.all[i] = (struct connection){.fd = -1, .http = HTTP_INIT};
	int rc = run_phases(&g, e);

	for (size_t i = 0; i < plan->connections; i++) {
		connection_close(&g.all[i]);
		http_done(&g.all[i].http);
	}
	while (g.spare_count > 0)
		fd_close(&g.spare[--g.spare_count]);
	free(g.all);
	fd_close(&g.epoll_fd);
	if (out->answer_count > 1)
		qsort(out->answers, out->answer_count, sizeof(*out->answers), compare_answers);
	return rc;
}

void load_result_done(struct load_result *r)
{
	for (size_t i = 0; i < r->answer_count; i++)
		str_done(&r->answers[i].body);
	free(r->answers);
	free(r->cold.words);
	free(r->closed.words);
	free(r->open.words);
	*r = (struct load_result){.answers = NULL};
}
