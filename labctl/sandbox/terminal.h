/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_TERMINAL_H
#define LABCTL_SANDBOX_TERMINAL_H

/*
 * A guest with a terminal has one of its own, from the devpts of its sandbox;
 * ours is never handed in (what a guest can do to its terminal, it does to its
 * own). The supervisor copies between the two, and so ours is raw meanwhile:
 * line editing, signals from keys and echo happen inside.
 */

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#include "base/err.h"

struct terminal {
	int master_fd; /* the supervisor's end of the guest's; -1: none */
	int resize_fd; /* readable when our window has changed; -1: it is no terminal */
	int own_fd;    /* our terminal */
	struct termios saved;
};

#define TERMINAL_INIT                                                                              \
	{                                                                                          \
		.master_fd = -1, .resize_fd = -1, .own_fd = -1                                     \
	}

/* Inside, before the guest is born: both ends, the guest's belonging to uid. Safe after fork. */
int terminal_make(uid_t uid, int *master_fd, int *slave_fd, struct err *e);

/* Outside: takes master_fd over and, where own_fd is a terminal, makes it raw and follows its size.
 */
int terminal_attach(struct terminal *t, int master_fd, int own_fd, struct err *e);
void terminal_resized(struct terminal *t); /* resize_fd was readable */
void terminal_detach(struct terminal *t);  /* ours is as it was */

#endif
