/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "bench/noise.h"
#include "bench/plan.h"

static struct plan plan_of(uint64_t seed, size_t entries)
{
	return (struct plan){.seed = seed, .entry_count = entries};
}

static void block_holds_each_entry_once(void **state)
{
	(void)state;
	const struct plan plan = plan_of(7, 9);

	for (size_t index = 0; index < 50; index++) {
		struct plan_block block;
		bool seen[9] = {false};

		plan_block(&plan, index, &block);
		for (size_t i = 0; i < 9; i++) {
			assert_false(seen[block.slots[i].entry]);
			seen[block.slots[i].entry] = true;
		}
	}
}

/* Each of 4 entries in each of 4 places: 1,000 blocks give 250 +- 5 standard deviations. */
static void every_order_is_as_likely(void **state)
{
	(void)state;
	const struct plan plan = plan_of(12345, 4);
	int count[4][4] = {{0}};

	for (size_t index = 0; index < 1000; index++) {
		struct plan_block block;

		plan_block(&plan, index, &block);
		for (size_t i = 0; i < 4; i++)
			count[block.slots[i].entry][i]++;
	}
	for (size_t entry = 0; entry < 4; entry++)
		for (size_t place = 0; place < 4; place++)
			assert_in_range(count[entry][place], 250 - 68, 250 + 68);
}

static void same_seed_same_block(void **state)
{
	(void)state;
	const struct plan plan = plan_of(99, 6);
	struct plan_block a;
	struct plan_block b;

	plan_block(&plan, 5, &a);
	plan_block(&plan, 4, &b); /* what was asked before does not matter */
	plan_block(&plan, 5, &b);
	assert_int_equal(a.input_seed, b.input_seed);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(a.slots[i].entry, b.slots[i].entry);
		assert_int_equal(a.slots[i].layout_seed, b.slots[i].layout_seed);
	}
}

static void other_seed_other_inputs(void **state)
{
	(void)state;
	const struct plan one = plan_of(1, 3);
	const struct plan two = plan_of(2, 3);
	struct plan_block a;
	struct plan_block b;

	plan_block(&one, 1, &a);
	plan_block(&two, 1, &b);
	assert_int_not_equal(a.input_seed, b.input_seed);
}

static void inputs_come_round(void **state)
{
	(void)state;
	const struct plan plan = plan_of(3, 3);
	struct plan_block first;
	struct plan_block next;
	struct plan_block again;

	plan_block(&plan, 1, &first);
	plan_block(&plan, 2, &next);
	plan_block(&plan, 1 + PLAN_INPUTS, &again);
	assert_int_not_equal(first.input_seed, next.input_seed);
	assert_int_equal(first.input_seed, again.input_seed);
	assert_int_equal(first.input, again.input);
}

static void layout_varies_between_samples(void **state)
{
	(void)state;
	const struct plan plan = plan_of(4, 8);
	struct plan_block block;

	plan_block(&plan, 1, &block);
	for (size_t i = 1; i < 8; i++) {
		assert_int_not_equal(plan_hash_seed(block.slots[0].layout_seed),
				     plan_hash_seed(block.slots[i].layout_seed));
		assert_in_range(plan_pad_bytes(block.slots[i].layout_seed), 0, PLAN_PAD_MAX);
	}
}

static void choose(const char *allowed_list, struct limits limits, const char *want,
		   const char *want_own)
{
	uint64_t allowed[16];
	cleanup_free char *cpuset = NULL;
	cleanup_free char *own = NULL;
	struct err e = {0};

	assert_true(noise_parse_cpus(allowed_list, allowed));
	assert_int_equal(plan_choose_cpus(&limits, allowed, &cpuset, &own, &e), 0);
	assert_string_equal(cpuset, want);
	if (want_own)
		assert_string_equal(own, want_own);
	else
		assert_null(own);
}

static void last_cpus_go_to_the_samples(void **state)
{
	(void)state;
	choose("0-3", (struct limits){.cpu = 1}, "3", "2,1,0");
	choose("0-3", (struct limits){.cpu = 2}, "3,2", "1,0");
	choose("0-1", (struct limits){.cpu = 0.5}, "1", "0");
	choose("0-1", (struct limits){.cpu = 2}, "1,0", NULL);
}

static void chosen_by_hand_wins(void **state)
{
	(void)state;
	char by_hand[] = "0";

	choose("0-1", (struct limits){.cpu = 1, .cpuset = by_hand}, "0", "1");
}

static void too_few_cpus_is_the_hosts_fault(void **state)
{
	(void)state;
	const struct limits limits = {.cpu = 4};
	uint64_t allowed[16];
	char *cpuset = NULL;
	char *own = NULL;
	struct err e = {0};

	assert_true(noise_parse_cpus("0-1", allowed));
	assert_int_equal(plan_choose_cpus(&limits, allowed, &cpuset, &own, &e), -1);
	assert_int_equal(e.kind, ERR_HOST);
	assert_string_equal(e.hint, "lower the limit with --cpu 2");
}

UNIT_TESTS(unit(block_holds_each_entry_once), unit(every_order_is_as_likely),
	   unit(same_seed_same_block), unit(other_seed_other_inputs), unit(inputs_come_round),
	   unit(layout_varies_between_samples), unit(last_cpus_go_to_the_samples),
	   unit(chosen_by_hand_wins), unit(too_few_cpus_is_the_hosts_fault))
