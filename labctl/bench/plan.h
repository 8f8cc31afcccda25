/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_PLAN_H
#define LABCTL_BENCH_PLAN_H

/*
 * What a run will do, decided before it begins, as plain data: who takes part,
 * on which CPUs, how many blocks at most and where it may stop. All chance
 * comes from one seed, and block i from the seed and i alone, so a record
 * tells exactly what ran, and replay runs the same again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/strv.h"
#include "spec/limits.h"
#include "spec/result.h"
#include "stats/ratio.h"

enum {
	PLAN_ENTRIES_MAX = 64,
	PLAN_INPUTS = 8,     /* distinct inputs of a run; block i uses input i modulo this */
	PLAN_PAD_MAX = 4096, /* bytes by which the environment of a sample varies */
	PLAN_MIN_BLOCKS = 6,
	PLAN_REPEAT_DIVISOR = 4, /* at most one sample in four is a repeat */
	PLAN_MAX_BLOCKS = 200,
};

struct plan_entry {     /* what each block measures once */
	size_t variant; /* index into the run's variants; 0 is the baseline */
	bool again;     /* A', the baseline's second copy */
};

struct plan {
	uint64_t seed;
	double precision; /* wanted half-width of an interval; 0.02 */
	bool exact;       /* the user asked for it: no wider interval will do for large ratios */
	double confidence;
	int64_t budget_ns;
	bool patient;
	size_t min_blocks, max_blocks;
	struct looks looks;
	struct plan_entry entries[PLAN_ENTRIES_MAX]; /* A, A', then the variants */
	size_t entry_count;
	char *cpuset;     /* of the samples, "1" */
	char *own_cpuset; /* where labctl itself keeps off them, "0"; NULL: no CPU to spare */
	bool quota;       /* the limits ask for a fraction of a CPU: throttling is expected */
};

struct plan_slot { /* one sample of a block */
	size_t entry;
	uint64_t layout_seed; /* for PYTHONHASHSEED and the environment's size */
};

struct plan_block {
	uint64_t input_seed;
	size_t input;                             /* index below PLAN_INPUTS */
	struct plan_slot slots[PLAN_ENTRIES_MAX]; /* in the order to run */
};

/* An exercise's limits on a host of fewer CPUs: as many as there are, and a warning that says so.
 */
int plan_fit_host(struct limits *limits, struct strv *warnings, struct err *e);

/* variant_count counts the baseline. Fills looks, entries and CPUs; the rest must be set. */
int plan_init(struct plan *p, size_t variant_count, const struct limits *limits, struct err *e);
void plan_done(struct plan *p);

/* Block `index`: the same for the same seed, index and entry_count. Pure. */
void plan_block(const struct plan *p, size_t index, struct plan_block *out);

/* PYTHONHASHSEED (below 2^32) and the bytes of padding of a slot. Pure. */
uint32_t plan_hash_seed(uint64_t layout_seed);
size_t plan_pad_bytes(uint64_t layout_seed);

/*
 * Chooses CPUs out of those allowed: the last ones for the samples (the first
 * takes most interrupts), another for labctl. cpuset of the limits, where given,
 * wins. Pure; the strings are the caller's.
 */
int plan_choose_cpus(const struct limits *limits, const uint64_t allowed[16], char **cpuset,
		     char **own_cpuset, struct err *e);

/* The plan in words, for --dry-run: one line per fact, then the first blocks. */
void plan_print(const struct plan *p, const struct result *record, struct str *out);

#endif
