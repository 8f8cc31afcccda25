/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_COMPARE_H
#define LABCTL_BENCH_COMPARE_H

/*
 * Two records side by side: do they say the same? Ratios are compared, not
 * times: a ratio means the same on another host, a time does not. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "spec/result.h"

struct compare_row {
	const char *variant; /* of the first record; also found in the second */
	struct result_interval first, second;
	struct result_interval change; /* second / first, for all rows at once 95 % sure */
	const char *first_verdict, *second_verdict;
	/* The change may well be none; or neither has a ratio, and both failed in the same way. */
	bool agree;
	bool undecided; /* at least one has no interval, for want of blocks: neither yes nor no */
};

struct compare {
	struct compare_row *rows;
	size_t row_count;
	bool agree;       /* all rows do */
	size_t undecided; /* rows of which that cannot be told */
};

/* ERR_USAGE where the records have nothing in common. The rows point into the records. */
int compare_init(struct compare *c, const struct result *first, const struct result *second,
		 struct err *e);
void compare_done(struct compare *c);

/* The table, and what differs in exercise, images, limits and host. */
void compare_print(const struct compare *c, const struct result *first, const struct result *second,
		   struct str *out);

/* second / first, with the interval widened by `factor`. */
void compare_change(const struct result_interval *first, const struct result_interval *second,
		    double factor, struct result_interval *out);

#endif
