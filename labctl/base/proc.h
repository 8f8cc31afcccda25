/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_PROC_H
#define LABCTL_BASE_PROC_H

/* Host programs that labctl calls (gpgv, mkfs): never through a shell, always bounded in time. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct proc_result {
	int status;      /* as of waitpid */
	struct str out;  /* standard output, when captured */
	struct str errs; /* standard error, when captured; at most 64 KiB kept */
};

#define PROC_RESULT_INIT                                                                           \
	{                                                                                          \
		.status = 0, .out = STR_INIT, .errs = STR_INIT                                     \
	}
void proc_result_done(struct proc_result *r);

/* Runs argv (found in PATH) with input on its standard input; -1 only if it could not be run or
 * overran. */
int proc_run(const char *const *argv, const char *input, size_t input_size, int64_t timeout_ns,
	     struct proc_result *r, struct err *e);

/* The same, and a status other than 0 is an error (kind) that quotes the last line of standard
 * error. */
int proc_must(const char *const *argv, const char *input, size_t input_size, int64_t timeout_ns,
	      enum err_kind kind, struct proc_result *r, struct err *e);

bool proc_have(const char *program); /* is it in PATH? */

/* "exit 3", "killed by SIGKILL": in words, into buf. */
char *proc_status_words(int status, char *buf, size_t size);

/* What others read as our command line: main() says where it is, and who forks may change it. Safe
 * after fork: no malloc. The words of argv are gone then. */
void proc_title_init(int argc, char **argv);
void proc_title_set(const char *title);

/* Start time of a process in clock ticks since boot (field 22 of /proc/PID/stat): with the pid it
 * names one process for ever, so a recycled pid is never mistaken for ours. 0 if there is none. */
uint64_t proc_start_time(pid_t pid);

/* Does the process that had this start time still run? A zombie does not. */
bool proc_is_alive(pid_t pid, uint64_t start_time);

/* Gone, going, or killed and about to hear of it. */
bool proc_is_doomed(pid_t pid);

#endif
