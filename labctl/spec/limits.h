/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SPEC_LIMITS_H
#define LABCTL_SPEC_LIMITS_H

/* The limits of a lab or of a part of it, and profiles of them (cgroups/<profile>.yaml). 0 or NULL:
 * no limit. */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"
#include "spec/schema.h"

enum { LIMITS_CPU_PERIOD_NS = 10000000 };

/* What is no limit but a mistake, for manifests and options alike. */
#define LIMITS_MEMORY_MIN (4 << 20) /* less holds no program */
#define LIMITS_DISK_MIN (1 << 20)
#define LIMITS_TIME_MIN 1e6
#define LIMITS_OUTPUT_MIN 1024
#define LIMITS_BYTES_MAX 1e15
#define LIMITS_TIME_MAX 1e17 /* three years */

struct limits {
	double cpu;            /* CPUs: a whole number is met by cpuset, a fraction by quota */
	char *cpuset;          /* "0-1", chosen by hand; NULL: labctl chooses */
	int64_t cpu_period_ns; /* of the quota; 0: LIMITS_CPU_PERIOD_NS */
	int64_t memory_bytes;  /* anonymous, file cache and kernel together; no swap */
	int64_t pids;          /* processes and threads */
	int64_t io_read_bps, io_write_bps; /* bytes a second, of the device that holds the lab */
	int64_t disk_bytes;   /* what the sandbox may write to its root, or a lab keep on disk */
	int64_t nofile;       /* open files a process */
	int64_t output_bytes; /* standard output and standard error together */
	int64_t time_ns;      /* wall time */
	bool cpu_first; /* before all else on its CPUs: measured work; not a key, set by bench */
};

#define LIMITS_INIT                                                                                \
	{                                                                                          \
		.cpu_period_ns = LIMITS_CPU_PERIOD_NS                                              \
	}
/* Nothing said: what an exercise or a command line begins with before limits_override. */
#define LIMITS_NONE                                                                                \
	{                                                                                          \
		.cpu_period_ns = 0                                                                 \
	}

struct profile {
	char *name;
	char *summary;
	struct limits limits;
};

extern const struct schema limits_schema; /* for manifests that hold limits */
extern const struct schema profile_schema;

/* <name>.yaml in path_config_dir()/cgroups, else in path_data_dir("cgroups"). */
int profile_load(const char *name, struct profile *out, struct err *e);
void profile_done(struct profile *p);
int profile_list(struct strv *names, struct err *e); /* sorted */

void limits_done(struct limits *l);
void limits_copy(struct limits *to, const struct limits *from);
/* Each limit that `over` sets replaces that of `l`: profile, then exercise, then command line. */
void limits_override(struct limits *l, const struct limits *over);

#endif
