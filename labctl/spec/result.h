/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SPEC_RESULT_H
#define LABCTL_SPEC_RESULT_H

/*
 * The record of a run: one JSON document, written by bench, read by compare,
 * replay, report and grade. Every figure that labctl prints can be computed
 * from it again. Its keys, units and meaning: docs/record.md, which is made
 * from the tables in result.c. A key is the field's name here, so code reads
 * like the document.
 *
 * All strings are owned and may be NULL (left out) unless said otherwise.
 * Fill with xstrdup and the result_add_ functions; free with result_done.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/strv.h"
#include "spec/limits.h"
#include "spec/schema.h"
#include "spec/usage.h"

enum { RESULT_SCHEMA = 1 };

struct result_image {
	char *name, *digest, *lock_digest;
	bool locked; /* the lock is the committed one; false: solved anew on this host */
};

struct result_proof { /* one limit, and what enforces it on this host */
	char *limit;  /* "memory" */
	char *asked;  /* "512M" */
	char *by;     /* "cgroup v1 memory.limit_in_bytes", "cpuset 1" */
	bool enforced;
	char *note; /* why not, or how exact the probe found it */
};

struct result_host {
	char *cpu_model, *architecture, *kernel, *distribution;
	int64_t cpus_online, memory_bytes;
	char *governor, *turbo, *smt, *cgroup_mode, *hypervisor;
	double load_1min; /* when the run began */
	char *clocksource;
	struct strv notes; /* noise sources that were found, in words */
};

struct result_build {        /* of a variant's foreign code; digest NULL: nothing was built */
	char *digest;        /* over image, sources, commands and limits: what it is kept under */
	bool cached;         /* an earlier run had built it */
	int64_t build_ns;    /* what building took, then or now */
	int64_t sanitize_ns; /* the same for the build with a sanitizer; 0: there is none */
	int64_t trial_ns;    /* the run under the sanitizer, from start to end */
	char *log;           /* what the compiler said, where it failed */
};

struct result_variant {
	char *name; /* "baseline", "indexed"; "try" for a student's file */
	char *file; /* as asked for */
	char *file_digest;
	char *image; /* name; see images */
	char *technique, *summary;
	bool machines; /* the exercise's machines were up for its samples */
	char *python;  /* as READY told: "CPython 3.13.5" */
	int64_t calls; /* in each sample from block 2 on */
	struct result_build build;
};

struct result_look { /* a planned chance to stop */
	int64_t blocks;
	double confidence;
};

struct result_plan {
	uint64_t seed; /* of the schedule: order, inputs, layouts follow from it */
	double precision, confidence;
	int64_t budget_ns;
	int64_t min_blocks, max_blocks, max_repeats;
	struct result_look *looks;
	size_t look_count;
};

struct result_latency { /* measure: load; from the intended start, open loop */
	double rate;    /* requests a second asked for */
	int64_t p50_ns, p95_ns, p99_ns, max_ns;
	int64_t requests, errors;
	double throughput;      /* closed loop, requests a second */
	double cold_throughput; /* of the requests before it; 0: there were none */
};

struct result_series {        /* measure: series */
	json_t *calls_ns;     /* an array: each call's time, GO to RESULT */
	char *engine;         /* what the guest told of itself: "graalpy 25.0.3" */
	int64_t compilations; /* of loops and functions, as the engine counted; 0: none seen */
	/* From the calls, by figures: */
	char *shape;         /* warmup_shape_name */
	int64_t cold_ns;     /* start, set-up and first call */
	int64_t steady_ns;   /* of a call at the end */
	int64_t steady_from; /* the first call that is steady, from 1; 0: none is */
};

struct result_service {
	char *name;
	struct usage usage; /* difference over the sample */
	json_t *counters;   /* the service's own, difference over the sample; NULL: none */
};

enum result_ending { /* of a sample */
		     ENDING_OK,
		     ENDING_WRONG,  /* finished; the checker refused the output */
		     ENDING_ERROR,  /* raised an exception, or would not import */
		     ENDING_EXITED, /* exited without a result */
		     ENDING_SIGNALED,
		     ENDING_LIMIT_TIME,
		     ENDING_LIMIT_MEMORY,
		     ENDING_LIMIT_PIDS,
		     ENDING_LIMIT_OUTPUT,
		     ENDING_LIMIT_DISK,
		     ENDING_HOST,           /* the host failed it: never held against the variant */
		     ENDING_BUILD,          /* its sources do not build */
		     ENDING_SANITIZER,      /* the run before measuring found an error of memory */
		     ENDING_SANITIZER_TIME, /* ... did not end: nobody knows */
};

