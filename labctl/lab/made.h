/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_MADE_H
#define LABCTL_LAB_MADE_H

/*
 * Things that take seconds to make, are made once and then shared by all labs
 * and runs: initial states (initial.c), what was built of sources (bench/build.c).
 *
 *	<state>/<kind>/<digest>/	one of them
 *	                       /recipe	what it was made from; its SHA-256 is the digest
 *	<state>/<kind>/<digest>.tmp/	being made, by who holds <digest>.lock
 *
 * A thing is made in .tmp, synced to disk and renamed: under its digest it is
 * whole or not there at all, also after a kill or a power cut.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/strv.h"

struct made {
	const char *kind; /* the folder below the state directory */
	const char *recipe;
	char digest[HASH_HEX_SIZE];
	char *path;      /* of the thing, once it is there */
	char *temporary; /* while it is made */
};

/* kind and recipe are borrowed. One line of a recipe is "image <digest>", not the first: what
 * was made goes with that image. */
void made_init(struct made *m, const char *kind, const char *recipe);
void made_done(struct made *m);

/* Fills m->temporary, an empty folder that only root may enter. */
typedef int made_fn(const struct made *m, void *arg, struct err *e);

/* Makes it unless it is there: 1 made, 0 there already, -1. Safe beside another labctl: one waits,
 * and says for what. */
int made_ensure(const struct made *m, const char *what, made_fn *make, void *arg, struct err *e);

/* A descriptor: as long as it is open, made_collect leaves the thing alone. */
int made_hold(const struct made *m, struct err *e);

/*
 * Removes what was left half made, and, unless somebody holds them, those whose image this host no
 * longer has and, with unused_ns > 0, those that nobody asked for in that time; adds "what
 * 0123456789ab" to *removed.
 */
int made_collect(const char *kind, const char *what, int64_t unused_ns, struct strv *removed,
		 struct err *e);

#endif
