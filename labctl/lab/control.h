/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_CONTROL_H
#define LABCTL_LAB_CONTROL_H

/*
 * Talking with a lab's supervisor: one JSON object a packet over a socket,
 * one question and one answer a connection.
 *
 *	{"do": "reset"}, {"do": "down"}
 *	{"ok": true}, {"error": {"kind": 4, "message": "...", "hint": "..."}}
 *
 * The socket's path may be longer than a socket's address takes, so both ends
 * go through a descriptor of its directory.
 */

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"

int control_listen(const char *dir, struct err *e);  /* makes <dir>/control */
int control_connect(const char *dir, struct err *e); /* ERR_HOST: nobody listens */

int control_send(int fd, const json_t *message, struct err *e);
/* NULL: an error, the deadline, or the other end is gone. The caller owns the message. */
json_t *control_receive(int fd, int64_t deadline_ns, struct err *e);

int control_send_ok(int fd);
int control_send_error(int fd, const struct err *why);
int control_check(const json_t *answer, struct err *e); /* the error of an answer becomes ours */

/* Connects, asks, and returns what the answer says. */
int control_ask(const char *dir, const char *what, int64_t timeout_ns, struct err *e);

#endif
