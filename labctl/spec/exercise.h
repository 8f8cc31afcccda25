/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SPEC_EXERCISE_H
#define LABCTL_SPEC_EXERCISE_H

/*
 * exercises/<name>/exercise.yaml and exercises/datasets/<name>/dataset.yaml.
 *
 * A path in a manifest is relative to the folder of the manifest, stays below
 * it and names a file that exists: checked when it is loaded. The baseline is
 * the variant named `baseline`; every exercise has one.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/strv.h"
#include "spec/limits.h"
#include "spec/schema.h"

enum exercise_measure {
	MEASURE_TIME,   /* a sample is one run(): from GO to RESULT */
	MEASURE_LOAD,   /* a variant is an HTTP application under the load generator */
	MEASURE_SERIES, /* a sample is one process that is called many times: JIT compilers */
};

/* What the teacher expects of a variant; `labctl exercise check` and CI compare. */
enum exercise_expect {
	EXPECT_FASTER,
	EXPECT_SLOWER,
	EXPECT_RIGHT, /* the right answer, at whatever speed; the baseline too */
	EXPECT_WRONG, /* the checker must refuse its output */
	EXPECT_FAIL,  /* it dies: of a limit, of recursion */
};

enum disk_cache { DISK_WARM, DISK_COLD };

struct exercise_disk {       /* see bench/workdisk.h */
	int64_t size_bytes;  /* 0: the exercise has none */
	int cache;           /* enum disk_cache: of the input's pages, at GO */
	struct strv durable; /* files of the output that must outlive a power cut */
};

struct exercise_parameter { /* of a size: what workload.py is told, e.g. rows: 2000 */
	char *name;
	char *value; /* as written; a number where it reads as one */
};

struct exercise_load {         /* measure: load, for one size */
	int64_t cold_requests; /* before it: while caches fill; timed apart */
	int64_t requests;      /* closed loop: how many; their time is the sample */
	int64_t connections;   /* closed loop: how many at once */
	double rate;           /* open loop: requests a second */
	int64_t open_requests; /* open loop: how many */
};

struct exercise_size {
	char *name;        /* small, medium, large */
	int64_t budget_ns; /* for all blocks of a run of this size */
	struct exercise_parameter *parameters;
	size_t parameter_count;
	struct exercise_load load;
	int64_t calls; /* measure: series: of one process */
};

/*
 * What turns sources into the files that a variant finds at /lab/built (bench/build.h). For a
 * student's submission the sources are files of the same names beside the file to be tried.
 */
struct exercise_build {
	char *image;          /* that it runs in */
	struct strv sources;  /* "variants/kernel.c"; the names without folders differ */
	struct strv commands; /* lines of a shell script; none: nothing is built */
	struct strv sanitize; /* the same with checks compiled in, for one run before measuring */
};

enum { EXERCISE_MACHINES_MAX = 6 }; /* all counts together */

struct exercise_machine { /* a further sandbox, reached over a network */
	char *name;
	int64_t count;
	char *image;
	struct strv command;
	int64_t port; /* answers once it is ready */
	struct limits limits;
};

struct exercise_variant {
	char *name;
	char *file; /* "variants/indexed.py" */
	char *summary;
	char *technique;          /* of EXERCISES.md: "index", "memoised"; NULL for the baseline */
	int expect;               /* enum exercise_expect */
	double at_least, at_most; /* times faster, as `exercise check` should find; 0: any */
	bool machines;            /* runs with the exercise's machines up */
	bool hidden; /* a tempting wrong answer: run only when named, and by `exercise check` */
	char *image; /* NULL: the exercise's */
	struct strv sizes; /* the sizes it can finish in; empty: all */
	struct exercise_build build;
};

struct exercise_scaling { /* the exponent, fitted over >= 4 values of one parameter */
	char *parameter;  /* NULL: none; "cpus": the speedup, over numbers of CPUs */
	struct strv values;
	struct exercise_parameter *with; /* other parameters while it grows */
	size_t with_count;
};

