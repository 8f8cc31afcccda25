/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_INITIAL_H
#define LABCTL_LAB_INITIAL_H

/*
 * Initial states: what a service begins with, as a layer that all labs share.
 *
 *	<state>/initial/<digest>/root	the layer
 *	                        /recipe	what it was made from; its SHA-256 is the digest
 *	                        /hot	files to copy before a start (precopy.h)
 *
 * The digest is over everything that decides the content (image, data set,
 * package index, this format), not over the content itself: a cluster bears
 * the time of its making and a random identifier.
 */

#include "base/err.h"
#include "lab/service.h"

/* Makes it unless it is there, with a line to the user since that takes seconds; then s has it:
 * layers on top of its image's, hot, initial_digest. dataset: a name, or NULL; one that belongs to
 * another service is not for this one. Safe beside another labctl: one waits. */
int initial_ensure(struct service *s, const char *dataset, struct err *e);

/* Removes those whose image this host no longer has and that no lab stands on; adds a line for each
 * to *removed. */
int initial_collect(struct strv *removed, struct err *e);

#endif
