/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"

static void agrees_with_fips_180_4(void **state)
{
	char hex[HASH_HEX_SIZE];

	(void)state;
	hash_hex("", 0, hex);
	assert_string_equal(hex,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	hash_hex("abc", 3, hex);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	const char *two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

	hash_hex(two_blocks, strlen(two_blocks), hex);
	assert_string_equal(hex,
			    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void a_million_letters(void **state)
{
	char hex[HASH_HEX_SIZE];
	struct hash h;

	(void)state;
	hash_init(&h);
	for (int i = 0; i < 10000; i++)
		hash_update(&h,
			    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			    100);
	hash_final_hex(&h, hex);
	assert_string_equal(hex,
			    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void pieces_give_what_the_whole_gives(void **state)
{
	enum { SIZE = 1000 };
	uint8_t data[SIZE];
	struct rng r;

	(void)state;
	rng_init(&r, 1);
	for (size_t i = 0; i < SIZE; i++)
		data[i] = (uint8_t)rng_u64(&r);
	for (size_t size = 0; size < SIZE; size += 7) {
		char whole[HASH_HEX_SIZE], pieces[HASH_HEX_SIZE];
		struct hash h;

		hash_hex(data, size, whole);
		hash_init(&h);
		for (size_t at = 0; at < size;) {
			size_t n = 1 + (size_t)rng_below(&r, size - at);

			hash_update(&h, data + at, n);
			at += n;
		}
		hash_final_hex(&h, pieces);
		assert_string_equal(whole, pieces);
	}
}

UNIT_TESTS(unit(agrees_with_fips_180_4), unit(a_million_letters),
	   unit(pieces_give_what_the_whole_gives))
