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
#include "spec/usage.h"

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
	const char *name; /* good as long as the handle */
	bool answering;
	pid_t pid;         /* of its pid 1; 0: it does not run */
	int64_t ready_ns;  /* from exec to the first answer; -1: not known */
	const char *ended; /* why it does not run, in words; NULL: it does */
	struct usage usage;
};

/* Returns when every service answers. What an earlier lab of that name left when its supervisor
 * was killed is cleared away first. Single-threaded callers only: it forks. */
int lab_up(const struct lab_spec *spec, struct lab **out, struct err *e);
int lab_open(const char *name, struct lab **out, struct err *e); /* ERR_USAGE: there is none */

/* Every service back to its initial state and answering. */
int lab_reset(struct lab *l, struct err *e);
int lab_down(struct lab *l,
	     struct err *e);     /* nothing of it is left; the handle is still to close */
void lab_close(struct lab *l);   /* an attached lab of ours goes down; NULL is fine */
void lab_closep(struct lab **l); /* for cleanup() */

int lab_list(struct strv *names, struct err *e);      /* of labs that are up; sorted */
int lab_collect(struct strv *removed, struct err *e); /* what dead labs left; for gc */

size_t lab_service_count(const struct lab *l);
const char *lab_image(const struct lab *l); /* of the workspace */
const char *lab_created(const struct lab *l);
bool lab_is_attached(const struct lab *l); /* it lives as long as the labctl that measures in it */
int lab_usage(struct lab *l, struct usage *out, struct err *e); /* of all its parts together */
/* Its disk is full: the limit, and who holds what, in words; NULL: it is not. The caller frees. */
char *lab_disk_words(const struct lab *l);

/* pid, counters of the cgroup: cheap. `answering` is not asked: lab_service_ask does. */
int lab_service_status(struct lab *l, size_t index, struct service_status *out, struct err *e);
bool lab_service_ask(struct lab *l, size_t index); /* does it answer now? */
int lab_service_log(struct lab *l, const char *service, char **path,
		    struct err *e); /* the caller frees */
/* The service's own counters as a JSON object (pg_stat_*, INFO, stats); the caller frees. */
int lab_service_counters(struct lab *l, size_t index, char **json, struct err *e);

/* Where the services are, for LABCTL_SERVICES: {"postgres": {"host", "port", "user", "dbname"},
 * "redis": {"host", "port"}, ...}. The caller frees. */
char *lab_services_json(const struct lab *l);

/* The image a service runs in; good as long as the handle. */
const char *lab_service_image(const struct lab *l, size_t index);

/* Digest of a service's initial state, or NULL; e.g. of the data set. Good as long as the handle.
 */
const char *lab_initial_digest(const struct lab *l, size_t index);

/* Fills what a sandbox needs to run inside the lab: network namespace, cgroup parent, layers of the
 * workspace image, limits that are each sandbox's own. What it points to is good as long as the
 * handle. */
int lab_sandbox_spec(struct lab *l, struct sandbox_spec *spec, struct err *e);

/* A directory on the host that outlives resets: the student's home, for a writable, idmapped bind.
 * Good as long as the handle. */
const char *lab_home(const struct lab *l);
/* The file that holds the lab's disk, home included; without a disk limit there is none. */
const char *lab_disk_image(const struct lab *l);

/* The environment of a person or program in the workspace: PATH, LANG, LABCTL_SERVICES, PGHOST and
 * so on. */
void lab_environment(const struct lab *l, struct strv *env);

#endif
