/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/mem.h"
#include "sandbox/slot.h"

static void reads_names(void **state)
{
	uint64_t generation;
	int number;

	(void)state;
	assert_true(slot_parse("exec.3-17", &number, &generation));
	assert_int_equal(number, 3);
	assert_int_equal(generation, 17);
	assert_true(slot_parse("a.b-c.0-18446744073709551615", &number, &generation));
	assert_int_equal(number, 0);
	assert_true(generation == UINT64_MAX);
}

static void passes_over_other_names(void **state)
{
	static const char *const names[] = {"",
					    "labs",
					    "exec.3",
					    "exec.-17",
					    "exec.3-",
					    "exec.x-17",
					    "exec.3-1x",
					    "exec.3.17",
					    "exec.4093-17",
					    "exec.-1-17",
					    "exec.3--1",
					    "exec.+3-17",
					    "exec.3-99999999999999999999999"};
	uint64_t generation;
	int number;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_false(slot_parse(names[i], &number, &generation));
}

static void gives_ranges_that_do_not_meet(void **state)
{
	const struct slot first = {.number = 0}, second = {.number = 1},
			  last = {.number = SLOT_MAX - 1};

	(void)state;
	assert_int_equal(slot_first_id(&second) - slot_first_id(&first), SLOT_IDS);
	assert_true(slot_first_id(&first) >= 0x70000000);
	/* some programs keep ids in 31 bits, and systemd has 0x7ffe0000 for foreign images */
	assert_true(slot_first_id(&last) + SLOT_IDS <= 0x7ffe0000);
}

UNIT_TESTS(unit(reads_names), unit(passes_over_other_names), unit(gives_ranges_that_do_not_meet))
