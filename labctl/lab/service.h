/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_SERVICE_H
#define LABCTL_LAB_SERVICE_H

/*
 * A service: a sandbox that others talk to. A type says how one kind of
 * service is begun and asked (postgres.c, redis.c, memcached.c); a struct
 * service is one that runs, owned by the process that started it.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/strv.h"
#include "image/image.h"
#include "lab/logbook.h"
#include "lab/precopy.h"
#include "sandbox/sandbox.h"
#include "spec/limits.h"

enum { SERVICES_MAX = 8 };

/* Where a client finds a service. Clients run in the lab's network namespace (network.h). */
struct service_address {
	const char *run_dir; /* on the host; the service sees it at /run/labctl */
	int port;            /* of 127.0.0.1 */
};

struct service_type {
	const char *name; /* also of its image */
	const char *user; /* of the image, that runs it */
	int port;
	bool tells;             /* it says READY=1 at NOTIFY_SOCKET when it accepts clients */
	const char *initialise; /* program of the image that makes the initial state; NULL: none */
	/* What an initial state shall not bring along, below its root: counters of the time before.
	 * NULL-ended, or NULL. */
	const char *const *discard;
	/* The command line and environment, for a lab with these limits. */
	void (*command)(const struct limits *lab, struct strv *argv, struct strv *env);
	/* For LABCTL_SERVICES; a new reference. */
	json_t *(*describe)(const struct service_address *at);
	/* The client library is loaded; before that many milliseconds may pass. */
	int (*load)(struct err *e);
	/* Connects and asks one question. Fails while the service is not ready. */
	int (*connect)(const struct service_address *at, void **client, struct err *e);
	json_t *(*counters)(void *client, struct err *e); /* a new reference; NULL: error */
	/* Opens for use all that clients may use (see precopy.h); NULL: nothing to open. */
	int (*touch)(void *client, struct err *e);
	void (*close)(void *client); /* NULL is fine */
};

extern const struct service_type *const service_types[]; /* services.def; NULL-ended */
const struct service_type *service_find(const char *name, struct err *e); /* names the nearest */

/* For types that have no more to say. describe: host and port. The share of the lab's memory that a
 * cache gets, in bytes. */
json_t *service_describe(const struct service_address *at);
int64_t service_cache_bytes(const struct limits *lab);

struct service {
	const struct service_type *type;
	struct image image;
	struct strv layers;   /* initial state and image, topmost first */
	struct precopy hot;   /* files that are copied before the start */
	char *initial_digest; /* NULL: it has no initial state */
	int initial_fds[2];   /* keep its initial states from being collected; -1: none */
	char *dir;            /* of this service: upper/ work/ run/ */
	char *log_path;
	struct logbook log; /* while it runs, where its owner bounds it; see service_start */
	uid_t uid;
	gid_t gid;
	int notify_fd;
	struct sandbox *sandbox; /* NULL: not running */
	bool ready;              /* it said so, or is not of the kind that says */
	int64_t started_ns, ready_ns;
	struct sandbox_outcome outcome; /* once it ended */
	bool ended;
};

/* Opens the image; layers are its own until initial_ensure puts more on top. */
int service_init(struct service *s, const struct service_type *type, const char *dir,
		 const char *log_path, struct err *e);
void service_done(struct service *s); /* stops it; removes no files */

/* Its root as on the first day; what was written lies in the trash until service_empty_trash. */
int service_renew(struct service *s, struct err *e);
int service_empty_trash(struct service *s, struct err *e);

/* Starts it inside a lab: budget_path, network and limits of the lab. Returns after exec. With
 * bound_log the caller moves s->log whenever it can be read, or the service comes to a halt;
 * without, the service writes to the file itself. */
int service_start(struct service *s, const char *cgroup, int netns_fd, const struct limits *lab,
		  bool bound_log, struct err *e);

/* Runs one program of the image as the service's user in the service's root, to its end; ERR_GUEST
 * when it fails, with the log's last lines. */
int service_run(struct service *s, char *const *argv, struct err *e);

/* Until every one of them is ready. ERR_GUEST if one ends first, with its last words. */
int service_await(struct service *services, size_t count, int64_t deadline_ns, struct err *e);

/* 1: it ended meanwhile (outcome is set); 0: it runs. */
int service_check(struct service *s, struct err *e);

/* Asks it to end with the signal, and kills it when it has not at the deadline. */
int service_stop(struct service *s, int signal, int64_t deadline_ns, struct err *e);
void service_kill(struct service *s);

/* The last lines of its log, for messages; the caller frees. */
char *service_last_words(const char *log_path);

#endif
