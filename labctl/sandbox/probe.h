/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_PROBE_H
#define LABCTL_SANDBOX_PROBE_H

/* Each limit proven: a sandbox is made to run into it, and what happened is measured from outside.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct probe_result {
	const char *what;   /* "half a CPU for 5 s" */
	char measured[120]; /* "50.1 %" */
	char error[60];     /* "0.2 %": how far off; empty where there is no such figure */
	bool good;
};

enum { PROBES_MAX = 16 };

/* Runs all probes on an image (its layers; it must have sh and coreutils), some 10 s. Calls `done`
 * after each. -1 only where a sandbox could not be started at all. */
int probe_all(const char *const *layers, void (*done)(const struct probe_result *r), struct err *e);

#endif
