/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/batch.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench/counters.h"

/* ---- how many calls ---- */

static int64_t wanted(const struct batch_cost *c)
{
	int64_t calls = c->wall_ns > 0 ? (BATCH_SAMPLE_NS + c->wall_ns - 1) / c->wall_ns : 1;

	return calls < BATCH_MAX ? calls : BATCH_MAX;
}

int64_t batch_choose(const struct batch_cost *costs, size_t count, int64_t spare_ns, int64_t *calls)
{
	int64_t extra = 0;
	int64_t added = 0;

	for (size_t i = 0; i < count; i++)
		extra += (wanted(&costs[i]) - 1) * costs[i].whole_ns;
	double share = spare_ns >= extra ? 1 : spare_ns > 0 ? (double)spare_ns / (double)extra : 0;

	for (size_t i = 0; i < count; i++) {
		calls[i] = 1 + (int64_t)(share * (double)(wanted(&costs[i]) - 1));
		added += (calls[i] - 1) * costs[i].whole_ns;
	}
	return added;
}

/* What the variant's sample of block 1 took; zero where there is none that counts. */
static struct batch_cost cost_of(const struct run *r, size_t variant)
{
	for (size_t i = r->record.sample_count; i-- > 0;) {
		const struct result_sample *s = &r->record.samples[i];

		if (s->block == 1 && s->variant == (int64_t)variant && s->ending == ENDING_OK)
			return (struct batch_cost){s->wall_ns, r->variants[variant].whole_ns};
	}
	return (struct batch_cost){0, 0};
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t batch_plan(struct run *r, int64_t block_ns, int64_t left_ns)
{
	size_t count = r->record.variant_count;
	cleanup_free struct batch_cost *costs = xcalloc(count, sizeof(*costs));
	cleanup_free int64_t *calls = xcalloc(count, sizeof(*calls));
	int64_t spare = smaller(block_ns / BATCH_SHARE, left_ns / BATCH_BLOCKS - block_ns);

	if (r->exercise->measure != MEASURE_TIME)
		return 0;
	for (size_t i = 1; i < count; i++)
		costs[i] = cost_of(r, i);
	int64_t added = batch_choose(costs, count, spare, calls);

	for (size_t i = 0; i < count; i++)
		r->variants[i].calls = r->record.variants[i].calls = calls[i];
	return added;
}

/* ---- the calls of one sample ---- */

static void add_time(struct result_sample *s, int64_t wall_ns)
{
	if (!s->calls_ns)
		s->calls_ns = json_array();
	json_array_append_new(s->calls_ns, json_integer(wall_ns));
}

static void add_service(struct result_service *sum, const struct result_service *call)
{
	json_t *both = counters_sum(sum->counters, call->counters);

	usage_add(&sum->usage, &call->usage);
	json_decref(sum->counters);
	sum->counters = both;
}

/* Of kinds that the sample has already one is enough. */
static void add_taint(struct strv *taints, const char *taint)
{
	if (!strv_has(taints, taint))
		strv_add(taints, taint);
}

void batch_add(struct result_sample *sum, const struct result_sample *call)
{
	int64_t n = sum->batch;

	if (n == 1)
		add_time(sum, sum->wall_ns);
	add_time(sum, call->wall_ns);
	sum->batch = n + 1;
	sum->wall_ns += call->wall_ns;
	sum->measured_ns += call->measured_ns;
	sum->start_ns = (sum->start_ns * n + call->start_ns) / (n + 1);
	sum->setup_ns = (sum->setup_ns * n + call->setup_ns) / (n + 1);
	usage_add(&sum->usage, &call->usage);
	usage_io_add(&sum->io, &call->io);
	sum->total_cpu_ns += call->total_cpu_ns;
	sum->own_cpu_ns += call->own_cpu_ns;
	for (size_t i = 0; i < sum->service_count && i < call->service_count; i++)
		add_service(&sum->services[i], &call->services[i]);
	for (size_t i = 0; i < call->taints.len; i++)
		add_taint(&sum->taints, call->taints.items[i]);
	if (call->ending == ENDING_OK)
		return;
	sum->ending = call->ending;
	free(sum->words);
	sum->words = xstrdup(call->words);
}
