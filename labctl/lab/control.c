/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "spec/json.h"

enum { MESSAGE_MAX = 16384 };

static int open_socket(const char *dir, int *dir_fd, struct sockaddr_un *address, struct err *e)
{
	*dir_fd = fd_open_at(AT_FDCWD, dir, O_PATH | O_DIRECTORY, 0, e);
	if (*dir_fd < 0)
		return -1;
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d/control", *dir_fd);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	return fd < 0 ? fail(e, ERR_HOST, errno, "make a socket") : fd;
}

int control_listen(const char *dir, struct err *e)
{
	struct sockaddr_un address;
	cleanup_fd int dir_fd = -1;
	cleanup_fd int fd = open_socket(dir, &dir_fd, &address, e);

	if (fd < 0)
		return -1;
	unlinkat(dir_fd, "control", 0);
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) || listen(fd, 8))
		return fail(e, ERR_HOST, errno, "listen at '%s/control'", dir);
	return fd_take(&fd);
}

int control_connect(const char *dir, struct err *e)
{
	struct sockaddr_un address;
	cleanup_fd int dir_fd = -1;
	cleanup_fd int fd = open_socket(dir, &dir_fd, &address, e);

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		return fail(e, ERR_HOST, errno, "reach the supervisor at '%s/control'", dir);
	return fd_take(&fd);
}

int control_send(int fd, const json_t *message, struct err *e)
{
	cleanup_free char *text = json_text(message, false);

	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		return fail(e, ERR_HOST, errno, "write to the other labctl");
	return 0;
}

static int await_message(int fd, int64_t deadline_ns, struct err *e)
{
	for (;;) {
		struct pollfd polled = {.fd = fd, .events = POLLIN};
		int n = poll(&polled, 1, clock_poll_ms(deadline_ns));

		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return fail(e, ERR_HOST, errno, "wait for the lab's supervisor");
		if (n == 0 && clock_now_ns() >= deadline_ns)
			return fail(e, ERR_HOST, 0, "the lab's supervisor did not answer in time");
	}
}

json_t *control_receive(int fd, int64_t deadline_ns, struct err *e)
{
	char text[MESSAGE_MAX];

	if (await_message(fd, deadline_ns, e))
		return NULL;
	ssize_t n = recv(fd, text, sizeof(text), 0);

	if (n < 0)
		fail(e, ERR_HOST, errno, "hear from the lab's supervisor");
	else if (n == 0)
		fail(e, ERR_HOST, 0, "the lab's supervisor ended without an answer");
	return n > 0 ? json_read_text("control message", text, (size_t)n, e) : NULL;
}

int control_send_ok(int fd)
{
	cleanup(json_free) json_t *message = json_pack("{s:b}", "ok", 1);
	struct err ignored;

	return control_send(fd, message, &ignored);
}

int control_send_error(int fd, const struct err *why)
{
	cleanup(json_free) json_t *message =
	    json_pack("{s:{s:i,s:s%,s:s%}}", "error", "kind", (int)why->kind, "message", why->msg,
		      strlen(why->msg), "hint", why->hint, strlen(why->hint));
	struct err ignored;

	/* A message that is no UTF-8 (a service's last words) must not turn into silence. */
	if (!message)
		message = json_pack("{s:{s:i,s:s}}", "error", "kind", (int)why->kind, "message",
				    "failed, and the reason cannot be printed: see the lab's log");
	return control_send(fd, message, &ignored);
}

int control_check(const json_t *answer, struct err *e)
{
	json_t *error = json_object_get(answer, "error");
	int64_t kind = json_int_or(error, "kind", ERR_BUG);

	if (!error && json_is_true(json_object_get(answer, "ok")))
		return 0;
	if (kind <= ERR_NONE || kind > ERR_BUG)
		kind = ERR_BUG;
	fail(e, (enum err_kind)kind, 0, "%s", json_string_or(error, "message", "no message"));
	if (*json_string_or(error, "hint", ""))
		hint(e, "%s", json_string_or(error, "hint", ""));
	return -1;
}

int control_ask(const char *dir, const char *what, int64_t timeout_ns, struct err *e)
{
	cleanup(json_free) json_t *question = json_pack("{s:s}", "do", what);
	cleanup_fd int fd = control_connect(dir, e);

	if (fd < 0 || control_send(fd, question, e))
		return -1;
	cleanup(json_free) json_t *answer = control_receive(fd, clock_now_ns() + timeout_ns, e);
	return answer ? control_check(answer, e) : -1;
}
