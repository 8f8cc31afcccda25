/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_SOLVE_H
#define LABCTL_IMAGE_SOLVE_H

/*
 * Which packages it takes to have the wanted ones: all that labctl knows of
 * libsolv. The same index and the same wants give the same answer.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "base/strv.h"
#include "image/catalog.h"
#include "spec/image.h"

struct solve_pool; /* a catalog, loaded: good for any number of solves */

struct solve_request {
	const char *what;          /* for messages: "images/python/image.yaml" */
	const struct strv *wanted; /* names of packages */
	bool essential;            /* and all that Debian marks as essential: for a root image */
	const struct image_lock *const *parents; /* their packages are there; NULL-ended, or NULL */
};

/* The catalog must outlive the pool. */
struct solve_pool *solve_open(const struct catalog *c, struct err *e);
void solve_close(struct solve_pool *p);

/* Fills out->packages, sorted by name, without those of the parents. ERR_SPEC if it cannot be. */
int solve_run(struct solve_pool *p, const struct solve_request *r, struct image_lock *out,
	      struct err *e);

/* Unpacks a compressed index: libsolv's companion library reads all that Debian uses. */
int solve_unpack(const char *path, struct str *out, struct err *e);

#endif
