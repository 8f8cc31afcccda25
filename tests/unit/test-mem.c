/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"

static void grows_by_doubling(void **state)
{
	cleanup_free int *items = NULL;
	size_t cap = 0, grown = 0;

	(void)state;
	for (size_t n = 0; n < 1000; n++) {
		size_t before = cap;

		mem_grow(&items, &cap, n + 1, sizeof(*items));
		items[n] = (int)n;
		grown += cap != before;
	}
	assert_int_equal(items[999], 999);
	assert_true(grown < 10);
}

static void take_leaves_null(void **state)
{
	char *p = xstrdup("x");
	cleanup_free char *q = take_ptr(p);

	(void)state;
	assert_null(p);
	assert_string_equal(q, "x");
	assert_null(xstrdup(NULL));
}

static void copies(void **state)
{
	cleanup_free char *part = xstrndup("abc", 2);
	cleanup_free char *whole = xstrndup("abc", 9);
	cleanup_free char *text = xasprintf("%d-%s", 1, "x");
	cleanup_free void *nothing = xmalloc(0);

	(void)state;
	assert_string_equal(part, "ab");
	assert_string_equal(whole, "abc");
	assert_string_equal(text, "1-x");
	assert_non_null(nothing);
}

UNIT_TESTS(unit(grows_by_doubling), unit(take_leaves_null), unit(copies))
