/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_COST_H
#define LABCTL_SANDBOX_COST_H

/*
 * CPU time that sandboxes take outside of their guests and of the process that
 * calls: of the makers of namespaces, of init from its clone to its end, and of
 * the guest's first process until exec. A process counts when it has ended.
 */

#include <stdint.h>
#include <sys/types.h>

/* Waits for the end of a child that is no guest, and counts all that it used. */
void cost_reap(pid_t pid);

/* The same for an init: what it has waited for was the guest's, and is left out. */
void cost_reap_alone(pid_t pid);

int64_t cost_of(
    pid_t pid); /* CPU time of a process that is not reaped yet, without its children's */
void cost_add(int64_t cpu_ns);

/* Since this process began; sandbox_cost_ns() for other layers. */
int64_t cost_total_ns(void);

#endif
