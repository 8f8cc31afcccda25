/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_PRECOPY_H
#define LABCTL_LAB_PRECOPY_H

/*
 * overlayfs copies a file up, and syncs it to disk, when it is first opened
 * for writing; PostgreSQL opens every table for writing. Left to itself that
 * would cost each fresh lab dozens of syncs while it starts, and a student's
 * first query the copying of its tables. So a trial start shows once which
 * files are opened, and each start puts copies of them into the upper
 * directory beforehand, without a sync: they are thrown away with the lab.
 */

#include "base/err.h"
#include "base/strv.h"

/* The regular files of upper_dir that are also in one of the layers: paths, sorted. */
int precopy_learn(const char *upper_dir, const struct strv *layers, struct strv *paths,
		  struct err *e);

/* Copies them from the topmost layer that has each, with owner, mode and directories. */
int precopy_fill(const struct strv *paths, const struct strv *layers, const char *upper_dir,
		 struct err *e);

#endif
