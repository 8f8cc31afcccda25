/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_SPARE_H
#define LABCTL_LAB_SPARE_H

/*
 * Directories of services whose labs went down, kept for labs to come:
 * <state>/initial/<digest>/spare-<n>. Before it is put by, such a directory is
 * brought back to the initial state, so nothing of the lab that had it is in
 * it; and who takes it brings it back once more (precopy.h), which costs little
 * because the stamps lie beside it. They are trusted within one boot only:
 * after a power cut a file may be shorter than its times say.
 */

#include "lab/service.h"

/* s->dir becomes one of the spares, if there is one: 1; 0: there is none. */
int spare_take(struct service *s, struct err *e);

/* Puts s->dir by, where it is still worth it; else leaves it for its owner to remove. */
int spare_put_by(struct service *s, struct err *e);

#endif
