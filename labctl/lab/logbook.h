/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_LOGBOOK_H
#define LABCTL_LAB_LOGBOOK_H

/*
 * What a service says, kept in a file that stays small. The service writes to
 * a pipe, not to the file: it could make that any size. Whoever starts the
 * service moves what comes, and where the file has grown too large, its older
 * half is dropped, which the first line then says.
 */

#include "base/err.h"

struct logbook {
	int from_fd; /* to poll; -1: closed */
	char *path;
};

#define LOGBOOK_INIT                                                                               \
	{                                                                                          \
		.from_fd = -1                                                                      \
	}

enum { LOGBOOK_MAX_BYTES = 8 << 20, LOGBOOK_KEPT_BYTES = 4 << 20 };

/* The descriptor to give the service; -1 on error. What the file holds already stays. */
int logbook_open(struct logbook *b, const char *path, struct err *e);

/* Moves what has come; never blocks. A line that cannot be written is lost, the service goes on. */
void logbook_move(struct logbook *b);

void logbook_close(struct logbook *b); /* after what has come is moved; closed is fine */

#endif
