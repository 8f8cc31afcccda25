/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_EXPLAIN_TEXT_H
#define LABCTL_BENCH_EXPLAIN_TEXT_H

/*
 * What an instrument answered, as text for a terminal. The format is the
 * harness's (exercises/harness/README.md, "A report"): a title, and sections
 * that are a table, a text, a plan, a growth or stacks. `labctl report` draws
 * the same on a page.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* Appends to out. What is malformed is left out; -1 only where it is no JSON. Pure. */
int explain_text_print(const char *report, size_t size, bool colour, struct str *out,
		       struct err *e);

#endif
