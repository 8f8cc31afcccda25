/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_TESTS_UNIT_LOAD_SERVER_H
#define LABCTL_TESTS_UNIT_LOAD_SERVER_H

/*
 * A small server of HTTP in a process of its own, and one thread, so that while
 * it stalls, everyone waits. What a request asks for is what it gets: /ok,
 * /count (writes so far), /stall, /500, /garbage, /extra, /drop, /never, /close.
 */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { CLIENTS = 64, STALL_MS = 150 };

static pid_t server_pid;
static uint16_t server_port;

static inline void say(int fd, const char *text)
{
	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static inline void say_body(int fd, const char *head, const char *body)
{
	char text[512];

	snprintf(text, sizeof(text), "%s\r\nContent-Length: %zu\r\n\r\n%s", head, strlen(body),
		 body);
	say(fd, text);
}

/* False: close the connection. */
static inline bool serve_one(int fd, const char *request)
{
	static int writes;
	char count[16];

	if (strncmp(request, "POST", 4) == 0)
		writes++;
	snprintf(count, sizeof(count), "%d", writes);
	const char *path = strchr(request, ' ') + 1;

	if (strncmp(path, "/count", 6) == 0 || strncmp(path, "/add", 4) == 0)
		say_body(fd, "HTTP/1.1 200 OK", count);
	else if (strncmp(path, "/500", 4) == 0)
		say_body(fd, "HTTP/1.1 500 Internal Server Error", "division by zero");
	else if (strncmp(path, "/garbage", 8) == 0)
		say(fd, "I am not HTTP\r\n\r\n");
	else if (strncmp(path, "/extra", 6) == 0)
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab");
	else if (strncmp(path, "/drop", 5) == 0)
		return false;
	else if (strncmp(path, "/close", 6) == 0)
		say_body(fd, "HTTP/1.1 200 OK\r\nConnection: close", "bye");
	else if (strncmp(path, "/never", 6) != 0) {
		if (strncmp(path, "/stall", 6) == 0)
			poll(NULL, 0, STALL_MS); /* bounded: what a stalled server does */
		say_body(fd, "HTTP/1.1 200 OK", "ok");
	}
	return strncmp(path, "/close", 6) != 0;
}

static inline void serve(int listener)
{
	struct pollfd fds[CLIENTS + 1] = {{.fd = listener, .events = POLLIN}};
	char request[4096];

	for (int i = 1; i <= CLIENTS; i++)
		fds[i] = (struct pollfd){.fd = -1, .events = POLLIN};
	while (poll(fds, CLIENTS + 1, -1) > 0) {
		for (int i = 1; i <= CLIENTS; i++) {
			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			ssize_t n = recv(fds[i].fd, request, sizeof(request) - 1, 0);

			request[n > 0 ? n : 0] = '\0';
			if (n <= 0 || !serve_one(fds[i].fd, request)) {
				close(fds[i].fd);
				fds[i].fd = -1;
			}
		}
		for (int i = 1; fds[0].revents && i <= CLIENTS; i++) {
			if (fds[i].fd < 0) {
				fds[i].fd = accept(listener, NULL, NULL);
				break;
			}
		}
	}
}

/* In the given network; the port comes through a pipe. */
static inline void start_server_in(int netns_fd)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(at);
	int told[2];

	assert_int_equal(pipe(told), 0);
	server_pid = fork();
	if (server_pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (netns_fd >= 0 && setns(netns_fd, CLONE_NEWNET))
			_exit(1);
		int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (bind(listener, (struct sockaddr *)&at, size) || listen(listener, CLIENTS) ||
		    getsockname(listener, (struct sockaddr *)&at, &size) ||
		    write(told[1], &at.sin_port, sizeof(at.sin_port)) != sizeof(at.sin_port))
			_exit(1);
		serve(listener);
		_exit(0);
	}
	close(told[1]);
	assert_int_equal(read(told[0], &at.sin_port, sizeof(at.sin_port)), sizeof(at.sin_port));
	close(told[0]);
	server_port = ntohs(at.sin_port);
}

static inline int start_server(void **state)
{
	(void)state;
	start_server_in(-1);
	return 0;
}

static inline int stop_server(void **state)
{
	(void)state;
	kill(server_pid, SIGKILL);
	waitpid(server_pid, NULL, 0);
	return 0;
}

#endif
