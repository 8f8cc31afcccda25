/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_TESTS_NOISE_H
#define LABCTL_TESTS_NOISE_H

/*
 * Timing noise as machines make it, and whole runs on top of it: what the
 * intervals of labctl/stats/ratio were calibrated with (tests/bench/interval,
 * tests/bench/aa) and are tested with (tests/unit/test-ratio). A header, so
 * that benches and tests of one file each can share it.
 *
 * Time passes in slots, one sample each. A kind gives every slot a disturbance
 * that depends on when it runs (drift, bursts, throttling) or on the process
 * that runs in it (layout luck), never on which program it is. A block takes
 * three slots and deals baseline, second baseline and variant to them in
 * random order, as bench/plan does.
 */

#include <math.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/rng.h"
#include "stats/ratio.h"

/* A neighbour or a stall that costs a sample more than this is seen from outside. */
static const double NOISE_SEEN = 0.05;

enum { NOISE_MAX_BLOCKS = 512, NOISE_RECORDED_MAX = 1 << 16 };

struct noise_kind {
	const char *name;
	const char *words;
	double spread;                /* of a slot, log scale */
	double tail;                  /* degrees of freedom of Student's t; 0: normal */
	double skew;                  /* sd of the log of a lognormal instead; 0: none */
	double walk;                  /* sd of a random walk's step */
	double wave;                  /* amplitude of a slow sine */
	double slope;                 /* per slot */
	double enter, leave, height;  /* bursts: chances per slot, height up to */
	double throttle, period;      /* added in the first third of so many slots */
	double memory, memory_spread; /* AR(1) */
	double mode, mode_height;     /* chance and cost of a bad layout, per process */
	double stall, stall_factor;   /* chance per process; times as long */
	bool additive;                /* takes time of its own: does not shrink with the task */
	const double *recorded;       /* log times of a real machine, instead of all of that */
	size_t recorded_count;
	double recorded_median;
};

static const struct noise_kind noise_kinds[] = {
    {.name = "quiet", .words = "normal, 0.5 %", .spread = 0.005},
    {.name = "normal", .words = "normal, 3 %", .spread = 0.03},
    {.name = "heavy", .words = "Student's t with 3 degrees, 3 %", .spread = 0.03, .tail = 3},
    {.name = "cauchy", .words = "Student's t with 1.5 degrees, 1 %", .spread = 0.01, .tail = 1.5},
    {.name = "skewed", .words = "lognormal delays, 3 %", .spread = 0.03, .skew = 1},
    {.name = "drift",
     .words = "2 % and a random walk, a slow wave of 10 %, a slope",
     .spread = 0.02,
     .walk = 0.005,
     .wave = 0.1,
     .slope = 0.0003},
    {.name = "bursts",
     .words = "2 % and bursts of up to 40 % over about 5 samples",
     .spread = 0.02,
     .enter = 0.04,
     .leave = 0.2,
     .height = 0.4},
    {.name = "throttle3",
     .words = "2 % and 12 % more in one of 3 samples: in step with the block",
     .spread = 0.02,
     .throttle = 0.12,
     .period = 3},
    {.name = "throttle7",
     .words = "2 % and 12 % more in a third of every 7 samples",
     .spread = 0.02,
     .throttle = 0.12,
     .period = 7},
    {.name = "memory",
     .words = "1 % and AR(1) with 0.95, 5 %",
     .spread = 0.01,
     .memory = 0.95,
     .memory_spread = 0.05},
    {.name = "layouts",
     .words = "1 %, and 6 % more for a third of the processes",
     .spread = 0.01,
     .mode = 0.33,
     .mode_height = 0.06},
    {.name = "quota", .words = "16 %, as under a quota of half a CPU", .spread = 0.16},
    {.name = "stalls",
     .words = "2 %, and 3 % of the samples take three times as long",
     .spread = 0.02,
     .stall = 0.03,
     .stall_factor = 3},
    {.name = "additive",
     .words = "2 % and bursts that do not shrink with the task",
     .spread = 0.02,
     .enter = 0.01,
     .leave = 0.2,
     .height = 0.2,
     .additive = 1},
    {.name = "all",
     .words = "drift, bursts, throttling, layouts and stalls at once",
     .spread = 0.02,
     .tail = 4,
     .walk = 0.004,
     .wave = 0.05,
     .enter = 0.02,
     .leave = 0.2,
     .height = 0.3,
     .throttle = 0.05,
     .period = 7,
     .mode = 0.2,
     .mode_height = 0.04,
     .stall = 0.01,
     .stall_factor = 2},
};
enum { NOISE_KINDS = ARRAY_SIZE(noise_kinds) };

struct noise { /* one run on one machine */
	const struct noise_kind *kind;
	struct rng *rng;
	double walked, remembered, phase;
	bool burst;
	double burst_height;
	bool disturbed; /* the last slot: by what labctl would see and call a taint */
	size_t slot;
};

struct noise_block {
	double baseline, again, variant; /* log times */
};

