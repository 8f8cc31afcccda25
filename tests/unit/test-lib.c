/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/lib.h"

static struct {
	LIB_FN(cbrt);
} m;

static void (*absent)(void);

static void opens_once_and_fills_the_slots(void **state)
{
	static const struct lib_symbol symbols[] = {LIB_SYM(m, cbrt), LIB_END};
	struct lib lib = {
	    .names = {"libnone.so.9", "libm.so.6"}, .package = "libc6", .symbols = symbols};
	struct err e;

	(void)state;
	assert_int_equal(lib_open(&lib, &e), 0);
	assert_int_equal(lib_open(&lib, &e), 0);
	assert_true(fabs(m.cbrt(27) - 3) < 1e-9);
}

static void what_is_missing_is_named_with_its_package(void **state)
{
	static const struct lib_symbol symbols[] = {{"no_such_function", (void **)(void *)&absent},
						    LIB_END};
	struct lib none = {.names = {"libnone.so.9"}, .package = "libnone9", .symbols = symbols};
	struct lib old = {.names = {"libm.so.6"}, .package = "libc6", .symbols = symbols};
	struct err e;

	(void)state;
	assert_int_equal(lib_open(&none, &e), -1);
	assert_int_equal(e.kind, ERR_HOST);
	assert_non_null(strstr(e.msg, "libnone.so.9"));
	assert_string_equal(e.hint, "apt-get install libnone9");
	assert_int_equal(lib_open(&old, &e), -1);
	assert_non_null(strstr(e.msg, "no_such_function"));
	assert_null(old.handle);
}

UNIT_TESTS(unit(opens_once_and_fills_the_slots), unit(what_is_missing_is_named_with_its_package))
