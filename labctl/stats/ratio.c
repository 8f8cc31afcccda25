/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/ratio.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/dist.h"
#include "stats/summary.h"

/* Where a score is clipped, in typical distances. 1.3 to 3 were tried: docs/decisions/interval.md
 */
static const double CLIP = 2;

/*
 * What the looks cost: the share of the error that each single look may make.
 * Measured, for 2 to 16 looks in steps of 1.4 and stopping by ratio_enough.
 */
static const double LOOK_SHARE = 0.65;
static const double LOOK_STEP = 1.4;

struct blocks {
	const double *first, *again; /* again may be NULL */
	size_t n;
	double low, high; /* the extremes of all log ratios */
	double scale;     /* their typical distance from each other */
};

struct score {
	double sum, squares; /* over the blocks */
};

static double clipped(double distance)
{
	return fmin(fmax(distance, -CLIP), CLIP);
}

static struct score score_at(const struct blocks *b, double log_ratio)
{
	struct score score = {0};

	for (size_t i = 0; i < b->n; i++) {
		double z = clipped((b->first[i] - log_ratio) / b->scale);

		if (b->again)
			z = (z + clipped((b->again[i] - log_ratio) / b->scale)) / 2;
		score.sum += z;
		score.squares += z * z;
	}
	return score;
}

/* Extremes and scale; false where there is nothing to compute with. */
static bool blocks_measure(struct blocks *b)
{
	size_t count = b->again ? 2 * b->n : b->n;
	cleanup_free double *all = xreallocarray(NULL, count, sizeof(*all));

	memcpy(all, b->first, b->n * sizeof(*all));
	if (b->again)
		memcpy(all + b->n, b->again, b->n * sizeof(*all));
	for (size_t i = 0; i < count; i++)
		if (!isfinite(all[i]))
			return false;
	summary_sort(all, count);
	b->low = all[0];
	b->high = all[count - 1];
	b->scale = summary_mad(all, count);
	if (!(b->scale > 0)) /* more than half of them equal, as counts can be */
		b->scale = sqrt(summary_variance(all, count));
	return true;
}

/*
 * Where the standardised sum of scores falls to `level` between two ratios.
 * At `left` it lies above, at `right` not: fifty halvings leave 1e-15 of the range.
 */
static double find_level(const struct blocks *b, double left, double right, double level)
{
	for (int i = 0; i < 50; i++) {
		double middle = left + (right - left) / 2;
		struct score s = score_at(b, middle);

		if (s.sum > level * sqrt(s.squares))
			left = middle;
		else
			right = middle;
	}
	return left + (right - left) / 2;
}

void ratio_interval(const double *log_ratios, const double *again, size_t n, double confidence,
		    struct interval *out)
{
	struct blocks b = {.first = log_ratios, .again = again, .n = n};
	double critical = dist_normal_quantile((1 + confidence) / 2);

	*out = (struct interval){NAN, NAN, NAN, n};
	/* With all scores clipped on one side the standardised sum is sqrt(n), its maximum. */
	if (n < RATIO_MIN_BLOCKS || !(critical < sqrt((double)n)) || !blocks_measure(&b))
		return;
	if (!(b.scale > 0)) {
		out->estimate = out->low = out->high = exp(b.low);
		return;
	}
	double left = b.low - 2 * CLIP * b.scale, right = b.high + 2 * CLIP * b.scale;
	double centre = find_level(&b, left, right, 0);

	out->estimate = exp(centre);
	out->low = exp(find_level(&b, left, centre, critical));
	out->high = exp(find_level(&b, centre, right, -critical));
}

void ratio_plan_looks(size_t min_blocks, size_t max_blocks, double confidence, struct looks *out)
{
	size_t first = min_blocks < RATIO_MIN_BLOCKS ? RATIO_MIN_BLOCKS : min_blocks;
	size_t last = max_blocks < first ? first : max_blocks;
	double span = (double)last / (double)first;
	double step = fmax(LOOK_STEP, pow(span, 1.0 / (RATIO_MAX_LOOKS - 1)));

	*out = (struct looks){.count = 0};
	/* A look just before the last one would cost error and save nothing. */
	for (double at = (double)first; at * sqrt(step) < (double)last; at *= step)
		if (out->count < RATIO_MAX_LOOKS - 1)
			out->blocks[out->count++] = (size_t)(at + 0.5);
	out->blocks[out->count++] = last;
	for (size_t i = 0; i < out->count; i++)
		out->confidence[i] =
		    out->count == 1 ? confidence : 1 - LOOK_SHARE * (1 - confidence);
}

double ratio_look_confidence(const struct looks *looks, size_t blocks)
{
	size_t i = 0;

	while (i + 1 < looks->count && looks->blocks[i + 1] <= blocks)
		i++;
	return looks->confidence[i];
}

double ratio_noise_floor(const struct interval *noise)
{
	return isnan(noise->estimate) ? 0 : expm1(fabs(log(noise->estimate)));
}

double ratio_half_width(const struct interval *ratio)
{
	return expm1(log(ratio->high / ratio->low) / 2);
}

enum verdict ratio_verdict(const struct interval *ratio, const struct interval *noise,
			   double precision)
{
	double bar = 1 + ratio_noise_floor(noise);

	if (isnan(ratio->low) || isnan(ratio->high))
		return VERDICT_IMPRECISE;
	if (ratio->low > bar)
		return VERDICT_FASTER;
	if (ratio->high < 1 / bar)
		return VERDICT_SLOWER;
	return ratio_half_width(ratio) <= precision ? VERDICT_NO_DIFFERENCE : VERDICT_IMPRECISE;
}

const char *ratio_verdict_words(enum verdict verdict)
{
	static const char *const words[] = {
	    [VERDICT_FASTER] = "faster",
	    [VERDICT_SLOWER] = "slower",
	    [VERDICT_NO_DIFFERENCE] = "no difference shown",
	    [VERDICT_IMPRECISE] = "not precise enough",
	    [VERDICT_WRONG] = "wrong",
	    [VERDICT_FAILED] = "failed",
	};
	return words[verdict];
}

bool ratio_enough(const struct interval *ratio, const struct interval *noise, double precision)
{
	if (!(ratio_half_width(ratio) <= precision))
		return false;
	if (ratio_verdict(ratio, noise, precision) != VERDICT_NO_DIFFERENCE)
		return true;
	return ratio->low > 1 / (1 + precision) && ratio->high < 1 + precision;
}
