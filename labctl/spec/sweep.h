/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SPEC_SWEEP_H
#define LABCTL_SPEC_SWEEP_H

/*
 * A sweep: one exercise run at every combination of a few limits. Its record
 * is one JSON document that holds the axes and, for each point, the record of
 * its run; keys and meaning: docs/record.md. A point whose baseline did not
 * live through its limits is a result: it has words, and no run.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/strv.h"
#include "spec/limits.h"
#include "spec/result.h"

enum { SWEEP_SCHEMA = 1, SWEEP_AXES_MAX = 3, SWEEP_POINTS_MAX = 48 };

struct sweep_axis {
	char *name;         /* a limit: cpu, memory, pids */
	struct strv values; /* as asked for: "0.5", "64M" */
};

struct sweep_point {
	struct strv values;  /* one of each axis */
	int64_t position;    /* when it ran, counted from 0; -1: it did not */
	char *failed;        /* why there is no run; NULL: there is one, or it did not come to it */
	struct result *runs; /* one, or none */
	size_t run_count;
};

struct sweep_fit { /* Amdahl's law through one variant's samples */
	char *variant;
	double serial, low, high; /* share of the work that does not speed up */
	double one;               /* time on one CPU, the sequential baseline's being 1 */
	int64_t n;                /* blocks */
};

struct sweep {
	int64_t sweep; /* SWEEP_SCHEMA; set by sweep_init */
	char *labctl;  /* version */
	char *started; /* ISO 8601, UTC */
	int64_t duration_ns;
	char *exercise, *size;
	uint64_t seed; /* of the order of the points, and of every point's run */
	struct sweep_axis *axes;
	size_t axis_count;
	struct sweep_point *points; /* the last axis changes fastest */
	size_t point_count;
	struct sweep_fit *fits; /* where the only axis is cpu, and the exercise scales with it */
	size_t fit_count;
	char *stopped; /* "done" or "interrupted" */
};

void sweep_init(struct sweep *s);
void sweep_done(struct sweep *s);

/*
 * "cpu=0.5,1,2". "cpu" alone: from 1 to the number of CPUs, in halves where there are fewer than
 * three. ERR_USAGE in words for what is no axis, no value of it, or given twice.
 */
int sweep_add_axis(struct sweep *s, const char *text, int host_cpus, struct err *e);
int sweep_make_points(struct sweep *s, struct err *e); /* when all axes are there */
void sweep_limits(const struct sweep *s, const struct sweep_point *p, struct limits *out);
bool sweep_has_axis(const struct sweep *s, const char *name);
char *sweep_point_name(const struct sweep *s, const struct sweep_point *p); /* the caller frees */

struct sweep_fit *sweep_add_fit(struct sweep *s); /* good until the next add */

int sweep_load(const char *path, struct sweep *out, struct err *e);
int sweep_save(struct sweep *s, const char *path, struct err *e); /* whole or not at all */
char *sweep_print(struct sweep *s);                               /* JSON; the caller frees */
void sweep_document(struct str *markdown);                        /* for docs/record.md */

#endif
