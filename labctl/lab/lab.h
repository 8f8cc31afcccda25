/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_LAB_H
#define LABCTL_LAB_LAB_H

/*
 * A lab: services and a workspace that share a network namespace and one
 * budget. A running lab has one supervisor process, the parent of each
 * service's pid 1; its state is plain files below path_run_dir()/labs/NAME
 * plus the cgroup tree, so any labctl can list, enter, reset and end it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"
#include "sandbox/sandbox.h"
#include "spec/limits.h"

struct lab; /* opaque handle */

struct lab_spec {
	const char *name;
	struct strv services; /* of services.def: postgres redis memcached */
	const char *image;    /* of the workspace: "python" */
	const char *dataset; /* a loaded state layer by name, or NULL for the empty initial state */
	struct limits limits; /* of the whole lab */
	bool attached; /* the services die with the caller (bench); else a supervisor stays */
};

struct service_status {
	const char *name;
	bool answering;
	pid_t pid;
	int64_t ready_ns; /* from exec to the first answer */
	struct usage usage;
};

int lab_up(const struct lab_spec *spec, struct lab **out,
	   struct err *e); /* returns when every service answers */
int lab_open(const char *name, struct lab **out, struct err *e);
int lab_reset(struct lab *l,
	      struct err *e); /* every service back to its initial state and answering */
int lab_down(struct lab *l, struct err *e);
void lab_close(struct lab *l); /* an attached lab goes down */

int lab_list(struct strv *names, struct err *e);
size_t lab_service_count(const struct lab *l);
int lab_service_status(struct lab *l, size_t index, struct service_status *out, struct err *e);
int lab_service_log(struct lab *l, const char *service, char **path,
		    struct err *e); /* the caller frees */
/* The service's own counters as a JSON object (pg_stat_*, INFO, stats); the caller frees. */
int lab_service_counters(struct lab *l, size_t index, char **json, struct err *e);

/* Where the services are, for LABCTL_SERVICES: {"postgres": {"host", "port", "user", "dbname"},
 * "redis": {"host", "port"}, ...}. The caller frees. */
char *lab_services_json(const struct lab *l);

/* Fills what a sandbox needs to run inside the lab: network namespace, cgroup parent, layers of the
 * workspace image. */
int lab_sandbox_spec(struct lab *l, struct sandbox_spec *spec, struct err *e);

#endif
