/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_REPORT_GROUP_H
#define LABCTL_REPORT_GROUP_H

/*
 * Tables of a chapter that stand together, as one instrument made them: a page
 * shows of them one line, until it is asked for the rest.
 */

#include <stddef.h>

#include "report/chapter.h"

/* Behind the last table that stands together with this one; a table of no group stands alone. */
size_t group_end(const struct chapter *c, size_t first);

/* What tables [first, end) show, in one line: "functions of the program · flame graph: 88% in
 * wait (connection.py)". The caller frees. */
char *group_words(const struct chapter *c, size_t first, size_t end);

#endif
