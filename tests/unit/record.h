/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_TESTS_RECORD_H
#define LABCTL_TESTS_RECORD_H

/* Made-up records for the tests of bench/: a baseline of 200 ms and one variant. */

#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "spec/result.h"

/* A record without samples: the baseline and a variant, looks at 6, 12 and 24 blocks. */
static inline void record_init(struct result *r, const char *variant)
{
	static const int64_t looks[] = {6, 12, 24};

	*r = (struct result){.exercise = xstrdup("algorithm"),
			     .size = xstrdup("small"),
			     .measure = xstrdup("time"),
			     .stopped = xstrdup("precise"),
			     .duration_ns = 12 * NS_PER_S};
	r->limits.cpu = 1;
	r->limits.memory_bytes = 128 << 20;
	r->limits.cpuset = xstrdup("1");
	r->plan = (struct result_plan){.seed = 42, .precision = 0.02, .confidence = 0.95};
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		*result_add_look(r) = (struct result_look){looks[i], 0.9675};
	result_add_variant(r)->name = xstrdup("baseline");
	result_add_variant(r)->name = xstrdup(variant);
}

static inline struct result_sample *record_add(struct result *r, int64_t block, int64_t variant,
					       bool again, double ms)
{
	struct result_sample *s = result_add_sample(r);

	s->block = block;
	s->variant = variant;
	s->again = again;
	s->wall_ns = llround(ms * 1e6);
	s->batch = 1;
	s->usage.cpu_ns = s->total_cpu_ns = s->wall_ns;
	s->usage.anon_peak_bytes = 6 << 20;
	s->usage.memory_peak_bytes = 7 << 20;
	return s;
}

/* Blocks first..last with 1 % of noise; the variant takes 200 ms / ratio. */
static inline void record_fill(struct result *r, int64_t first, int64_t last, double ratio)
{
	struct rng rng;

	rng_init(&rng, 7);
	for (int64_t block = first; block <= last; block++) {
		record_add(r, block, 0, false, 200 * (1 + 0.01 * rng_normal(&rng)));
		record_add(r, block, 1, false, 200 / ratio * (1 + 0.01 * rng_normal(&rng)));
		record_add(r, block, 0, true, 200 * (1 + 0.01 * rng_normal(&rng)));
	}
}

#endif
