/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_MAVEN_H
#define LABCTL_IMAGE_MAVEN_H

/*
 * The jars that an image's pom.xml leads to: all that labctl knows of Maven.
 * The host's mvn finds and fetches them, from where the machine's own
 * configuration says; here they are pinned by digest and kept in the cache
 * that packages lie in (cache.h).
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/hash.h"
#include "spec/image.h"

int maven_pom_digest(const struct image_spec *spec, char digest[HASH_HEX_SIZE], struct err *e);

/*
 * Fills lock->pom and lock->jars. As long as pom.xml is the one of the committed lock its jars are
 * taken over: what a repository serves under a version that is pinned already is not believed.
 */
int maven_lock(const struct image_spec *spec, struct image_lock *lock, struct err *e);

/* Brings the jars of a lock into the cache. Nothing is asked of Maven when all are there. ERR_SPEC
 * where a repository serves a jar with another digest than the lock's. */
int maven_fetch(const struct image_spec *spec, const struct image_lock *lock, struct err *e);

#endif
