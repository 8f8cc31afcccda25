/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "image/deb822.h"

static bool next(struct deb822 *d, struct deb822_field *f, const char *name, const char *value)
{
	if (!deb822_next_field(d, f))
		return false;
	cleanup_free char *copy = deb822_value(f);

	assert_true(deb822_is(f, name));
	assert_string_equal(copy, value);
	return true;
}

static void reads_stanzas_and_fields(void **state)
{
	static const char text[] = "\n\nA: 1\nb:two \n\n \nC:\n x\n y\n";
	struct deb822_field f;
	struct deb822 d;

	(void)state;
	deb822_init(&d, text, strlen(text));
	assert_true(deb822_next_stanza(&d));
	assert_true(next(&d, &f, "a", "1"));
	assert_int_equal(f.line, 3);
	assert_true(next(&d, &f, "B", "two"));
	assert_false(deb822_next_field(&d, &f));
	assert_true(deb822_next_stanza(&d));
	assert_true(next(&d, &f, "C", "x\n y"));
	assert_int_equal(f.line, 7);
	assert_false(deb822_next_field(&d, &f));
	assert_false(deb822_next_stanza(&d));
}

static void skips_what_was_not_read(void **state)
{
	static const char text[] = "A: 1\nB: 2\n\nC: 3";
	struct deb822_field f;
	struct deb822 d;

	(void)state;
	deb822_init(&d, text, strlen(text));
	assert_true(deb822_next_stanza(&d));
	assert_true(deb822_next_stanza(&d));
	assert_true(next(&d, &f, "C", "3"));
	assert_false(deb822_next_stanza(&d));
}

static void passes_over_comments_and_rubbish(void **state)
{
	static const char text[] = "# c\nA: 1\n# d\n 2\nrubbish\n: empty\n stray\nB: 3\n";
	cleanup(strv_done) struct strv words = STRV_INIT;
	struct deb822_field f;
	struct deb822 d;

	(void)state;
	deb822_init(&d, text, strlen(text));
	assert_true(deb822_next_stanza(&d));
	assert_true(deb822_next_field(&d, &f));
	deb822_words(&f, &words);
	cleanup_free char *joined = strv_join(&words, ",");

	assert_string_equal(joined, "1,2");
	assert_true(next(&d, &f, "B", "3"));
}

UNIT_TESTS(unit(reads_stanzas_and_fields), unit(skips_what_was_not_read),
	   unit(passes_over_comments_and_rubbish))
