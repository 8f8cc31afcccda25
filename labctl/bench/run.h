/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_RUN_H
#define LABCTL_BENCH_RUN_H

/*
 * A run: an exercise's variants measured in blocks until the answer is precise
 * enough or the budget is spent. First everything is decided (run_prepare),
 * then done (run_execute); the record has both.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"
#include "bench/judge.h"
#include "bench/noise.h"
#include "bench/payloads.h"
#include "bench/plan.h"
#include "bench/setting.h"
#include "sandbox/slot.h"
#include "spec/exercise.h"
#include "spec/result.h"

#define RUN_TRY_NAME "try" /* the variant that is a student's file */

struct run_options { /* zero means: the default */
	const char *size;
	struct strv variants; /* by name; empty: all that are not hidden */
	const char *try_file; /* a student's file, measured as variant "try" */
	const char *profile;  /* its limits replace the exercise's */
	struct limits limits; /* replace the profile's */
	double precision;     /* 0: 2 %, less for large ratios */
	int64_t budget_ns;    /* 0: the size's */
	int64_t blocks;       /* exactly so many; 0: until precise or the budget is spent */
	const struct result_image *images; /* to be used by digest where they still exist */
	size_t image_count;
	bool patient;  /* on a busy machine far beyond the budget, for blocks enough to judge by */
	bool machines; /* the file to try works across the exercise's machines */
	bool aa;       /* the baseline against itself */
	bool has_seed;
	uint64_t seed;
};

struct run_variant {                        /* beside record.variants */
	char *path;                         /* below the exercise's folder, or NULL */
	struct submission *submission;      /* a student's, or NULL */
	char *image;                        /* NULL: the exercise's */
	bool machines;                      /* the exercise's are up for its samples */
	const struct exercise_build *build; /* NULL: nothing is built for it */
	char *built;                        /* what was, a host folder */
	char *sanitized;                    /* the same with a sanitizer; NULL: none */
	bool dropped;                       /* it failed: no more samples */
	bool settled;                       /* precise enough at a look: no more samples */
	int64_t calls;                      /* in a sample: batch.h */
	int64_t whole_ns;                   /* of its last call, with reset, start, removal */
};

struct run {
	const struct exercise *exercise; /* borrowed */
	const struct exercise_size *size;
	struct limits limits;
	struct plan plan;
	struct result record;
	struct run_variant *variants;

	/* private to run.c, course.c and block.c: while it executes */
	struct slot slot; /* holds the reservation of the CPUs */
	struct setting setting;
	struct judge judge;
	struct noise_watch watch;
	struct payloads inputs[PLAN_INPUTS];
	int64_t trials_ns; /* of the time since begin_ns: runs under sanitizers */
	int64_t begin_ns;
	int64_t baseline_ns;       /* its first sample's time */
	int64_t time_cap_ns;       /* of one sample, once the baseline's time is known */
	int64_t setup_cap_ns;      /* the same from exec to READY */
	bool (*interrupted)(void); /* SIGINT came */
	char *progress;            /* the widest interval so far, in words; NULL: none yet */
	size_t repeats;            /* samples measured again so far */
};

int run_prepare(struct run *r, const struct exercise *exercise, const struct run_options *options,
		struct err *e);

/*
 * -1 only where the host, the exercise or the baseline failed. A variant that
 * failed is a figure of the record. SIGINT ends it after the current sample,
 * with what there is.
 */
int run_execute(struct run *r, struct err *e);

/*
 * The same surroundings (images, services, CPUs, interrupts), but another course
 * than blocks: samples of its own choice. No figures are computed.
 */
typedef int run_course(struct run *r, void *arg, struct err *e);
int run_execute_course(struct run *r, run_course *course, void *arg, struct err *e);
void run_take_record(struct run *r, struct result *out); /* the caller's from here on */
void run_done(struct run *r);

#endif
