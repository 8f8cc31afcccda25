/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "bench/build.h"

static char *recipe_of(const char *image, int64_t memory, const char *command, const char *digest)
{
	struct limits limits = {.memory_bytes = memory};
	cleanup(strv_done) struct strv commands = STRV_INIT;
	const struct build_source source = {"kernel.c", digest};

	strv_add(&commands, command);
	return build_recipe(image, &limits, &commands, &source, 1);
}

static void differs(const char *text, char *other)
{
	assert_string_not_equal(text, other);
	free(other);
}

static void all_that_decides_a_build_is_in_its_recipe(void **state)
{
	(void)state;
	cleanup_free char *text = recipe_of("i1", 64, "cc", "s1");
	cleanup_free char *same = recipe_of("i1", 64, "cc", "s1");

	assert_string_equal(text, same);
	differs(text, recipe_of("i2", 64, "cc", "s1"));
	differs(text, recipe_of("i1", 65, "cc", "s1"));
	differs(text, recipe_of("i1", 64, "cc -O3", "s1"));
	differs(text, recipe_of("i1", 64, "cc", "s2"));
	assert_non_null(strstr(text, "\nimage i1\n")); /* what made_collect looks for */
}

static void a_command_of_two_lines_is_not_two_commands(void **state)
{
	struct limits limits = {0};
	cleanup(strv_done) struct strv one = STRV_INIT;
	cleanup(strv_done) struct strv two = STRV_INIT;

	(void)state;
	strv_add(&one, "a\ncommand 1 b");
	strv_add(&two, "a");
	strv_add(&two, "b");
	cleanup_free char *first = build_recipe("i", &limits, &one, NULL, 0);
	cleanup_free char *second = build_recipe("i", &limits, &two, NULL, 0);

	assert_string_not_equal(first, second);
}

static void finds(const char *log, const char *want)
{
	cleanup_free char *got = build_first_error(log);

	assert_string_equal(got, want);
}

static void the_first_error_comes_with_its_place(void **state)
{
	(void)state;
	finds("kernel.c: In function 'f':\n"
	      "kernel.c:1:9: warning: unused variable 'a'\n"
	      "kernel.c:3:5: error: expected ';'\n"
	      "    3 |     return\n"
	      "kernel.c:4:5: error: another\n",
	      "kernel.c:3:5: error: expected ';'");
	finds("kernel.c:1:10: fatal error: none.h: No such file or directory\n",
	      "kernel.c:1:10: fatal error: none.h: No such file or directory");
	finds("warning: unused\n"
	      "error[E0308]: mismatched types\n"
	      " --> kernel.rs:3:5\n"
	      "  |\n"
	      "error: aborting due to 1 previous error\n",
	      "kernel.rs:3:5: error[E0308]: mismatched types");
	finds("kernel.rs:3:5: error[E0308]: mismatched types: expected `f64`\n",
	      "kernel.rs:3:5: error[E0308]: mismatched types: expected `f64`");
	finds("kernel.c:(.text+0x5): undefined reference to `sqroot'\n"
	      "collect2: error: ld returned 1 exit status\n",
	      "kernel.c:(.text+0x5): undefined reference to `sqroot'");
}

static void of_other_words_the_last_line_counts(void **state)
{
	(void)state;
	finds("Traceback (most recent call last):\n  File \"b.py\", line 1\nValueError: x\n \n",
	      "ValueError: x");
	assert_null(build_first_error(""));
	assert_null(build_first_error(" \n\n"));
}

static void a_log_is_cleaned_and_cut(void **state)
{
	cleanup(str_done) struct str many = STR_INIT;

	(void)state;
	cleanup_free char *clean = build_clean_log("a\033[2Jb\n   ^\n");

	assert_string_equal(clean, "a [2Jb\n   ^\n");
	for (int i = 0; i < 1000; i++)
		str_add(&many, "x\n");
	cleanup_free char *cut = build_clean_log(many.data);

	assert_true(strlen(cut) < 200);
	assert_non_null(strstr(cut, "\n...\n"));
}

static void a_script_stops_at_the_first_failure(void **state)
{
	cleanup(strv_done) struct strv commands = STRV_INIT;

	(void)state;
	strv_add(&commands, "gcc a.c");
	strv_add(&commands, "gcc b.c");
	cleanup_free char *script = build_script(&commands);

	assert_non_null(strstr(script, "set -e\n"));
	assert_non_null(strstr(script, "\ngcc a.c\ngcc b.c\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_that_decides_a_build_is_in_its_recipe),
	    cmocka_unit_test(a_command_of_two_lines_is_not_two_commands),
	    cmocka_unit_test(the_first_error_comes_with_its_place),
	    cmocka_unit_test(of_other_words_the_last_line_counts),
	    cmocka_unit_test(a_log_is_cleaned_and_cut),
	    cmocka_unit_test(a_script_stops_at_the_first_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
