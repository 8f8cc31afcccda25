/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"

static void success_of_nothing_is_exit_zero(void **state)
{
	(void)state;
	assert_int_equal(err_exit_code(ERR_NONE), 0);
	assert_int_equal(err_exit_code(ERR_NO), 1);
	assert_int_equal(err_exit_code(ERR_USAGE), 2);
	assert_int_equal(err_exit_code(ERR_SPEC), 3);
	assert_int_equal(err_exit_code(ERR_HOST), 4);
	assert_int_equal(err_exit_code(ERR_GUEST), 5);
	assert_int_equal(err_exit_code(ERR_BUG), 70);
}

static void fail_adds_the_system_error(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(fail(&e, ERR_HOST, ENOENT, "open '%s'", "x"), -1);
	assert_string_equal(e.msg, "open 'x': No such file or directory");
	assert_int_equal(e.kind, ERR_HOST);
	assert_int_equal(e.sys, ENOENT);
	assert_string_equal(e.hint, "");
}

static void wrap_puts_the_context_before(void **state)
{
	struct err e;

	(void)state;
	fail(&e, ERR_SPEC, 0, "bad key");
	assert_int_equal(wrap(&e, "file %d", 7), -1);
	assert_string_equal(e.msg, "file 7: bad key");
	assert_int_equal(e.kind, ERR_SPEC);
}

static void a_message_may_quote_itself(void **state)
{
	struct err e;

	(void)state;
	fail(&e, ERR_SPEC, 0, "inner");
	fail(&e, ERR_HOST, 0, "outer (%s)", e.msg);
	assert_string_equal(e.msg, "outer (inner)");
}

static void too_long_a_message_is_cut_and_shows_it(void **state)
{
	static char text[2 * ERR_MSG_SIZE];
	struct err e;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	fail(&e, ERR_SPEC, EIO, "%s", text);
	assert_int_equal(strlen(e.msg), ERR_MSG_SIZE - 1);
	assert_string_equal(e.msg + ERR_MSG_SIZE - 4, "...");
	wrap(&e, "%s", text);
	assert_int_equal(strlen(e.msg), ERR_MSG_SIZE - 1);
	hint(&e, "%s", text);
	assert_int_equal(strlen(e.hint), ERR_HINT_SIZE - 1);
}

static void a_caller_who_needs_no_reason_passes_null(void **state)
{
	(void)state;
	assert_int_equal(fail(NULL, ERR_HOST, 0, "x"), -1);
	assert_int_equal(wrap(NULL, "x"), -1);
	assert_int_equal(hint(NULL, "x"), -1);
}

UNIT_TESTS(unit(success_of_nothing_is_exit_zero), unit(fail_adds_the_system_error),
	   unit(wrap_puts_the_context_before), unit(a_message_may_quote_itself),
	   unit(too_long_a_message_is_cut_and_shows_it),
	   unit(a_caller_who_needs_no_reason_passes_null))
