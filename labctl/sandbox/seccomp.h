/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_SECCOMP_H
#define LABCTL_SANDBOX_SECCOMP_H

/* The system call filter of the calling thread and all it will start, for good; which calls it
 * allows stands in tools/mkfilter.c. Wants no_new_privs. Safe after fork. */

#include "base/err.h"
#include "sandbox/sandbox.h"

int seccomp_install(enum sandbox_trust trust, struct err *e);

#endif
