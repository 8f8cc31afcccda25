/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_DIR_H
#define LABCTL_BASE_DIR_H

/* What lies in a directory, by name. Whole trees: path_remove_tree_at, image/tree.h. */

#include "base/err.h"
#include "base/strv.h"

/*
 * Adds the names of what is called *ending, without the ending ("" for all), but nothing that
 * begins with a dot; sorts *names. A directory that is not there is empty; ERR_HOST where it cannot
 * be opened.
 */
int dir_list(const char *dir, const char *ending, struct strv *names, struct err *e);

#endif
