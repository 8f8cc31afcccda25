/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_BUILD_PLAN_H
#define LABCTL_IMAGE_BUILD_PLAN_H

/*
 * What `image build` has to do: the images asked for and their parents,
 * parents first, each with its lock, and whether the image that is there was
 * made from the same inputs. Planning reads files; it asks the network only
 * for what must be built (lock.h).
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/strv.h"
#include "image/build.h"
#include "image/lock.h"
#include "image/record.h"
#include "spec/image.h"

struct target { /* one image of the plan */
	struct image_spec spec;
	struct target *parent; /* NULL for an image without one */
	struct lock lock;
	char inputs[HASH_HEX_SIZE]; /* digest of all that decides what the layer will hold */
	bool forced;                /* built even where it is there */
	const char *why;            /* it must be built; NULL: it is there */
	struct record record;       /* once it is there */
	struct build_work *work;    /* build.c's; NULL until it begins */
};

struct build_plan {
	struct target **targets; /* parents before children */
	size_t count, cap;
};

int build_plan_make(const struct strv *names, const struct build_options *o, struct build_plan *out,
		    struct err *e);
void build_plan_done(struct build_plan *p);

/* The digest of what the target is made from, its parent's included. */
int build_plan_inputs(const struct target *t, char digest[HASH_HEX_SIZE], struct err *e);

#endif
