/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interval: the ways to put an interval around a ratio, side by side. Each is
 * given the same simulated blocks (tests/noise.h) of a program and its twin, at
 * fixed numbers of blocks, without looks; counted is how often the truth lies
 * outside the 95 % interval (5 % is right, more is a broken promise), and how
 * wide the interval is. docs/decisions/interval.md quotes the table.
 *
 * The peer of the row is the exact signed-rank interval: the narrowest one
 * that keeps the promise under every kind of noise without our second baseline.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../bootstrap.h"
#include "../noise.h"
#include "stats/dist.h"
#include "stats/summary.h"

enum { RUNS = 300, MAX_BLOCKS = 60 };

static const double CONFIDENCE = 0.95;

struct sample {
	double first[MAX_BLOCKS], again[MAX_BLOCKS]; /* log ratios */
	double sorted[MAX_BLOCKS];                   /* the first ones */
	size_t n;
	uint64_t seed;
};

struct bounds {
	double low, high; /* log scale */
};

typedef struct bounds method(const struct sample *s);

/* --- the candidates ------------------------------------------------------------------ */

static struct bounds around(double centre, double error, double degrees)
{
	double reach = error * dist_t_quantile((1 + CONFIDENCE) / 2, degrees);

	return (struct bounds){centre - reach, centre + reach};
}

static double mean_of(const double *x, size_t n, void *arg)
{
	(void)arg;
	return summary_mean(x, n);
}

static double mean_error(const double *x, size_t n, void *arg)
{
	(void)arg;
	return sqrt(summary_variance(x, n) / (double)n);
}

static double trimmed_of(const double *x, size_t n, void *arg)
{
	(void)arg;
	return summary_trimmed_mean(x, n, 0.2);
}

/* Yuen's standard error of the trimmed mean. */
static double trimmed_error(const double *x, size_t n, void *arg)
{
	double kept = (double)(n - 2 * (size_t)((double)n * 0.2));

	(void)arg;
	return sqrt(summary_winsorised_variance(x, n, 0.2) * (double)(n - 1) / (kept * (kept - 1)));
}

static struct bounds student(const struct sample *s)
{
	return around(mean_of(s->first, s->n, NULL), mean_error(s->first, s->n, NULL),
		      (double)s->n - 1);
}

static struct bounds yuen(const struct sample *s)
{
	size_t kept = s->n - 2 * (size_t)((double)s->n * 0.2);

	return around(trimmed_of(s->sorted, s->n, NULL), trimmed_error(s->sorted, s->n, NULL),
		      (double)kept - 1);
}

/* Of the baseline's mean over both copies: narrow, and wild where noise is skewed. */
static struct bounds student_both(const struct sample *s)
{
	double mean[MAX_BLOCKS];

	for (size_t i = 0; i < s->n; i++)
		mean[i] = (s->first[i] + s->again[i]) / 2;
	return around(mean_of(mean, s->n, NULL), mean_error(mean, s->n, NULL), (double)s->n - 1);
}

/*
 * Where Wilcoxon's signed-rank statistic has the chance `tail`: each rank is in
 * the sum or not, so the distribution is a product of n two-point ones. Between
 * two whole numbers, by their chances.
 */
static double signed_rank_quantile(size_t n, double tail)
{
	static double chance[MAX_BLOCKS * (MAX_BLOCKS + 1) / 2 + 1];
	size_t top = 0, k = 0;
	double below = 0;

	memset(chance, 0, sizeof(chance));
	chance[0] = 1;
	for (size_t rank = 1; rank <= n; rank++) {
		top += rank;
		for (size_t s = top + 1; s-- > 0;)
			chance[s] = (chance[s] + (s >= rank ? chance[s - rank] : 0)) / 2;
	}
	while (below + chance[k] <= tail)
		below += chance[k++];
	return (double)k + (tail - below) / chance[k];
}

static double walsh_between(const double *sorted, size_t n, double k)
{
	double low = summary_walsh(sorted, n, (size_t)k), share = k - floor(k);

	return share > 0 ? low + share * (summary_walsh(sorted, n, (size_t)k + 1) - low) : low;
}

static struct bounds signed_rank(const struct sample *s)
{
	static size_t known_n;
	static double known;

	if (known_n != s->n) {
		known = signed_rank_quantile(s->n, (1 - CONFIDENCE) / 2);
		known_n = s->n;
	}
	double last = (double)(s->n * (s->n + 1) / 2 + 1);

	return (struct bounds){walsh_between(s->sorted, s->n, known),
			       walsh_between(s->sorted, s->n, last - known)};
}

/* Flipping signs at random, turned round: quantiles of the means of random subsets (Hartigan). */
static struct bounds sign_flip(const struct sample *s)
{
	enum { SUBSETS = 999 };
	double means[SUBSETS];
	struct rng rng;

	rng_init(&rng, s->seed);
	for (size_t k = 0; k < SUBSETS;) {
		uint64_t bits = rng_u64(&rng);
		double sum = 0, count = 0;

		for (size_t i = 0; i < s->n; i++) {
			sum += bits >> i & 1 ? s->first[i] : 0;
			count += (double)(bits >> i & 1);
		}
		if (count > 0)
			means[k++] = sum / count;
	}
	summary_sort(means, SUBSETS);
	size_t cut = (size_t)((1 - CONFIDENCE) / 2 * (SUBSETS + 1));

