/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_STATE_H
#define LABCTL_SANDBOX_STATE_H

/*
 * What sandboxes leave on the host when their labctl is killed.
 *
 * It is kept small by construction. Processes, mounts, networks, the file
 * systems in memory, loop devices and the reservations of ids and CPUs all go by
 * themselves, because each hangs on a process or a descriptor of the dead.
 * Only control groups stay, and their names say whose they were. So there are no
 * records to write, none to go stale, and nothing to pay for in the ordinary
 * run; and what is found is what exists.
 */

#include "base/err.h"
#include "base/strv.h"
#include "sandbox/slot.h"

/* Removes what is left of sandboxes whose maker is dead, and leaves the living alone: what `labctl
 * gc` does. The names found are added to *names. */
int state_collect(struct strv *names, struct err *e);

/* slot_take, and where that tells that somebody died, state_collect first: so the next command
 * clears away too, and who has nothing to clear away pays nothing. */
int state_take_slot(struct slot *s, struct err *e);

#endif
