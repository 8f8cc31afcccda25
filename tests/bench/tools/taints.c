/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taints: what to do about a disturbed sample. Prints the table of
 * docs/decisions/taints.md: for each rule, on simulated runs that all have time
 * for the same number of samples, how often the interval misses the true ratio
 * and how wide it is.
 */

#include <stdio.h>

#include "../../noise-recorded.h"
#include "../../noise.h"
#include "bench/plan.h"

static const double CONFIDENCE = 0.95;

enum rule { RULE_KEEP, RULE_SAMPLE, RULE_BLOCK, RULES };

static const char *const rule_names[] = {"used as it is", "measured again, alone",
					 "its whole block again"};

struct course { /* of one simulated run of a block of `entries`, of which three are looked at */
	struct noise noise;
	struct rng rng;
	enum rule rule;
	size_t entries, samples, repeats;
	double ratio;
};

static double course_sample(struct course *c, size_t entry)
{
	c->samples++;
	return noise_slot(&c->noise, entry == 2 ? c->ratio : 1);
}

/* As block.c: at most one sample in so many is a repeat. */
static bool may_repeat(const struct course *c, size_t more)
{
	return c->repeats + more <= 1 + c->samples / PLAN_REPEAT_DIVISOR;
}

static struct noise_block course_block(struct course *c)
{
	size_t order[PLAN_ENTRIES_MAX];
	double times[PLAN_ENTRIES_MAX];
	bool disturbed[PLAN_ENTRIES_MAX];
	bool any = false;

	for (size_t i = 0; i < c->entries; i++)
		order[i] = i;
	rng_shuffle(&c->rng, order, c->entries);
	for (size_t i = 0; i < c->entries; i++) {
		times[order[i]] = course_sample(c, order[i]);
		disturbed[order[i]] = c->noise.disturbed;
		any |= c->noise.disturbed;
	}
	if (any && c->rule == RULE_BLOCK && may_repeat(c, c->entries)) {
		c->repeats += c->entries;
		return course_block(c);
	}
	for (size_t i = 0; i < c->entries && c->rule == RULE_SAMPLE; i++) {
		if (!disturbed[order[i]] || !may_repeat(c, 1))
			continue;
		c->repeats++;
		times[order[i]] = course_sample(c, order[i]);
	}
	return (struct noise_block){times[0], times[1], times[2]};
}

/* A run that has time for so many samples, however many blocks that comes to. */
static struct interval course_run(const struct noise_kind *kind, enum rule rule, size_t entries,
				  size_t samples, double ratio, uint64_t seed)
{
	struct course c = {.rule = rule, .entries = entries, .ratio = ratio};
	double first[NOISE_MAX_BLOCKS], again[NOISE_MAX_BLOCKS];
	struct interval out;
	size_t n = 0;

	rng_init(&c.rng, seed);
	noise_init(&c.noise, kind, &c.rng);
	while (c.samples + entries <= samples && n < NOISE_MAX_BLOCKS) {
		struct noise_block b = course_block(&c);

		first[n] = b.baseline - b.variant;
		again[n++] = b.again - b.variant;
	}
	ratio_interval(first, again, n, CONFIDENCE, &out);
	return out;
}

static void print_rule(enum rule rule, size_t entries, double ratio)
{
	enum { BLOCKS = 20, RUNS = 1000 };
	double missed = 0, worst = 0, width = 0, runs = 0;
	const char *where = "";

	for (size_t k = 0; k < noise_all_count; k++) {
		double missed_here = 0;

		for (size_t i = 0; i < RUNS; i++) {
			struct interval r = course_run(&noise_all[k], rule, entries,
						       BLOCKS * entries, ratio, 104729 * i + k);

			missed_here += !(r.low <= ratio && ratio <= r.high);
			width += log(log(r.high / r.low) / 2);
			runs++;
		}
		missed += missed_here;
		if (100 * missed_here / RUNS > worst) {
			worst = 100 * missed_here / RUNS;
			where = noise_all[k].name;
		}
	}
	printf("| %zu | %s | %.2f | %.1f %% (%.1f, %s) | %.2f %% |\n", entries, rule_names[rule],
	       ratio, 100 * missed / runs, worst, where, 100 * exp(width / runs));
	fflush(stdout);
}

int main(void)
{
	static const size_t entries[] = {3, 9};
	static const double ratios[] = {1, 1.1};

	noise_load_all();
	printf("| entries | a disturbed sample is | true ratio | missed (worst, where) | "
	       "half-width |\n|---|---|---|---|---|\n");
	for (size_t e = 0; e < ARRAY_SIZE(entries); e++)
		for (size_t r = 0; r < ARRAY_SIZE(ratios); r++)
			for (int rule = 0; rule < RULES; rule++)
				print_rule((enum rule)rule, entries[e], ratios[r]);
	return 0;
}
