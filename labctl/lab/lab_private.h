/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_LAB_PRIVATE_H
#define LABCTL_LAB_LAB_PRIVATE_H

/* What a handle of a lab is. For lab.c, which looks and gives orders, lab_up.c, which brings one
 * up, and lab_ask.c, which talks to the services. */

#include "base/clock.h"
#include "lab/lab.h"
#include "lab/place.h"
#include "lab/service.h"

#define LAB_SUPERVISOR_NS (120 * NS_PER_S) /* for an answer of the supervisor's */

struct lab {
	struct place place;
	struct lab_record record;
	struct image image; /* of the workspace; opened when first needed */
	int netns_fd;
	struct attendance {
		const struct service_type *type;
		char *run_dir;
		void *client;     /* NULL: not connected */
		int64_t ready_ns; /* to its first answer, where we were there */
	} services[SERVICES_MAX];
	pid_t child;  /* the supervisor, if it is ours to wait for; else 0 */
	int owner_fd; /* of an attached lab: closing it ends the lab; -1 */
};

struct lab *lab_new_handle(const char *name, struct err *e); /* NULL: an error */

/* Reads the record again: any process may have reset the lab since. */
int lab_refresh(struct lab *l, struct err *e);
/* The workspace's image; one that is named by its digest cannot be built anew. */
int lab_open_image(struct lab *l, const char *name, struct err *e);
int lab_open_network(struct lab *l, struct err *e);
int lab_await_answers(struct lab *l, struct err *e); /* of all services */
void lab_disconnect(struct lab *l);                  /* from all of them */

#endif
