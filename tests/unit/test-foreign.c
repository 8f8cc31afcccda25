/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/mem.h"
#include "bench/foreign.h"

static void finds(const char *printed, const char *want)
{
	cleanup_free char *got = foreign_finding(printed);

	assert_string_equal(got, want);
}

static void an_overflow_is_named_with_its_line(void **state)
{
	(void)state;
	finds("==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x50 at pc 0x7f\n"
	      "READ of size 8 at 0x506000119fa0 thread T0\n"
	      "    #0 0x7f in total /lab/source/kernel.c:12\n"
	      "SUMMARY: AddressSanitizer: heap-buffer-overflow /lab/source/kernel.c:12 in total\n"
	      "Shadow bytes around the buggy address:\n",
	      "foreign code touched memory that is not its own; AddressSanitizer: "
	      "heap-buffer-overflow at kernel.c:12 in total (READ of size 8)");
}

/* The first lines of a long report are not kept. */
static void a_summary_alone_will_do(void **state)
{
	(void)state;
	finds("SUMMARY: AddressSanitizer: SEGV (/lab/built/kernel.so+0x11)",
	      "foreign code touched memory that is not its own; AddressSanitizer: "
	      "SEGV at (/lab/built/kernel.so+0x11)");
}

static void undefined_behaviour_is_named(void **state)
{
	(void)state;
	finds("some text\nkernel.c:5:12: runtime error: signed integer overflow: 1 + 2\nmore",
	      "foreign code did what its language leaves undefined; "
	      "UndefinedBehaviorSanitizer: kernel.c:5:12: runtime error: signed integer overflow: "
	      "1 + 2");
}

static void what_it_printed_is_cleaned(void **state)
{
	(void)state;
	finds("a\033[2J: runtime error: x", "foreign code did what its language leaves undefined; "
					    "UndefinedBehaviorSanitizer: a [2J: runtime error: x");
}

static void other_words_are_no_finding(void **state)
{
	(void)state;
	assert_null(foreign_finding(""));
	assert_null(foreign_finding("Traceback: SUMMARY of the AddressSanitizer\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_overflow_is_named_with_its_line),
	    cmocka_unit_test(a_summary_alone_will_do),
	    cmocka_unit_test(undefined_behaviour_is_named),
	    cmocka_unit_test(what_it_printed_is_cleaned),
	    cmocka_unit_test(other_words_are_no_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
