/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_TESTS_UNIT_H
#define LABCTL_TESTS_UNIT_H

/*
 * What a unit test includes. cmocka wants its own headers in this order. A
 * test is tests/unit/test-<file>.c:
 *
 *	static void adds_numbers(void **state) { (void)state; assert_int_equal(...); }
 *	UNIT_TESTS(unit(adds_numbers), unit(...))
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#undef fail /* ours is base/err.h's */
#undef fail_msg
#define fail_msg(...)                                                                              \
	do {                                                                                       \
		print_error(__VA_ARGS__);                                                          \
		_fail(__FILE__, __LINE__);                                                         \
	} while (0)

#define unit(function) cmocka_unit_test(function)

#define UNIT_TESTS(...)                                                                            \
	int main(void)                                                                             \
	{                                                                                          \
		const struct CMUnitTest tests[] = {__VA_ARGS__};                                   \
		return cmocka_run_group_tests(tests, NULL, NULL);                                  \
	}

#endif
