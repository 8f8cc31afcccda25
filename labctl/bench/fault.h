/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_FAULT_H
#define LABCTL_BENCH_FAULT_H

/*
 * What a guest did instead of answering, in words for the person whose code it
 * is: which file and line, which limit, what to look for. Everything a guest
 * said is cleaned before it reaches a terminal.
 */

#include <stdbool.h>
#include <stdint.h>

#include "bench/worker.h"
#include "spec/result.h"

/* The ending of a sample whose wait gave this event; a FRAME_ERROR frame is ENDING_ERROR. */
enum result_ending fault_ending(const struct worker *w, enum worker_event event);

/* The same in words; limit_ns is the time that was allowed. The caller frees. */
char *fault_words(const struct worker *w, enum worker_event event, int64_t limit_ns);

struct fault {        /* what the exercise's own code raised */
	char *file;   /* relative to its folder */
	int64_t line; /* 0: the file as a whole */
	char *words;  /* "KeyError: 'rows'" */
};

/* Reads a FRAME_ERROR; false: the guest did something else. */
bool fault_raised(const struct worker *w, enum worker_event event, struct fault *out);
void fault_done(struct fault *f);

/* Where a judge was when its time was nearly over, as it printed (judge.py): words is the
 * function's name. False: it printed nothing of the kind. */
bool fault_stuck(const char *tail, struct fault *out);

/* One printable line of at most 400 bytes: control characters and broken UTF-8 become spaces or
 * "?". The caller frees. */
char *fault_clean(const char *text);
/* The same, but every blank is kept: for plans and drawings. */
char *fault_clean_line(const char *line);

#endif
