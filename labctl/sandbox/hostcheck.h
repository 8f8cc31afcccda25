/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_HOSTCHECK_H
#define LABCTL_SANDBOX_HOSTCHECK_H

/*
 * What this machine can do for sandboxes, what it lacks, and the cure. The
 * same questions are answered in two depths: before each command, for nothing,
 * and by `labctl doctor`, in full.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/strv.h"
#include "spec/limits.h"

/* The same bits as enum need of cmd/command.h; main.c asserts it. */
enum hostcheck_need {
	HOSTCHECK_ROOT = 1 << 0,
	HOSTCHECK_CGROUP = 1 << 1,
	HOSTCHECK_OVERLAY = 1 << 2,
};

/* ERR_HOST with the cure, where this machine lacks one of `needs`. Costs microseconds. */
int hostcheck_need(unsigned needs, struct err *e);

enum hostcheck_verdict { HOSTCHECK_FINE, HOSTCHECK_PARTLY, HOSTCHECK_LACKING };

struct hostcheck_row {
	const char *what; /* "memory limit" */
	enum hostcheck_verdict verdict;
	char found[160]; /* "cgroup v1 at /sys/fs/cgroup/memory" */
	char cure[240];  /* what to do; empty when fine */
};

enum { HOSTCHECK_ROWS_MAX = 32 };

/* Looks at everything; returns the number of rows. Changes nothing that stays. */
size_t hostcheck_all(struct hostcheck_row rows[HOSTCHECK_ROWS_MAX]);

/* What of these limits this host can enforce only in part, a sentence each: to be said before
 * anything starts, and recorded. (What it cannot enforce at all fails at the start.) */
void hostcheck_limits(const struct limits *l, struct strv *notes);

/* The same for a lab's disk limit: what is not limited here, and why; NULL: all is. */
const char *hostcheck_lab_disk(void);

#endif
