/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_DISK_H
#define LABCTL_SANDBOX_DISK_H

/*
 * A file system of a given size in one sparse file: what bounds directories on
 * disk, whatever file system holds them (docs/decisions/lab-disk.md).
 *
 * The file is an ext4 without a journal: a lab's disk does not outlive the boot
 * it was made in. It hangs on a loop device that the kernel lets go with the
 * last mount, so who unmounts has cleared away all but the file.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Can this host make and mount them? Else *why says what is missing; a literal. */
bool disk_is_offered(const char **why);

/* Makes `image`, an empty one, as a copy of a template in templates_dir: made there when the size
 * is asked for first. */
int disk_make(const char *templates_dir, const char *image, int64_t bytes, struct err *e);

/* Mounts `image` on the directory `dir` for all of the host to see. */
int disk_attach(const char *image, const char *dir, struct err *e);

/* Unmounts what is mounted on `dir`; nothing is success. Who is inside keeps his view. */
int disk_detach(const char *dir, struct err *e);

/* After disk_detach: nobody has `image` mounted any more, so that it may be attached again. Waits a
 * moment for sandboxes that just start, and let go of all mounts of the host. */
bool disk_is_idle(const char *image);

/* Gives blocks of removed files back to the host. */
void disk_trim(const char *dir);

struct disk_space {
	int64_t size_bytes, used_bytes;
	bool full; /* or as good as */
};

/* Of the file system that holds `dir`. */
int disk_space(const char *dir, struct disk_space *out, struct err *e);

#endif