struct exercise_step { /* of the rubric: `faster: 2` or more earns `points` */
	double faster;
	double points;
	char *words;
};

struct exercise {
	char *name; /* folder name; not a key */
	char *dir;  /* absolute path of the folder; not a key */
	char *title;
	char *summary;
	char *topic;
	char *image; /* of the workspace */
	struct strv services;
	char *dataset; /* exercises/datasets/<name>, or NULL */
	char *index;   /* an image whose lock names the Debian package index that is bound at
			  /lab/data/Packages.xz; NULL: none */
	int measure;   /* enum exercise_measure */
	struct exercise_machine *machines;
	size_t machine_count;
	char *entry;                 /* the file a student edits and hands in: "solution.py" */
	struct exercise_build build; /* of a submission; its sources are handed in too */
	struct limits limits;
	struct exercise_size *sizes;
	size_t size_count;
	struct exercise_variant *variants; /* as written; the baseline is moved to the front */
	size_t variant_count;
	char *reference;     /* the teacher's best variant, or NULL */
	struct strv explain; /* instruments: exercises/harness/instruments/<name>.py */
	char *explain_size;  /* size `labctl explain` runs; default small */
	struct exercise_scaling scaling;
	struct exercise_disk disk;
	struct exercise_step *rubric; /* ascending */
	size_t rubric_count;
};

/* path_data_dir("exercises")/name, or the folder itself where name holds a slash. */
int exercise_load(const char *name, struct exercise *out, struct err *e);
void exercise_done(struct exercise *x);
int exercise_list(struct strv *names, struct err *e); /* sorted */

/* NULL where there is none: fail with exercise_no_variant, which names the nearest. */
const struct exercise_variant *exercise_variant(const struct exercise *x, const char *name);
const struct exercise_size *exercise_size(const struct exercise *x, const char *name);
int exercise_no_variant(const struct exercise *x, const char *name, struct err *e);
int exercise_no_size(const struct exercise *x, const char *name, struct err *e);
const char *exercise_expect_name(int expect);                /* "faster", ... */
size_t exercise_machine_total(const struct exercise *x);     /* all counts together */
bool exercise_scales_cpus(const struct exercise_scaling *s); /* fitted by a sweep over cpu */

/* The size's parameters as a JSON object, for LABCTL_PARAMETERS and workload.py; with `replace`,
 * that parameter gets `value` instead (scaling). The caller frees. */
char *exercise_parameters_json(const struct exercise_size *size, const char *replace,
			       const char *value);

/* The same while the scaling parameter has that value: the size's, then `with`, then it. */
char *exercise_scaled_json(const struct exercise *x, const struct exercise_size *size,
			   const char *value);

/* Over every file of the folder that decides the result (paths and contents; not README or NOTES):
 * recorded, so that two results are known to be of the same exercise. */
int exercise_digest(const struct exercise *x, char hex[HASH_HEX_SIZE], struct err *e);

/*
 * A data set: loaded once into a service's initial state, which becomes a layer.
 * The loader runs in a sandbox of the lab, its folder read-only at /lab/dataset,
 * its inputs below /lab/data, the services as in LABCTL_SERVICES.
 */
struct dataset {
	char *name; /* folder name; not a key */
	char *dir;  /* not a key */
	char *summary;
	char *service;    /* whose state it becomes: postgres */
	char *image;      /* the loader's */
	struct strv load; /* the loader's command: [python3, /lab/dataset/load.py] */
	char *index;      /* as in struct exercise */
	struct limits limits;
};

int dataset_load(const char *name, struct dataset *out, struct err *e);
void dataset_done(struct dataset *d);
int dataset_digest(const struct dataset *d, char hex[HASH_HEX_SIZE], struct err *e);

extern const struct schema exercise_schema, dataset_schema, exercise_machine_schema;
/* Parts of it, for exercise.c. */
extern const struct schema exercise_build_schema, exercise_parameter_schema, exercise_size_schema,
    exercise_variant_schema;

#endif