	return (struct bounds){means[cut - 1], means[SUBSETS - cut]};
}

static struct bounds of_bootstrap(struct bootstrap_bounds b)
{
	return (struct bounds){b.low, b.high};
}

static struct bounds bootstrap_t(const struct sample *s)
{
	return of_bootstrap(
	    bootstrap_student(s->first, s->n, mean_of, mean_error, NULL, 999, CONFIDENCE, s->seed));
}

static struct bounds bootstrap_t_trimmed(const struct sample *s)
{
	return of_bootstrap(bootstrap_student(s->first, s->n, trimmed_of, trimmed_error, NULL, 999,
					      CONFIDENCE, s->seed));
}

static struct bounds bca(const struct sample *s)
{
	return of_bootstrap(bootstrap_bca(s->first, s->n, mean_of, NULL, 999, CONFIDENCE, s->seed));
}

static struct bounds bca_trimmed(const struct sample *s)
{
	return of_bootstrap(
	    bootstrap_bca(s->first, s->n, trimmed_of, NULL, 999, CONFIDENCE, s->seed));
}

static struct bounds score(const struct sample *s, const double *again)
{
	struct interval i;

	ratio_interval(s->first, again, s->n, CONFIDENCE, &i);
	return (struct bounds){log(i.low), log(i.high)};
}

static struct bounds score_single(const struct sample *s)
{
	return score(s, NULL);
}

static struct bounds score_both(const struct sample *s)
{
	return score(s, s->again);
}

static const struct candidate {
	const char *name;
	method *interval;
} candidates[] = {
    {"t, mean", student},
    {"t, mean of both baselines", student_both},
    {"t, trimmed mean (Yuen)", yuen},
    {"signed rank, exact", signed_rank},
    {"sign flips of the mean", sign_flip},
    {"bootstrap-t, mean", bootstrap_t},
    {"bootstrap-t, trimmed mean", bootstrap_t_trimmed},
    {"BCa, mean", bca},
    {"BCa, trimmed mean", bca_trimmed},
    {"clipped score", score_single},
    {"clipped score, both baselines", score_both},
};
enum { CANDIDATES = ARRAY_SIZE(candidates), PEER = 3, OURS = CANDIDATES - 1 };

/* --- the comparison ---------------------------------------------------------------------- */

struct outcome {
	double missed;    /* share of all runs, truth outside */
	double worst;     /* of the kind of noise with most */
	double log_width; /* mean over all runs */
};

static void draw(const struct noise_kind *kind, size_t n, uint64_t seed, struct sample *s)
{
	struct noise noise;
	struct rng rng;

	rng_init(&rng, seed);
	noise_init(&noise, kind, &rng);
	s->n = n;
	s->seed = seed;
	for (size_t i = 0; i < n; i++) {
		struct noise_block b = noise_next_block(&noise, 1);

		s->sorted[i] = s->first[i] = b.baseline - b.variant;
		s->again[i] = b.again - b.variant;
	}
	summary_sort(s->sorted, n);
}

static void compare(size_t n, struct outcome *out)
{
	for (size_t k = 0; k < NOISE_KINDS; k++) {
		double missed[CANDIDATES] = {0};

		for (size_t run = 0; run < RUNS; run++) {
			struct sample s;

			draw(&noise_kinds[k], n, run * 7919 + k, &s);
			for (size_t c = 0; c < CANDIDATES; c++) {
				struct bounds b = candidates[c].interval(&s);

				missed[c] += !(b.low <= 0 && 0 <= b.high);
				out[c].log_width +=
				    log(fmax(b.high - b.low, 1e-9) / 2) / (RUNS * NOISE_KINDS);
			}
		}
		for (size_t c = 0; c < CANDIDATES; c++) {
			out[c].missed += missed[c] / (RUNS * NOISE_KINDS);
			out[c].worst = fmax(out[c].worst, missed[c] / RUNS);
		}
	}
}

int main(void)
{
	static const size_t sizes[] = {8, 12, 20, 60};
	struct outcome out[ARRAY_SIZE(sizes)][CANDIDATES] = {{{0}}};
	double wider = 0;

	printf("| interval | 8 blocks: missed (worst kind), half-width | 12 | 20 | 60 |\n"
	       "|---|---|---|---|---|\n");
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		compare(sizes[i], out[i]);
	for (size_t c = 0; c < CANDIDATES; c++) {
		printf("| %s ", candidates[c].name);
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
			printf("| %.1f %% (%.1f), %.2f %% ", 100 * out[i][c].missed,
			       100 * out[i][c].worst, 100 * exp(out[i][c].log_width));
		printf("|\n");
	}
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		wider += (out[i][OURS].log_width - out[i][PEER].log_width) / ARRAY_SIZE(sizes);
	double ours = 100 * exp(out[2][OURS].log_width), peer = 100 * exp(out[2][PEER].log_width);

	printf("row interval-width %.2f%% %.2f%% %.2fx <=0.9x %s\n", ours, peer, exp(wider),
	       exp(wider) <= 0.9 ? "ok" : "short");
	return exp(wider) > 0.9;
}
