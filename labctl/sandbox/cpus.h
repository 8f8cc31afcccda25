/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_CPUS_H
#define LABCTL_SANDBOX_CPUS_H

/* Which CPUs a sandbox gets. */

#include "base/err.h"
#include "sandbox/slot.h"
#include "spec/limits.h"

enum { CPUS_SIZE = 256 };

/* Fills cpus ("0-1,3") with the cpuset that the limits ask for: that named by hand, or as many
 * whole CPUs as asked, reserved for this slot; "" where a quota or nothing limits them. */
int cpus_choose(const struct limits *l, struct slot *slot, char cpus[CPUS_SIZE], struct err *e);

/* The CPUs that labctl was started with. Asked of the kernel once: who measures moves himself off
 * the CPUs of his sandboxes later. */
int cpus_allowed(cpu_set_t *allowed, struct err *e);

/* "0-1,3" */
void cpus_format(const cpu_set_t *set, char cpus[CPUS_SIZE]);

/* The reverse; ERR_SPEC where the text is no such list. */
int cpus_parse(const char *text, cpu_set_t *set, struct err *e);

#endif
