/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/output.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

enum { BUFFER_SIZE = 16384 };

struct pollfd output_poll(const struct output *o)
{
	if (o->start < o->end)
		return (struct pollfd){.fd = o->to_fd, .events = POLLOUT};
	return (struct pollfd){.fd = o->from_fd, .events = POLLIN};
}

static int64_t take(struct output *o, int64_t allowance)
{
	size_t room = BUFFER_SIZE;

	if (!o->data)
		o->data = xmalloc(BUFFER_SIZE);
	if (allowance < (int64_t)room)
		room = (size_t)allowance + 1;
	ssize_t n = read(o->from_fd, o->data, room);

	if (n > 0) {
		o->start = 0;
		o->end = o->to_fd < 0 ? 0 : (size_t)(n > allowance ? allowance : n);
		return n;
	}
	if (n == 0 || (errno != EINTR && errno != EAGAIN))
		fd_close(&o->from_fd);
	return 0;
}

/* At most PIPE_BUF, so that a pipe that said POLLOUT does not block. */
static void give(struct output *o)
{
	size_t size = o->end - o->start < PIPE_BUF ? o->end - o->start : PIPE_BUF;
	ssize_t n = write(o->to_fd, o->data + o->start, size);

	if (n > 0) {
		o->start += (size_t)n;
	} else if (n < 0 && errno != EINTR && errno != EAGAIN) {
		/* Nobody reads any more: the guest gets to know it as from any pipe. */
		fd_close(&o->from_fd);
		o->start = o->end;
	}
}

int64_t output_move(struct output *o, short revents, int64_t allowance)
{
	if (!revents)
		return 0;
	if (o->start == o->end)
		return take(o, allowance); /* and give when poll says that it will not block */
	give(o);
	return 0;
}

void output_close(struct output *o)
{
	fd_close(&o->from_fd);
	free(take_ptr(o->data));
	o->start = o->end = 0;
}

bool output_is_done(const struct output *o)
{
	return o->from_fd < 0 && o->start == o->end;
}
