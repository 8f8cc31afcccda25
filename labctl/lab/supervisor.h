/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_SUPERVISOR_H
#define LABCTL_LAB_SUPERVISOR_H

/*
 * The supervisor of a lab: the one process that lives as long as the lab. It
 * owns the budget and the network, is the parent of each service's pid 1, and
 * does what others ask for at its socket (control.h). It loads no client
 * library and holds a few megabytes.
 */

#include "lab/lab.h"
#include "lab/place.h"
#include "lab/service.h"

struct supervisor_plan {
	const struct lab_spec *spec;
	const struct place *place;
	struct service services[SERVICES_MAX];
	size_t service_count;
};

/*
 * In the child of a fork: brings the lab up, tells so (or why not) on
 * owner_fd, and serves until it is told to go down. With spec->attached the
 * other end of owner_fd going away says the same. lock_fd, the lab's lock, is closed when it is up.
 * Never returns.
 */
_Noreturn void supervisor_run(struct supervisor_plan *plan, int owner_fd, int lock_fd);

#endif
