/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_OOM_H
#define LABCTL_SANDBOX_OOM_H

/*
 * Who held the memory when the kernel killed for want of it. The kernel's own log is the only
 * witness: by the time anybody is told, the process is gone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct oom_victim {
	char name[32];
	int64_t anon_bytes;
};

/* The largest process with a user id in [first_id, first_id + count) that the kernel killed for
 * want of memory, by its latest words; false where the log is closed to us or does not know. */
bool oom_find_victim(uid_t first_id, unsigned count, struct oom_victim *out);

/* One line of the log, "Memory cgroup out of memory: Killed process 7 (python3) ...". Pure. */
bool oom_parse(const char *line, struct oom_victim *out, uid_t *uid);

#endif
