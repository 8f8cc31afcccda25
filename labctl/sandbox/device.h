/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_DEVICE_H
#define LABCTL_SANDBOX_DEVICE_H

/* Which disk a directory is on. */

#include "base/err.h"

/* The block device (the whole disk, not a partition: only that can be throttled) that holds `path`.
 * ERR_HOST where there is none, as for a tmpfs, or none that the kernel tells of. */
int device_find(const char *path, unsigned *major_number, unsigned *minor_number, struct err *e);

#endif
