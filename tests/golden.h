/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_TESTS_GOLDEN_H
#define LABCTL_TESTS_GOLDEN_H

/*
 * Reads tests/golden/stats.txt, the vectors of make-vectors.py. One case a line:
 *
 *	NAME n arg... n value... n expected...
 *
 * A test asks for the cases of one name in turn; golden_next fails the test
 * when the file is missing or malformed, and golden_done when it held no case.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "unit/unit.h"

enum { GOLDEN_MAX = 4096 };

struct golden {
	FILE *file;
	size_t cases; /* found so far */
	size_t arg_count, value_count, want_count;
	double arg[GOLDEN_MAX], value[GOLDEN_MAX], want[GOLDEN_MAX];
};

static inline void golden_list(FILE *f, double *list, size_t *count)
{
	assert_int_equal(fscanf(f, "%zu", count), 1);
	assert_true(*count <= GOLDEN_MAX);
	for (size_t i = 0; i < *count; i++)
		assert_int_equal(fscanf(f, "%lf", &list[i]), 1);
}

static inline int golden_next(struct golden *g, const char *name)
{
	char found[64];

	if (!g->file)
		g->file = fopen("tests/golden/stats.txt", "re");
	assert_non_null(g->file);
	while (fscanf(g->file, "%63s", found) == 1) {
		golden_list(g->file, g->arg, &g->arg_count);
		golden_list(g->file, g->value, &g->value_count);
		golden_list(g->file, g->want, &g->want_count);
		if (strcmp(found, name) == 0) {
			g->cases++;
			return 1;
		}
	}
	fclose(g->file);
	g->file = NULL;
	assert_true(g->cases > 0);
	return 0;
}

/* Equal to a relative tolerance (absolute below 1); NAN equals NAN. */
static inline void golden_same(double got, double want, double tolerance)
{
	if (isnan(want) ? isnan(got) : fabs(got - want) <= tolerance * fmax(1, fabs(want)))
		return;
	fail_msg("%.15g where the independent implementation has %.15g", got, want);
}

#endif
