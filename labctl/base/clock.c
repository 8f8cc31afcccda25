/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t); /* cannot fail for the ids used here */
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

int64_t clock_now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_wall_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_cpu_ns(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

/*
 * The civil date from days since 1970 (Hinnant, "chrono-compatible low-level
 * date algorithms"). gmtime_r would read /etc/localtime to no purpose.
 */
static void civil_date(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + 719468; /* days since 0000-03-01 */
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned day_of_era = (unsigned)(z - era * 146097);
	unsigned year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	unsigned day_of_year =
	    day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned shifted = (5 * day_of_year + 2) / 153; /* 0 is March */

	*day = day_of_year - (153 * shifted + 2) / 5 + 1;
	*month = shifted < 10 ? shifted + 3 : shifted - 9;
	*year = (int64_t)year_of_era + era * 400 + (*month <= 2);
}

char *clock_iso8601(int64_t wall_ns, char *buf, size_t size)
{
	int64_t seconds = wall_ns / NS_PER_S - (wall_ns % NS_PER_S < 0);
	int64_t days = seconds / 86400 - (seconds % 86400 < 0);
	int64_t of_day = seconds - days * 86400;
	unsigned month, day;
	int64_t year;

	civil_date(days, &year, &month, &day);
	snprintf(buf, size, "%04lld-%02u-%02uT%02d:%02d:%02dZ", (long long)year, month, day,
		 (int)(of_day / 3600), (int)(of_day / 60 % 60), (int)(of_day % 60));
	return buf;
}

int clock_poll_ms(int64_t deadline_ns)
{
	if (deadline_ns == INT64_MAX)
		return -1;
	int64_t left = deadline_ns - clock_now_ns();

	if (left <= 0)
		return 0;
	if (left / NS_PER_MS >= INT_MAX)
		return INT_MAX;
	return (int)((left + NS_PER_MS - 1) / NS_PER_MS);
}