struct result_sample {
	int64_t block;       /* as run, from 1; 0: only warms up */
	int64_t position;    /* within the block, as run */
	int64_t variant;     /* index into variants */
	bool again;          /* the baseline's second copy, A' */
	int64_t begin_ns;    /* GO, on the supervisor's clock since the run began */
	int64_t wall_ns;     /* GO to RESULT, of all its calls together */
	int64_t measured_ns; /* in which the guest was measured: wall_ns, or all loops of a load */
	int64_t start_ns;    /* exec to READY, less setup_ns */
	int64_t setup_ns;    /* the variant's setup(), as the guest told */
	int64_t batch;       /* calls in it, each in a process of its own; 1 */
	json_t *calls_ns;    /* GO to RESULT of each, where there are several */
	uint64_t input_seed;
	int64_t input_bytes, output_bytes;
	char *output_digest;
	int ending;           /* enum result_ending */
	char *words;          /* what happened, for a person, where ending is not ok */
	struct usage usage;   /* of the workspace's cgroup, GO to RESULT */
	int64_t total_cpu_ns; /* workspace and services */
	int64_t own_cpu_ns;   /* of labctl and its helpers, outside the guest */
	struct result_service *services;
	size_t service_count;
	struct result_latency latency; /* all zero unless measure is load */
	struct usage_io io;            /* all zero unless the exercise has a disk */
	struct result_series series;   /* the same for series */
	struct strv taints; /* "steal 3.1%", "throttled 12 ms": it was measured again for them */
};

struct result_interval {
	double estimate, low, high; /* times faster than the baseline; NAN: not computed */
	int64_t n;                  /* blocks */
};

struct result_growth { /* run --scaling: how a variant's time grows with a parameter */
	int64_t variant;
	char *parameter;
	json_t *values;             /* as far as it went */
	json_t *times_ns;           /* of each value the calls' */
	char *words;                /* why it ended before the last value; NULL: it did not */
	int64_t fitted;             /* of the values, the last so many */
	double exponent, low, high; /* NAN: too few values */
	char *nearest;              /* growth: "n^2", "exponential" */
	double base;                /* of the exponential */
};

struct result_warm {                       /* a figure of measure: series */
	struct result_interval cold_ratio; /* the first call, start of the process included */
	struct result_interval break_even; /* calls, not a ratio; NAN: the baseline stays ahead */
	int64_t cold_ns;                   /* median */
	int64_t steady_from;               /* median number of the first steady call, from 1 */
	int64_t unsteady;                  /* samples that count and had no steady end */
	int64_t compilations;              /* median */
	double within, between;            /* relative sd of steady calls: in, between processes */
};

struct result_figure { /* derived, per variant */
	int64_t variant;
	bool again;
	struct result_interval ratio;     /* wall time */
	struct result_interval cpu_ratio; /* CPU of workspace and services */
	char *verdict; /* "faster", "slower", "no difference shown", "not precise enough", "wrong",
			  "failed" */
	char *words;   /* why, where it is wrong or failed */
	int64_t samples, tainted, failed;
	int64_t wall_ns, wall_spread_ns; /* median, and half the interquartile range */
	int64_t cpu_ns, service_cpu_ns, setup_ns, start_ns;     /* medians */
	int64_t anon_peak_bytes, file_bytes, memory_peak_bytes; /* highest */
	int64_t p50_ns, p95_ns, p99_ns; /* medians over blocks, measure: load */
	int64_t io_calls, io_bytes;     /* medians: reads and writes together */
	double throughput, cold_throughput;
	struct result_warm warm; /* all zero unless measure is series */
};

struct result {
	int64_t schema; /* RESULT_SCHEMA; set by result_save */
	char *labctl;   /* version */
	char *started;  /* ISO 8601, UTC */
	int64_t duration_ns;
	char *exercise, *exercise_digest, *measure, *size;
	json_t *parameters; /* of the size */
	char *dataset, *dataset_digest;
	struct result_image *images;
	size_t image_count;
	char *profile;        /* name, or NULL */
	struct limits limits; /* asked */
	struct result_proof *proven;
	size_t proof_count;
	struct result_host host;
	struct result_plan plan;
	struct result_variant *variants; /* the baseline first */
	size_t variant_count;
	struct result_sample *samples; /* in the order they ran */
	size_t sample_count;
	double noise_floor;
	int64_t overhead_ns;          /* of a call: what an empty program takes; 0: not measured */
	struct result_interval noise; /* A'/A */
	struct result_figure *figures;
	size_t figure_count;
	struct result_growth *growths; /* instead of samples and figures, where asked for */
	size_t growth_count;
	char *stopped; /* why the run ended: "precise", "budget", "blocks", "interrupted" */
	struct strv warnings;
};

/* Each adds a zeroed element and returns it; the pointer is good until the next add. */
struct result_image *result_add_image(struct result *r);
struct result_proof *result_add_proof(struct result *r);
struct result_look *result_add_look(struct result *r);
struct result_variant *result_add_variant(struct result *r);
struct result_sample *result_add_sample(struct result *r);
struct result_service *result_add_service(struct result_sample *s);
struct result_figure *result_add_figure(struct result *r);
struct result_growth *result_add_growth(struct result *r);

/* A record that another version wrote with unknown keys or another schema number is ERR_SPEC. */
int result_load(const char *path, struct result *out, struct err *e);
int result_parse(const char *name, const char *text, size_t size, struct result *out,
		 struct err *e);
/* Can a record be kept there, in place of nothing or of a file? Asked before measuring. */
int result_check_place(const char *path, struct err *e);
int result_save(struct result *r, const char *path, struct err *e); /* whole or not at all */
char *result_print(struct result *r);                               /* the text; the caller frees */
void result_done(struct result *r);
void result_sample_done(struct result_sample *s); /* of one that is in no record */
const char *result_ending_name(int ending);       /* "ok", "limit-memory", ... */
void result_document(struct str *markdown);       /* docs/record.md */

extern const struct schema result_schema; /* for documents that hold records */

#endif
