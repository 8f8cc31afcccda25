/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_JOBS_H
#define LABCTL_IMAGE_JOBS_H

/*
 * Work in forked children, several at a time. A child has all that its parent
 * knew at the fork, so a job is a function and an argument; it answers with
 * one short text, or with its error. Processes and not threads: the sandbox
 * clones, which a process with threads should not, and an archive that crashes
 * its reader ends one child, with a message.
 *
 * A child dies with its parent. One loop in the parent drives everything; its
 * callbacks may start more jobs.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { JOB_ANSWER_MAX = ERR_MSG_SIZE };

struct job {
	const char *what; /* for messages; lives until the job has ended */
	int niceness;     /* above the parent's */
	void *arg;
	/* In the child. Writes its answer (NUL-terminated) or fails. What is written to output_fd
	 * (-1 without on_line) goes to on_line, line by line. */
	int (*run)(void *arg, int output_fd, char answer[JOB_ANSWER_MAX], struct err *e);
	/* In the parent. on_end has the answer, or NULL and the child's error in e, which it may
	 * pass on by returning -1, or turn into something else. Frees arg. */
	void (*on_line)(void *arg, const char *line); /* may be NULL */
	int (*on_end)(void *arg, const char *answer, struct err *e);
};

struct jobs; /* opaque */

struct jobs *jobs_new(void);
int jobs_start(struct jobs *jobs, const struct job *job, struct err *e);

/*
 * Waits until a job has ended or the deadline (monotonic) has passed, and calls what belongs to
 * it: 1 something ended, 0 nothing, -1 an on_end failed. Without running jobs: 0 at once.
 */
int jobs_turn(struct jobs *jobs, int64_t deadline_ns, struct err *e);
size_t jobs_running(const struct jobs *jobs);

/* Asks what still runs to end (SIGTERM), and waits for it; calls no callbacks but frees nothing of
 * theirs either: the process is about to end with an error. */
void jobs_free(struct jobs *jobs);

#endif
