/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_PACKAGES_H
#define LABCTL_IMAGE_PACKAGES_H

/*
 * Packages indexes as a table: each package's fields as slices of the index
 * text, which must live as long. Sorted by name. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"
#include "spec/image.h"

struct package_text {
	const char *at; /* NULL: the package has no such field */
	size_t len;
};

struct package {
	struct package_text name, version, architecture, filename, size, sha256;
	struct package_text depends, pre_depends;
	bool essential;
	bool required; /* Priority: required */
	int64_t index; /* of the text it was in */
};

struct packages {
	struct package *items;
	size_t count;
	size_t capacity;
};

/* Adds the packages of a NUL-terminated text; packages_sort when all are in. */
void packages_add(struct packages *p, const char *text, size_t size, int64_t index);
void packages_sort(struct packages *p);
void packages_done(struct packages *p);

/* The package of that name, version and architecture (NULL: any); NULL if there is none. */
const struct package *packages_find(const struct packages *p, const char *name, const char *version,
				    const char *architecture);

bool packages_text_is(const struct package_text *t, const char *s);

/* Fills *out with copies; ERR_SPEC when the index lacks or garbles what a lock needs. */
int packages_to_lock(const struct package *p, struct lock_package *out, struct err *e);

/* "a (>= 1) | b, c" adds `a`: the first name of every group that offers a choice. */
void packages_first_choices(const struct package_text *depends, struct strv *out);

#endif
