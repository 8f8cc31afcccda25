/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_ERR_H
#define LABCTL_BASE_ERR_H

/*
 * One error, as a value on the caller's stack.
 *
 * Every fallible function takes `struct err *e` last and returns 0 or -1 (or
 * a pointer, or NULL). Success leaves *e alone; a caller that needs no reason
 * may pass NULL. Only main.c prints an error.
 * The struct fits PIPE_BUF, so that a child between clone and exec can send
 * it home in one atomic write.
 */

#include <limits.h>
#include <stdarg.h>
#include <stddef.h>

/* Whose fault it was. The exit code of labctl follows from it (err_exit_code). */
enum err_kind {
	ERR_NONE = 0,
	ERR_NO, /* nothing went wrong: the answer is no (slower, failed, not reproduced); exit 1 */
	ERR_USAGE, /* the command line; exit 2 */
	ERR_SPEC,  /* a manifest, lock or record; exit 3 */
	ERR_HOST,  /* this machine, its kernel, its network; exit 4 */
	ERR_GUEST, /* the program in the sandbox; exit 5 */
	ERR_BUG,   /* labctl itself; exit 70 */
};

enum { ERR_MSG_SIZE = 2400, ERR_HINT_SIZE = 1200 };

struct err {
	enum err_kind kind;
	int sys;                  /* errno, or 0 */
	char msg[ERR_MSG_SIZE];   /* what was being done, to what, and why it failed */
	char hint[ERR_HINT_SIZE]; /* what to do; may be empty */
};

_Static_assert(sizeof(struct err) <= PIPE_BUF, "an error must travel in one atomic write");

/* Fills e and returns -1. With sys != 0, ": <strerror(sys)>" is appended. */
int fail(struct err *e, enum err_kind kind, int sys, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Prefixes "<context>: " to the message of an error that is already set; returns -1. */
int wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Says what to do about it (replaces an earlier hint); returns -1, so `return hint(e, ...)`. */
int hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The process exit code for a kind. */
int err_exit_code(enum err_kind kind);

#endif
