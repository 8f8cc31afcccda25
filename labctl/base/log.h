/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_LOG_H
#define LABCTL_BASE_LOG_H

/*
 * What a user sees while waiting, on standard error: a bar on a terminal,
 * plain lines (at most one a second per task) in a log, nothing with --quiet.
 * Errors are not logged: they are returned (err.h).
 */

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_QUIET = 0, LOG_NORMAL = 1, LOG_VERBOSE = 2 };

void log_set_level(enum log_level level);
enum log_level log_level(void);
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* not with --quiet */
void log_verbose(const char *fmt, ...)
    __attribute__((format(printf, 1, 2))); /* only with --verbose */
void log_warn(const char *fmt, ...)
    __attribute__((format(printf, 1, 2))); /* always; "labctl: warning: ..." */

/* Progress of one task; total 0 where it is unknown. Thread-safe. One at a time. */
void log_progress_begin(const char *what, int64_t total, const char *unit /* "B" prints sizes */);
void log_progress_update(int64_t done /* -1: as before */, const char *detail /* may be NULL */);
void log_progress_end(const char *outcome /* "done", "failed", NULL: erase */);

#endif
