/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/clock.h"

static void writes_dates(void **state)
{
	char b[32];

	(void)state;
	assert_string_equal(clock_iso8601(0, b, sizeof(b)), "1970-01-01T00:00:00Z");
	assert_string_equal(clock_iso8601(951782400 * NS_PER_S, b, sizeof(b)),
			    "2000-02-29T00:00:00Z");
	assert_string_equal(clock_iso8601(1767225599 * NS_PER_S, b, sizeof(b)),
			    "2025-12-31T23:59:59Z");
	assert_string_equal(clock_iso8601(4107542400 * NS_PER_S, b, sizeof(b)),
			    "2100-03-01T00:00:00Z");
	assert_string_equal(clock_iso8601(-NS_PER_S, b, sizeof(b)), "1969-12-31T23:59:59Z");
}

static void poll_timeouts_round_up(void **state)
{
	(void)state;
	assert_int_equal(clock_poll_ms(INT64_MAX), -1);
	assert_int_equal(clock_poll_ms(0), 0);
	assert_in_range(clock_poll_ms(clock_now_ns() + NS_PER_S), 900, 1000);
	assert_int_equal(clock_poll_ms(clock_now_ns() + NS_PER_MS / 2), 1);
	assert_in_range(clock_poll_ms(INT64_MAX - 1), 1, INT32_MAX);
}

UNIT_TESTS(unit(writes_dates), unit(poll_timeouts_round_up))
