/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_FIGURES_H
#define LABCTL_BENCH_FIGURES_H

/*
 * From the samples of a record to its figures: intervals, medians, verdicts.
 * Pure, and used alike while a run is under way, at its end, and by compare,
 * replay and grade on a record from a file: a figure can always be computed
 * again from the samples.
 */

#include <stdbool.h>
#include <stddef.h>

#include "spec/result.h"
#include "stats/ratio.h"

/*
 * Which samples count: for each entry of each block the last one measured (a
 * tainted sample is measured again at the end of its block), without block 0,
 * which only warms the host's caches up.
 */
bool figures_counts(const struct result *r, size_t sample);

/* Blocks in which the variant and the baseline both have a sample that counts and is ok. */
size_t figures_blocks(const struct result *r);

/* Computes r->figures, r->noise and r->noise_floor anew. */
void figures_compute(struct result *r);

/* That of a variant, not of the baseline's second copy; NULL: it has none. */
const struct result_figure *figures_find(const struct result *r, const char *variant);

/*
 * How wide (half, as a fraction) the interval of a ratio may be: the wanted
 * precision, and for large ratios a twentieth of each doubling, as nobody cares
 * whether 100 is 101. exact: always the wanted precision.
 */
double figures_target(double ratio, double precision, bool exact);

/* May the run stop, as far as this figure goes? By ratio_enough, with the target above. */
bool figures_enough(const struct result *r, const struct result_figure *f, bool exact);

#endif
