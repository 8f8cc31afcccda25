/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_BUILD_WORK_H
#define LABCTL_IMAGE_BUILD_WORK_H

/* One image of the plan, from its packages to its layer: the jobs that do it (build.c decides
 * when). */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"
#include "image/build-layer.h"
#include "image/build-plan.h"
#include "image/jobs.h"

enum work_phase { WORK_UNPACKING, WORK_MAKING, WORK_DONE };
enum work_package { PACKAGE_TO_COME, PACKAGE_READY, PACKAGE_TAKEN };

struct build_work { /* a target that is being built */
	struct builder *builder;
	struct target *target;
	struct build_layer layer;
	char *stage;
	enum work_phase phase;
	enum work_package *packages; /* as in the lock */
	size_t left;                 /* to unpack */
	size_t first;                /* must be unpacked before all others; SIZE_MAX: none */
	bool early;                  /* something was unpacked before the parent was finished */
	bool fetched;                /* all of it is in the cache, what only `build` needs too */
	int64_t began_ns;
	char *what_unpack, *what_make; /* the jobs' names */
	int log_fd;
	char *log_path;
	struct strv tail;
};

struct builder {
	struct build_plan plan;
	const struct build_options *options;
	const struct build_runner *runner;
	void (*on_built)(const struct builder *b, const struct target *t, int64_t duration_ns);
	struct jobs *jobs;
	size_t unpacking, unpacking_max;
	int64_t done, total; /* for the progress line */
	bool fetching;       /* fetch.c has the progress line */
};

/* Begins with an empty stage; its packages come later, by build_work_ready. */
int build_work_begin(struct builder *b, struct target *t, struct err *e);
void build_work_free(struct build_work *w); /* what is left in the stage goes */

/* Package number i of the lock is whole, at path. */
void build_work_ready(struct build_work *w, size_t i, const char *path);

/* Starts a job that unpacks some of the packages that are ready: 1, or 0 where there are none, or
 * what they are to lie upon is not there yet. */
int build_work_unpack(struct build_work *w, struct err *e);

/* Starts the job that makes the layer, once all is fetched and unpacked and the parent is there. */
int build_work_make(struct build_work *w, struct err *e);

bool build_work_is_done(const struct target *t); /* also where nothing was to do */

#endif
