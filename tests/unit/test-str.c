/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static void grows_and_stays_terminated(void **state)
{
	cleanup(str_done) struct str s = STR_INIT;

	(void)state;
	assert_string_equal(s.data, "");
	for (int i = 0; i < 1000; i++)
		str_addf(&s, "%d,", i);
	assert_int_equal(strlen(s.data), s.len);
	assert_true(str_starts(s.data, "0,1,2,"));
	assert_true(str_ends(s.data, "998,999,"));
	str_clear(&s);
	assert_string_equal(s.data, "");
}

static void holds_nul_bytes(void **state)
{
	cleanup(str_done) struct str s = STR_INIT;

	(void)state;
	str_addn(&s, "a\0b", 3);
	str_addc(&s, 'c');
	assert_int_equal(s.len, 4);
	assert_memory_equal(s.data, "a\0bc", 5);
}

static void a_zeroed_one_works_too(void **state)
{
	struct str s = {0};

	(void)state;
	str_add(&s, "x");
	assert_string_equal(s.data, "x");
	str_done(&s);
	assert_string_equal(s.data, "");
}

static void take_hands_the_text_over(void **state)
{
	struct str s = STR_INIT;

	(void)state;
	cleanup_free char *nothing = str_take(&s);

	assert_string_equal(nothing, "");
	str_add(&s, "text");
	cleanup_free char *text = str_take(&s);

	assert_string_equal(text, "text");
	assert_int_equal(s.len, 0);
}

static void wraps_before_column_80(void **state)
{
	cleanup(str_done) struct str s = STR_INIT;
	cleanup(str_done) struct str words = STR_INIT;
	size_t longest = 0;

	(void)state;
	for (int i = 0; i < 60; i++)
		str_add(&words, "word ");
	str_addf(&s, "%*s", 20, "");
	str_add_wrapped(&s, words.data, 20, 20);
	for (char *line = strtok(s.data, "\n"); line; line = strtok(NULL, "\n")) {
		longest = strlen(line) > longest ? strlen(line) : longest;
		assert_true(str_starts(line, "                    word"));
	}
	assert_in_range(longest, 70, 79);
}

static int64_t bytes(const char *s)
{
	int64_t v = -1;

	return str_to_bytes(s, &v, NULL) ? -1 : v;
}

static void reads_sizes(void **state)
{
	(void)state;
	assert_int_equal(bytes("0"), 0);
	assert_int_equal(bytes("65536"), 65536);
	assert_int_equal(bytes("256M"), 256LL << 20);
	assert_int_equal(bytes("1.5G"), 3LL << 29);
	assert_int_equal(bytes("2TiB"), 2LL << 40);
	assert_int_equal(bytes("9223372036854775807"), INT64_MAX);
	static const char *const wrong[] = {"",
					    "M",
					    "-1",
					    "+1",
					    " 1",
					    "1 M",
					    "1X",
					    "1MM",
					    "0x10",
					    "1e",
					    "nan",
					    "inf",
					    "9223372036854775808",
					    "9007199254740993T",
					    "1..5",
					    NULL};

	for (const char *const *w = wrong; *w; w++)
		if (bytes(*w) != -1)
			fail_msg("'%s' was taken for a size", *w);
}

static int64_t duration(const char *s)
{
	int64_t v = -1;

	return str_to_duration_ns(s, &v, NULL) ? -1 : v;
}

static void reads_durations(void **state)
{
	(void)state;
	assert_int_equal(duration("0"), 0);
	assert_int_equal(duration("7ns"), 7);
	assert_int_equal(duration("100ms"), 100000000);
	assert_int_equal(duration("1.5s"), 1500000000);
	assert_int_equal(duration("2m"), 120000000000);
	assert_int_equal(duration("1h"), 3600000000000);
	assert_int_equal(duration("10"), -1);
	assert_int_equal(duration("-1s"), -1);
	assert_int_equal(duration("1 s"), -1);
	assert_int_equal(duration("99999999999h"), -1);
}

static void reads_fractions(void **state)
{
	double v;

	(void)state;
	assert_int_equal(str_to_fraction("2%", &v, NULL), 0);
	assert_float_equal(v, 0.02, 1e-12);
	assert_int_equal(str_to_fraction("0.02", &v, NULL), 0);
	assert_float_equal(v, 0.02, 1e-12);
	assert_int_equal(str_to_fraction("2%%", &v, NULL), -1);
	assert_int_equal(str_to_fraction("%", &v, NULL), -1);
	assert_int_equal(str_to_fraction("-1%", &v, NULL), -1);
}

static void reads_whole_numbers_within_a_range(void **state)
{
	struct err e;
	int64_t v;

	(void)state;
	assert_int_equal(str_to_int64("-5", -10, 10, &v, &e), 0);
	assert_int_equal(v, -5);
	assert_int_equal(str_to_int64("11", -10, 10, &v, &e), -1);
	assert_string_equal(e.msg, "11 is not between -10 and 10");
	assert_int_equal(str_to_int64("1x", 0, 10, &v, &e), -1);
	assert_int_equal(str_to_int64(" 1", 0, 10, &v, &e), -1);
	assert_int_equal(str_to_int64("", 0, 10, &v, &e), -1);
	assert_int_equal(str_to_int64("-", 0, 10, &v, &e), -1);
	assert_int_equal(str_to_int64("99999999999999999999", 0, INT64_MAX, &v, &e), -1);
}

static void prints_for_people(void **state)
{
	char b[32];

	(void)state;
	assert_string_equal(str_human_bytes(0, b, sizeof(b)), "0 B");
	assert_string_equal(str_human_bytes(1023, b, sizeof(b)), "1023 B");
	assert_string_equal(str_human_bytes(12900000, b, sizeof(b)), "12.3 MiB");
	assert_string_equal(str_human_bytes(256 << 20, b, sizeof(b)), "256 MiB");
	assert_string_equal(str_human_ns(0, b, sizeof(b)), "0 ns");
	assert_string_equal(str_human_ns(84200000, b, sizeof(b)), "84.2 ms");
	assert_string_equal(str_human_ns(999999, b, sizeof(b)), "1.00 ms");
	assert_string_equal(str_human_ns(1234567890, b, sizeof(b)), "1.23 s");
	assert_string_equal(str_human_ns(125000000000, b, sizeof(b)), "2 min 05 s");
	assert_string_equal(str_human_ns(7260000000000, b, sizeof(b)), "2 h 01 min");
	assert_string_equal(str_human_ns(-84200000, b, sizeof(b)), "-84.2 ms");
}

static void finds_the_word_meant(void **state)
{
	static const char *const words[] = {"exec", "image", "exercise", "run", "ps", NULL};

	(void)state;
	assert_string_equal(str_nearest("exce", words), "exec");
	assert_string_equal(str_nearest("imgae", words), "image");
	assert_string_equal(str_nearest("exercize", words), "exercise");
	assert_string_equal(str_nearest("rn", words), "run");
	assert_null(str_nearest("frobnicate", words));
	assert_null(str_nearest("", words));
}

UNIT_TESTS(unit(grows_and_stays_terminated), unit(holds_nul_bytes), unit(a_zeroed_one_works_too),
	   unit(take_hands_the_text_over), unit(wraps_before_column_80), unit(reads_sizes),
	   unit(reads_durations), unit(reads_fractions), unit(reads_whole_numbers_within_a_range),
	   unit(prints_for_people), unit(finds_the_word_meant))
