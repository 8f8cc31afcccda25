/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A block holds the baseline (A), its second copy (A') and each variant once,
 * in an order drawn anew for every block: drift and slow neighbours then fall
 * on all alike, and A'/A shows how far two equal things came out apart.
 *
 * The generator of block i is seeded with a mix of the run's seed and i. So a
 * run that stopped early, one that measured samples again, and a replay agree on what
 * block i is.
 */
#include "bench/plan.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "bench/noise.h"
#include "sandbox/cpus.h"

/* Weyl increment of splitmix64: neighbouring indices give unrelated generators. */
static const uint64_t BLOCK_STEP = 0x9e3779b97f4a7c15;
static const uint64_t INPUT_STREAM = 0xd1b54a32d192ed03;

static bool has_cpu(const uint64_t cpus[16], size_t cpu)
{
	return cpus[cpu / 64] >> (cpu % 64) & 1;
}

static void print_cpus(const size_t *cpus, size_t count, char **out)
{
	cleanup(str_done) struct str text = STR_INIT;

	for (size_t i = 0; i < count; i++)
		str_addf(&text, "%s%zu", i ? "," : "", cpus[i]);
	*out = str_take(&text);
}

int plan_choose_cpus(const struct limits *limits, const uint64_t allowed[16], char **cpuset,
		     char **own_cpuset, struct err *e)
{
	enum { CPUS = 1024 };
	size_t theirs[CPUS];
	size_t ours[CPUS];
	size_t their_count = 0;
	size_t our_count = 0;
	size_t want = limits->cpu > 0 ? (size_t)ceil(limits->cpu) : 1;
	uint64_t chosen[16];

	if (limits->cpuset && !noise_parse_cpus(limits->cpuset, chosen))
		return fail(e, ERR_SPEC, 0, "choose CPUs: '%s' is not a list like 0-1,3",
			    limits->cpuset);
	for (size_t cpu = CPUS; cpu-- > 0;) {
		if (!has_cpu(allowed, cpu)) {
			if (limits->cpuset && has_cpu(chosen, cpu))
				return fail(e, ERR_HOST, 0,
					    "choose CPUs: CPU %zu of '%s' is not one this process "
					    "may use",
					    cpu, limits->cpuset);
			continue;
		}
		if (limits->cpuset ? has_cpu(chosen, cpu) : their_count < want)
			theirs[their_count++] = cpu;
		else
			ours[our_count++] = cpu;
	}
	if (!limits->cpuset && their_count < want) {
		fail(e, ERR_HOST, 0, "choose CPUs: the limits grant %g, this host has %zu",
		     limits->cpu, their_count);
		return hint(e, "lower the limit with --cpu %zu", their_count);
	}
	print_cpus(theirs, their_count, cpuset);
	*own_cpuset = NULL;
	if (our_count > 0)
		print_cpus(ours, our_count, own_cpuset);
	return 0;
}

static int read_allowed_cpus(uint64_t cpus[16], struct err *e)
{
	cpu_set_t set;

	if (cpus_allowed(&set, e))
		return -1;
	memset(cpus, 0, 16 * sizeof(cpus[0]));
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus[cpu / 64] |= UINT64_C(1) << (cpu % 64);
	return 0;
}

int plan_fit_host(struct limits *limits, struct strv *warnings, struct err *e)
{
	cpu_set_t set;

	if (cpus_allowed(&set, e))
		return -1;
	if (limits->cpuset || limits->cpu <= CPU_COUNT(&set))
		return 0;
	strv_addf(warnings, "Asked for are %g CPUs, this host has %d: measured on %d.", limits->cpu,
		  CPU_COUNT(&set), CPU_COUNT(&set));
	limits->cpu = CPU_COUNT(&set);
	return 0;
}

int plan_init(struct plan *p, size_t variant_count, const struct limits *limits, struct err *e)
{
	uint64_t allowed[16];

	if (variant_count + 1 > PLAN_ENTRIES_MAX)
		return fail(e, ERR_USAGE, 0, "plan a run of %zu variants: at most %d fit one block",
			    variant_count, PLAN_ENTRIES_MAX - 1);
	p->entries[0] = (struct plan_entry){.variant = 0};
	p->entries[1] = (struct plan_entry){.variant = 0, .again = true};
	for (size_t i = 1; i < variant_count; i++)
		p->entries[1 + i] = (struct plan_entry){.variant = i};
	p->entry_count = variant_count + 1;
	p->quota = limits->cpu > 0 && limits->cpu != floor(limits->cpu);
	p->cpuset = NULL;
	p->own_cpuset = NULL;
	ratio_plan_looks(p->min_blocks, p->max_blocks, p->confidence, &p->looks);
	if (read_allowed_cpus(allowed, e))
		return -1;
	return plan_choose_cpus(limits, allowed, &p->cpuset, &p->own_cpuset, e);
}

void plan_done(struct plan *p)
{
	free(take_ptr(p->cpuset));
	free(take_ptr(p->own_cpuset));
}

void plan_block(const struct plan *p, size_t index, struct plan_block *out)
{
	struct rng rng;
	size_t order[PLAN_ENTRIES_MAX];

	out->input = index % PLAN_INPUTS;
	rng_init(&rng, p->seed ^ (INPUT_STREAM * (out->input + 1)));
	out->input_seed = rng_u64(&rng) >> 11; /* JSON numbers are exact to 53 bits */

	rng_init(&rng, p->seed + BLOCK_STEP * (index + 1));
	for (size_t i = 0; i < p->entry_count; i++)
		order[i] = i;
	rng_shuffle(&rng, order, p->entry_count);
	for (size_t i = 0; i < p->entry_count; i++)
		out->slots[i] = (struct plan_slot){.entry = order[i], .layout_seed = rng_u64(&rng)};
}

uint32_t plan_hash_seed(uint64_t layout_seed)
{
	return (uint32_t)(layout_seed >> 32);
}

size_t plan_pad_bytes(uint64_t layout_seed)
{
	return (size_t)(layout_seed & UINT32_MAX) % (PLAN_PAD_MAX + 1);
}

static void print_order(const struct plan *p, const struct result *record, size_t index,
			struct str *out)
{
	struct plan_block block;

	plan_block(p, index, &block);
	str_addf(out, "  block %zu, input %zu:", index + 1, block.input + 1);
	for (size_t i = 0; i < p->entry_count; i++) {
		const struct plan_entry *entry = &p->entries[block.slots[i].entry];

		str_addf(out, " %s%s", record->variants[entry->variant].name,
			 entry->again ? "'" : "");
	}
	str_addc(out, '\n');
}

void plan_print(const struct plan *p, const struct result *record, struct str *out)
{
	char budget[32];

	str_addf(out, "%s, size %s\n", record->exercise, record->size);
	str_addf(out, "  seed       %llu\n", (unsigned long long)p->seed);
	str_addf(out, "  CPUs       %s for the samples, %s for labctl\n", p->cpuset,
		 p->own_cpuset ? p->own_cpuset : "the same");
	str_addf(
	    out, "  budget     %s, at most %zu blocks; one sample in %d may be measured again\n",
	    str_human_ns(p->budget_ns, budget, sizeof(budget)), p->max_blocks, PLAN_REPEAT_DIVISOR);
	str_addf(out, "  precision  %.1f%%%s; may stop after", 100 * p->precision,
		 p->exact ? "" : ", less for large ratios");
	for (size_t i = 0; i < p->looks.count; i++)
		str_addf(out, " %zu", p->looks.blocks[i]);
	str_add(out, " blocks\n");
	for (size_t i = 0; i < 3; i++)
		print_order(p, record, i, out);
}
