/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/sweep-scaling.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench/figures.h"
#include "stats/amdahl.h"

static const double CONFIDENCE = 0.95;

struct line { /* what the law is laid through: one entry a block */
	double *cpus, *times;
	size_t n;
};

static double cpus_of(const struct sweep *s, const struct sweep_point *p)
{
	struct limits l = LIMITS_NONE;

	sweep_limits(s, p, &l);
	return l.cpu;
}

/* The sample of a block that counts; NULL: it has none, or none that is ok. */
static const struct result_sample *sample_of(const struct result *r, int64_t block, int64_t variant)
{
	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];

		if (s->block == block && s->variant == variant && !s->again &&
		    s->ending == ENDING_OK && figures_counts(r, i))
			return s;
	}
	return NULL;
}

static void add_blocks(struct line *line, const struct result *r, int64_t variant, double cpus)
{
	for (size_t i = 0; i < r->sample_count; i++) {
		const struct result_sample *s = &r->samples[i];
		const struct result_sample *baseline;

		if (s->variant != variant || sample_of(r, s->block, variant) != s)
			continue;
		baseline = sample_of(r, s->block, 0);
		if (!baseline || baseline->wall_ns <= 0)
			continue;
		line->cpus = xreallocarray(line->cpus, line->n + 1, sizeof(*line->cpus));
		line->times = xreallocarray(line->times, line->n + 1, sizeof(*line->times));
		line->cpus[line->n] = cpus;
		line->times[line->n++] = (double)s->wall_ns / (double)baseline->wall_ns;
	}
}

static void fit_variant(struct sweep *s, const char *variant)
{
	struct line line = {0};
	struct amdahl law;

	for (size_t i = 0; i < s->point_count; i++) {
		const struct sweep_point *p = &s->points[i];
		double cpus = cpus_of(s, p);
		const struct result_figure *f =
		    p->run_count ? figures_find(p->runs, variant) : NULL;

		if (f && cpus >= 1)
			add_blocks(&line, p->runs, f->variant, cpus);
	}
	if (amdahl_fit(line.cpus, line.times, line.n, CONFIDENCE, &law)) {
		struct sweep_fit *fit = sweep_add_fit(s);

		*fit = (struct sweep_fit){.variant = xstrdup(variant),
					  .serial = law.serial,
					  .low = law.low,
					  .high = law.high,
					  .one = law.one,
					  .n = (int64_t)line.n};
	}
	free(line.cpus);
	free(line.times);
}

void sweep_scaling_fit(struct sweep *s)
{
	const struct result *first = NULL;

	for (size_t i = 0; i < s->fit_count; i++)
		free(s->fits[i].variant);
	s->fit_count = 0;
	if (s->axis_count != 1 || !sweep_has_axis(s, "cpu"))
		return;
	for (size_t i = 0; i < s->point_count && !first; i++)
		first = s->points[i].run_count ? s->points[i].runs : NULL;
	for (size_t v = 1; first && v < first->variant_count; v++)
		fit_variant(s, first->variants[v].name);
}

bool sweep_scaling_speed(const struct sweep *s, const struct sweep_point *p, const char *variant,
			 struct sweep_speed *out)
{
	const struct result_figure *f = p->run_count ? figures_find(p->runs, variant) : NULL;
	double cpus = cpus_of(s, p);

	if (!f || cpus < 1 || isnan(f->ratio.estimate) || f->ratio.estimate <= 0)
		return false;
	int64_t services = f->service_cpu_ns > 0 ? f->service_cpu_ns : 0;

	*out =
	    (struct sweep_speed){.cpus = cpus,
				 .speedup = f->ratio.estimate,
				 .efficiency = f->ratio.estimate / cpus,
				 .cpu_seconds = (double)(f->cpu_ns + services) / (double)NS_PER_S};
	return true;
}
