/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_STORAGE_H
#define LABCTL_LAB_STORAGE_H

/*
 * What a lab writes to disk: its services' directories and its home. With a
 * disk limit they are in a file system of that size (sandbox/disk.h), which all
 * parts of the lab share; without one, or on a host that cannot make them, in
 * a directory.
 */

#include <stdbool.h>

#include "base/err.h"
#include "lab/place.h"
#include "lab/service.h"

struct storage {
	const struct place *place;
	struct service *services;
	size_t service_count;
	int64_t bytes; /* 0: no limit */
};

/* Makes place->disk, empty or from the spares, and the home. */
int storage_begin(const struct storage *st, struct err *e);

/*
 * On a disk that is full to the last block not even a directory can be made, and a reset needs
 * some. So a little is reserved, which storage_release gives free: true if the disk is full, and
 * the caller had better remove what can go before it writes anything.
 */
void storage_reserve(const struct storage *st);
bool storage_release(const struct storage *st);

/* The services have ended: puts all by for labs to come, if it is worth it; what cannot be kept is
 * left for place_remove. */
void storage_end(const struct storage *st);

/* A lab's disk is full: its limit, and who holds what, in words; NULL: it is not full, or has no
 * limit. The caller frees. */
char *storage_full_words(const struct place *place, int64_t limit_bytes);

#endif
