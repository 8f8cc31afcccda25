/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_PRECOPY_H
#define LABCTL_LAB_PRECOPY_H

/*
 * What a service's upper directory holds before the start.
 *
 * overlayfs copies a file up, and syncs it to disk, when it is first opened
 * for writing; PostgreSQL opens every table for writing. Left to itself that
 * would cost each fresh lab dozens of syncs while it starts, and a student's
 * first query the copying of its tables. So a trial start shows once which
 * files are opened (hot), and each start finds copies of them in the upper
 * directory, made without a sync: they are thrown away with the lab.
 *
 * Making and removing files costs more than filling them. So a reset keeps the
 * directory: what is not hot goes, what is hot and was changed is filled again
 * in place, and what was not changed stays.
 */

#include <stdint.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/strv.h"

struct precopy {
	struct strv paths;     /* hot files, sorted; relative to the root */
	struct precopy_stamp { /* of each copy, when it was filled */
		ino_t inode;   /* 0: not filled yet */
		struct timespec mtime, ctime;
	} * stamps;
};

void precopy_done(struct precopy *p);

/* The regular files of upper_dir that are also in one of the layers. */
int precopy_learn(const char *upper_dir, const struct strv *layers, struct strv *paths,
		  struct err *e);

/*
 * Makes upper_dir, which exists, hold the hot files as the topmost layer has each, with owner,
 * mode and directories, and nothing else. trash_dir, on the same file system, takes what must go:
 * the caller removes it when there is time.
 *
 * A copy bears the layer's time of modification. A write gives it another one, even in the same
 * tick of the clock; and who sets it back changes ctime, which nobody can set.
 */
int precopy_restore(struct precopy *p, const struct strv *layers, const char *upper_dir,
		    const char *trash_dir, struct err *e);

#endif