static inline void noise_init(struct noise *noise, const struct noise_kind *kind, struct rng *rng)
{
	*noise = (struct noise){.kind = kind, .rng = rng};
	noise->phase = rng_double(rng) * 1000;
	noise->remembered = rng_normal(rng) * kind->memory_spread;
	if (kind->recorded)
		noise->slot = rng_below(rng, kind->recorded_count);
}

static inline double noise_student(struct rng *rng, double degrees)
{
	double normal = rng_normal(rng);
	if (degrees <= 0)
		return normal;
	/* A chi-squared variable of any degrees: Marsaglia and Tsang's gamma, shape >= 1/3. */
	double shape = degrees / 2, boost = 1;
	if (shape < 1) {
		boost = pow(rng_double(rng), 1 / shape);
		shape += 1;
	}
	double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
	for (;;) {
		double x = rng_normal(rng), v = pow(1 + c * x, 3);
		if (v > 0 && log(1 - rng_double(rng)) < 0.5 * x * x + d - d * v + d * log(v))
			return normal / sqrt(2 * d * v * boost / degrees);
	}
}

/* What this moment does to whatever runs in it. */
static inline double noise_moment(struct noise *n)
{
	const struct noise_kind *k = n->kind;
	double x = 0;
	n->slot++;
	n->walked += k->walk * rng_normal(n->rng);
	x += n->walked + k->slope * (double)n->slot;
	x += k->wave * sin((n->phase + (double)n->slot) / 40);
	if (k->enter > 0) {
		if (n->burst ? rng_double(n->rng) < k->leave : rng_double(n->rng) < k->enter) {
			n->burst = !n->burst;
			n->burst_height = k->height * rng_double(n->rng);
		}
		x += n->burst ? n->burst_height : 0;
	}
	if (k->period > 0 && fmod(n->phase + (double)n->slot, k->period) < k->period / 3)
		x += k->throttle;
	n->remembered = k->memory * n->remembered +
			sqrt(1 - k->memory * k->memory) * k->memory_spread * rng_normal(n->rng);
	return x + n->remembered;
}

/* What befalls one process. */
static inline double noise_process(struct noise *n)
{
	const struct noise_kind *k = n->kind;
	double x = k->skew > 0 ? k->spread * exp(k->skew * rng_normal(n->rng))
			       : k->spread * noise_student(n->rng, k->tail);
	if (k->mode > 0 && rng_double(n->rng) < k->mode)
		x += k->mode_height;
	if (k->stall > 0 && rng_double(n->rng) < k->stall) {
		x += log(k->stall_factor);
		n->disturbed = true;
	}
	return x;
}

static inline double noise_slot(struct noise *n, double ratio)
{
	n->disturbed = false;
	if (n->kind->recorded) {
		double x = n->kind->recorded[n->slot++ % n->kind->recorded_count];

		n->disturbed = x > n->kind->recorded_median + NOISE_SEEN;
		return x - log(ratio);
	}
	double x = noise_moment(n) + noise_process(n);

	n->disturbed |= n->burst && n->burst_height > NOISE_SEEN;
	if (n->kind->additive)
		return log(1 / ratio + exp(x) - 1);
	return x - log(ratio);
}

static inline struct noise_block noise_next_block(struct noise *noise, double ratio)
{
	size_t order[3] = {0, 1, 2};
	double times[3];
	rng_shuffle(noise->rng, order, 3);
	for (size_t i = 0; i < 3; i++)
		times[order[i]] = noise_slot(noise, order[i] == 2 ? ratio : 1);
	return (struct noise_block){times[0], times[1], times[2]};
}

struct noise_run { /* what one measured run came to */
	struct interval ratio, noise;
	enum verdict verdict;
	size_t blocks;
};

/* A run as bench/run makes it: blocks, looks, stopped by ratio_enough. */
static inline struct noise_run noise_run(const struct noise_kind *kind, double ratio,
					 const struct looks *looks, double precision, uint64_t seed)
{
	double first[NOISE_MAX_BLOCKS], again[NOISE_MAX_BLOCKS], placebo[NOISE_MAX_BLOCKS];
	struct noise_run run = {.blocks = 0};
	struct noise noise;
	struct rng rng;

	rng_init(&rng, seed);
	noise_init(&noise, kind, &rng);
	for (size_t look = 0; look < looks->count; look++) {
		for (size_t i = run.blocks; i < looks->blocks[look]; i++) {
			struct noise_block b = noise_next_block(&noise, ratio);

			first[i] = b.baseline - b.variant;
			again[i] = b.again - b.variant;
			placebo[i] = b.baseline - b.again;
		}
		run.blocks = looks->blocks[look];
		ratio_interval(first, again, run.blocks, looks->confidence[look], &run.ratio);
		ratio_interval(placebo, NULL, run.blocks, looks->confidence[look], &run.noise);
		if (ratio_enough(&run.ratio, &run.noise, precision))
			break;
	}
	run.verdict = ratio_verdict(&run.ratio, &run.noise, precision);
	return run;
}

#endif
