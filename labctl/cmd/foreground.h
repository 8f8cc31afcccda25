/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_CMD_FOREGROUND_H
#define LABCTL_CMD_FOREGROUND_H

/* A sandbox in the foreground: signals are passed on, and its end becomes the command's. */

#include "lab/lab.h"
#include "sandbox/sandbox.h"

/* Starts, waits, removes. *status: what a shell would say (128 + the signal's number), and like
 * timeout(1) 124 for the time limit; a limit that was hit is told on standard error. lab: the one
 * that it runs in, or NULL. */
int foreground_run(const struct sandbox_spec *spec, const struct lab *lab, int *status,
		   struct err *e);

#endif
