/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/payloads.h"

#include "base/hash.h"
#include "base/mem.h"
#include "unit.h"

static void all_together_are_counted_and_hashed(void **state)
{
	cleanup(payloads_done) struct payloads p = {.items = NULL};
	char both[HASH_HEX_SIZE];
	char whole[HASH_HEX_SIZE];

	(void)state;
	assert_int_equal(payloads_bytes(&p), 0);
	str_add(payloads_add(&p), "first");
	str_add(payloads_add(&p), "second");
	assert_int_equal(p.count, 2);
	assert_int_equal(payloads_bytes(&p), 11);
	payloads_digest(&p, both);
	hash_hex("firstsecond", 11, whole);
	assert_string_equal(both, whole);
}

static void they_can_be_used_again(void **state)
{
	struct payloads p;

	(void)state;
	payloads_init(&p);
	str_add(payloads_add(&p), "x");
	payloads_done(&p);
	assert_int_equal(p.count, 0);
	assert_int_equal(payloads_add(&p)->len, 0);
	payloads_done(&p);
}

UNIT_TESTS(unit(all_together_are_counted_and_hashed), unit(they_can_be_used_again))
