/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_BUILD_ARCHIVE_H
#define LABCTL_BENCH_BUILD_ARCHIVE_H

/*
 * What a build leaves comes home as an archive on its standard output, made by
 * whoever was in the sandbox, and as hostile: plain files with plain names are
 * taken, no more than fit, and all else is refused.
 */

#include "base/err.h"

enum { BUILD_ARCHIVE_MAX_BYTES = 64 << 20 }; /* of the archive, and of what is unpacked */

/* Unpacks into a new directory. ERR_SPEC where the archive is not what it should be: the message
 * quotes names out of it, and is to be cleaned before anyone sees it. */
int build_archive_unpack(int archive_fd, const char *dir, struct err *e);

#endif
