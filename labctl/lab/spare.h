/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_SPARE_H
#define LABCTL_LAB_SPARE_H

/*
 * Disks of labs that went down, kept for labs to come:
 * <state>/initial/<digest>/spare-<boot>-<key>-<n>, a file system image where the lab had a disk
 * limit, else a directory. The digest is of the first service that has an initial state (without
 * any there is nothing worth keeping), the key is of all services and the size. Before it is put
 * by, each service's directory is brought back to its initial state and the home removed, so
 * nothing of the lab that had it is in it; and who takes it brings it back once more (precopy.h),
 * which costs little because the stamps lie beside it. It is good within one boot only: after a
 * power cut a file may be shorter than its times say, and a file system without a journal broken.
 */

#include "base/strv.h"
#include "lab/place.h"
#include "lab/service.h"

struct spare_kind { /* what a lab needs of a spare */
	const struct service *services;
	size_t count;
	int64_t disk_bytes; /* 0: a directory */
};

/* Moves a spare of the kind to `path`: 1; 0: there is none. */
int spare_take(const struct spare_kind *kind, const char *path, struct err *e);

/* Moves `path` to the spares, if there is room: 1; 0: it is left for its owner to remove. */
int spare_put_by(const struct spare_kind *kind, const char *path, struct err *e);

/* The stamps of a service's directory, within it. */
int spare_save_stamps(const struct service *s, struct err *e);
void spare_load_stamps(struct service *s); /* without good ones, every file is filled again */

/* Removes those in `initial` (a directory of an initial state) that are of another boot. */
int spare_collect(const char *initial, struct strv *removed, struct err *e);

#endif
