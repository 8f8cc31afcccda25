/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_OVERVIEW_H
#define LABCTL_BENCH_OVERVIEW_H

/* One table over several exercises: what a reader takes home. Pure: from the records alone. */

#include <stdbool.h>

#include "base/str.h"
#include "spec/result.h"

/* The head; then one call of overview_add for each record. */
void overview_begin(bool colour, struct str *out);
void overview_add(const struct result *r, bool colour, struct str *out);
/* An exercise that could not be measured, and why. */
void overview_add_failure(const char *exercise, const char *why, bool colour, struct str *out);

#endif
