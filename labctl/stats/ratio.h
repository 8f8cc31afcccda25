/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_STATS_RATIO_H
#define LABCTL_STATS_RATIO_H

/*
 * How many times faster, with an interval. Input is one log ratio per block,
 * log(time of baseline / time of variant), so a value above 0 means the
 * variant is faster. Pure arithmetic; the same input and seed give the same
 * output on every host. MEASURING.md, "The verdict".
 */

#include <stddef.h>
#include <stdint.h>

struct interval {
	double estimate, low, high; /* as ratios (exp of the log scale); NAN where n is too small */
	size_t n;
};

/* confidence: 0.95. n < 5 gives NANs. */
void ratio_interval(const double *log_ratios, size_t n, double confidence, uint64_t seed,
		    struct interval *out);

/*
 * Planned looks: after how many blocks the run may stop, and the confidence
 * each look is made with so that stopping early keeps the overall error at
 * 1 - confidence (alpha spending).
 */
struct looks {
	size_t count;
	size_t blocks[16];     /* ascending */
	double confidence[16]; /* for ratio_interval at that look */
};
void ratio_plan_looks(size_t min_blocks, size_t max_blocks, double confidence, struct looks *out);

enum verdict {
	VERDICT_FASTER,        /* the lower bound passes 1 plus the noise floor */
	VERDICT_SLOWER,        /* the upper bound is below 1 less the noise floor */
	VERDICT_NO_DIFFERENCE, /* not shown, though precise enough */
	VERDICT_IMPRECISE,     /* not precise enough in the time given */
	VERDICT_WRONG,         /* the output was wrong: no time counts */
	VERDICT_FAILED,        /* died, overran, or was killed */
};

/* noise: the interval of A' against A in the same run. precision: wanted half-width (0.02). */
enum verdict ratio_verdict(const struct interval *ratio, const struct interval *noise,
			   double precision);
double ratio_noise_floor(const struct interval *noise); /* e.g. 0.006: how far A'/A may be from 1 */

#endif
