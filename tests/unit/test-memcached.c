/* SPDX-License-Identifier: Apache-2.0 */
/* A server that takes a connection and never answers holds nobody up. */
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/fd.h"
#include "lab/service.h"

static const int64_t LONGEST_NS = 60 * NS_PER_S;

extern const struct service_type service_memcached;

/* The kernel takes connections for it. */
static int silent_server(int *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

static void who_does_not_answer_is_given_up(void **state)
{
	struct service_address at = {.run_dir = "/nonexistent"};
	struct err e = {0};
	void *client = NULL;

	(void)state;
	if (service_memcached.load(&e)) {
		skip();
		return;
	}
	cleanup_fd int fd = silent_server(&at.port);
	int64_t begin = clock_now_ns();

	assert_true(fd >= 0);
	assert_int_equal(service_memcached.connect(&at, &client, &e), -1);
	assert_null(client);
	assert_int_equal(e.kind, ERR_HOST);
	assert_true(clock_now_ns() - begin < LONGEST_NS);
}

UNIT_TESTS(unit(who_does_not_answer_is_given_up))
