/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_STATS_RATIO_H
#define LABCTL_STATS_RATIO_H

/*
 * How many times faster, with an interval. Pure arithmetic: the same input
 * gives the same output, and nothing is drawn at random.
 *
 * Input is one log ratio per block, log(time of baseline / time of variant),
 * so a value above 0 means the variant is faster. A block holds the baseline
 * twice; both copies are used, which narrows the interval as much as a third
 * more blocks would.
 *
 * The interval is all ratios that a test does not reject. For a ratio r each
 * block gets a score: how far its log ratios lie from log r, in units of their
 * typical distance, clipped at 2 (so a stalled sample counts as "far", not as
 * "ten times as far"). Slots within a block are dealt at random; so, if r is
 * the truth, a block's score is as likely above 0 as below, whatever drifts,
 * bursts or throttles on the machine. r is rejected when the sum of the scores
 * is further from 0 than 1.96 times the root of the sum of their squares (for
 * 95 %). The estimate is the ratio whose scores add up to 0.
 *
 * The method, the level of the looks and the noise floor were chosen by
 * calibration: docs/decisions/interval.md has the table, tests/bench/aa
 * measures it again.
 */

#include <stdbool.h>
#include <stddef.h>

struct interval {
	double estimate, low, high; /* as ratios (exp of the log scale); NAN where n is too small */
	size_t n;                   /* blocks */
};

/* Below this many blocks there is no interval; for confidence above 97 % it takes a few more. */
enum { RATIO_MIN_BLOCKS = 5 };

/*
 * log_ratios[i]: log(A / V) of block i. again[i]: log(A' / V) of the same
 * block, A' being the baseline's second copy; NULL where there is none (as for
 * the ratio of A' to A itself). Block order does not matter. A value that is not
 * finite gives NANs.
 */
void ratio_interval(const double *log_ratios, const double *again, size_t n, double confidence,
		    struct interval *out);

/*
 * Planned looks: after how many blocks a run may stop, and the confidence for
 * ratio_interval at each look, at the last one, and wherever else the budget
 * ends the run. It is above the confidence asked for, so that with stopping
 * by ratio_enough, and by nothing else, the interval printed at the end
 * covers the truth as often as asked.
 */
enum { RATIO_MAX_LOOKS = 16 };
struct looks {
	size_t count;
	size_t blocks[RATIO_MAX_LOOKS]; /* ascending, the last is max_blocks */
	double confidence[RATIO_MAX_LOOKS];
};
void ratio_plan_looks(size_t min_blocks, size_t max_blocks, double confidence, struct looks *out);

/* The confidence for an interval over so many blocks: of the last look at or below. */
double ratio_look_confidence(const struct looks *looks, size_t blocks);

/*
 * How far from 1 the second copy of the baseline came out: 0.004 when it
 * seemed 0.4 % faster or slower than the first. A program is not called faster
 * or slower than the baseline by less than the baseline itself. It is the
 * estimate that counts, not the far end of its interval: that end is as far
 * away as the interval is wide, and would hide every difference below twice the precision.
 */
double ratio_noise_floor(const struct interval *noise);

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
const char *ratio_verdict_words(enum verdict verdict); /* "faster", "no difference shown", ... */

/* Half of the interval's width relative to the estimate: 0.02 for 1.50 [1.47, 1.53]. */
double ratio_half_width(const struct interval *ratio);

/*
 * May a run stop at this look? The interval is as narrow as asked, and either
 * a difference is shown, or the interval lies wholly within precision of 1. So
 * a difference of twice the precision is as good as always found, and one of
 * 3 % at a precision of 2 % in 19 of 20 runs; a run does not end undecided
 * while there is time.
 */
bool ratio_enough(const struct interval *ratio, const struct interval *noise, double precision);

#endif
