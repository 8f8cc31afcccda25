/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/mem.h"
#include "sandbox/cpus.h"

static void assert_round_trip(const char *text, const char *canonical)
{
	char back[CPUS_SIZE];
	struct err e = {.kind = ERR_NONE};
	cpu_set_t set;

	assert_int_equal(cpus_parse(text, &set, &e), 0);
	cpus_format(&set, back);
	assert_string_equal(back, canonical);
}

static void reads_and_writes_lists(void **state)
{
	(void)state;
	assert_round_trip("0", "0");
	assert_round_trip("0-1", "0-1");
	assert_round_trip("3,0,1", "0-1,3");
	assert_round_trip("5-7,6-9", "5-9");
	assert_round_trip("1023", "1023");
}

static void refuses_what_is_no_list(void **state)
{
	static const char *const texts[] = {"",    ",", "0,",   "1-",   "-1",
					    "2-1", "a", "0-1x", "1024", "0 1"};
	cpu_set_t set;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct err e = {.kind = ERR_NONE};

		assert_int_equal(cpus_parse(texts[i], &set, &e), -1);
		assert_int_equal(e.kind, ERR_SPEC);
	}
}

UNIT_TESTS(unit(reads_and_writes_lists), unit(refuses_what_is_no_list))
