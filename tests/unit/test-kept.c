/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "sandbox/kept_private.h"

static const char quiet[] = "sockets: used 0\n"
			    "TCP: inuse 0 orphan 0 tw 0 alloc 2 mem 1\n"
			    "UDP: inuse 0 mem 0\n";

static void nothing_left_is_quiet(void **state)
{
	(void)state;
	assert_true(kept_is_quiet(quiet));
}

static void an_open_socket_is_not(void **state)
{
	(void)state;
	assert_false(kept_is_quiet("sockets: used 1\nTCP: inuse 0 orphan 0 tw 0 alloc 0 mem 0\n"));
	assert_false(kept_is_quiet("sockets: used 10\nTCP: inuse 0 orphan 0 tw 0 alloc 0 mem 0\n"));
}

static void a_lingering_connection_is_not(void **state)
{
	(void)state;
	assert_false(kept_is_quiet("sockets: used 0\nTCP: inuse 0 orphan 0 tw 1 alloc 0 mem 0\n"));
	assert_false(kept_is_quiet("sockets: used 0\nTCP: inuse 0 orphan 0 tw 10 alloc 0 mem 0\n"));
}

static void what_is_not_understood_is_not(void **state)
{
	(void)state;
	assert_false(kept_is_quiet(""));
	assert_false(kept_is_quiet("sockets: used 0\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_left_is_quiet),
	    cmocka_unit_test(an_open_socket_is_not),
	    cmocka_unit_test(a_lingering_connection_is_not),
	    cmocka_unit_test(what_is_not_understood_is_not),
	};

	return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
