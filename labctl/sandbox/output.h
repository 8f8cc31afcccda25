/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_OUTPUT_H
#define LABCTL_SANDBOX_OUTPUT_H

/*
 * Copies one stream of the guest to one of ours, counting, and never blocking
 * for long: a reader that stalls must not stop the clock of the time limit.
 * The caller ignores SIGPIPE.
 */

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct output {
	int from_fd; /* -1: closed */
	int to_fd;   /* -1: thrown away */
	size_t start, end;
	char *data; /* made when first needed, most sandboxes copy nothing */
};

/* What to wait for: fd -1 when there is nothing any more. */
struct pollfd output_poll(const struct output *o);

/* After poll: moves what it can, and at most `allowance` bytes. Returns the bytes that the guest
 * wrote, which is one more than the allowance where it wrote too much. */
int64_t output_move(struct output *o, short revents, int64_t allowance);

void output_close(struct output *o); /* not to_fd, which is the caller's */

bool output_is_done(const struct output *o);

#endif
