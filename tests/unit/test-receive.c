/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a peer passes along with its bytes: a TCP socket that lingers for a minute, for its peer
 * reads nothing. Who waits for it is ended by the alarm.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/receive.h"

enum { ALARM_S = 20, LINGER_S = 60, CONTROL_MS = 300 };

static int ours, theirs; /* the two ends of the local socket */
static int silent;       /* reads nothing */

static int listen_local(struct sockaddr_in *at)
{
	socklen_t size = sizeof(*at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*at =
	    (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_int_equal(bind(fd, (struct sockaddr *)at, size), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)at, &size), 0);
	return fd;
}

/* With more to send than is taken. */
static int lingering_socket(void)
{
	static const char data[1 << 16];
	const struct linger linger = {1, LINGER_S};
	struct sockaddr_in at;
	cleanup_fd int listener = listen_local(&at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	silent = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(silent >= 0);
	while (send(fd, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
	return fd;
}

static void pass(int socket_fd, int fd, size_t bytes)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS,
				.cmsg_len = CMSG_LEN(sizeof(int))}};
	char word[] = "x";
	struct iovec piece = {word, bytes};
	struct msghdr m = {.msg_iov = &piece,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	assert_int_equal(sendmsg(socket_fd, &m, 0), bytes);
}

static void connect_by(int type)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), 0);
	ours = ends[0];
	theirs = ends[1];
}

static void pass_lingering(void)
{
	cleanup_fd int fd = lingering_socket();

	pass(theirs, fd, 1);
}

static int set_up(void **state)
{
	(void)state;
	silent = ours = theirs = -1;
	alarm(ALARM_S);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fd_close(&silent);
	fd_close(&ours);
	fd_close(&theirs);
	alarm(0);
	return 0;
}

static void bytes_come_as_they_are(void **state)
{
	(void)state;
	char data[8];
	bool passed = false;

	connect_by(SOCK_STREAM);
	assert_int_equal(receive_bytes(ours, data, sizeof(data), &passed), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(write(theirs, "abc", 3), 3);
	assert_int_equal(receive_bytes(ours, data, sizeof(data), &passed), 3);
	assert_memory_equal(data, "abc", 3);
	assert_false(passed);
	fd_close(&theirs);
	assert_int_equal(receive_bytes(ours, data, sizeof(data), &passed), 0);
}

static void plain_receiver_waits(void **state)
{
	(void)state;
	int done[2];
	char data;

	connect_by(SOCK_STREAM);
	assert_int_equal(pipe2(done, O_CLOEXEC), 0);
	pass_lingering();
	pid_t pid = fork();

	if (pid == 0) {
		recv(ours, &data, 1, 0);
		_exit(write(done[1], "", 1) != 1);
	}
	struct pollfd polled = {.fd = done[0], .events = POLLIN};

	assert_int_equal(poll(&polled, 1, CONTROL_MS), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(done[0]);
	close(done[1]);
}

static void what_lingers_holds_nobody_up(void **state)
{
	(void)state;
	bool passed = false;
	char data;

	connect_by(SOCK_STREAM);
	pass_lingering();
	assert_int_equal(receive_bytes(ours, &data, 1, &passed), 1);
	assert_true(passed);
}

static void nor_where_another_socket_holds_it(void **state)
{
	(void)state;
	bool passed = false;
	char data;
	int inner[2];

	connect_by(SOCK_STREAM);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, inner), 0);
	cleanup_fd int fd = lingering_socket();

	pass(inner[0], fd, 1);
	pass(theirs, inner[1], 1);
	close(inner[0]);
	close(inner[1]);
	fd_close(&fd);
	assert_int_equal(receive_bytes(ours, &data, 1, &passed), 1);
	assert_true(passed);
}

static void nor_what_was_not_received(void **state)
{
	(void)state;
	connect_by(SOCK_STREAM);
	pass_lingering();
	receive_close(&ours);
	assert_int_equal(ours, -1);
}

static void nor_behind_an_empty_datagram(void **state)
{
	(void)state;
	connect_by(SOCK_DGRAM);
	assert_int_equal(send(theirs, "", 0, 0), 0);
	pass_lingering();
	receive_close(&ours);
	assert_int_equal(ours, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(bytes_come_as_they_are, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(plain_receiver_waits, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_lingers_holds_nobody_up, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nor_where_another_socket_holds_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nor_what_was_not_received, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nor_behind_an_empty_datagram, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
