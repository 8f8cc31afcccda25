/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_DEB822_H
#define LABCTL_IMAGE_DEB822_H

/*
 * Debian's control format: stanzas of `Field: value`, parted by empty lines,
 * where a line that begins with a blank continues the value. A cursor over
 * text that it neither copies nor changes, since a package index is 60 MB.
 *
 *	while (deb822_next_stanza(&d))
 *		while (deb822_next_field(&d, &f))
 *			...
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"

struct deb822 {
	const char *at;
	const char *end;
	int line;       /* of `at`, from 1 */
	bool in_stanza; /* fields of a stanza may be left to read */
};

struct deb822_field {
	const char *name; /* as written; compare with deb822_is */
	size_t name_len;
	const char *value; /* without blanks at both ends; may hold continuation lines */
	size_t value_len;
	int line;
};

void deb822_init(struct deb822 *d, const char *text, size_t size);

/* Skips to the next stanza that has a line; false at the end of the text. */
bool deb822_next_stanza(struct deb822 *d);

/*
 * The next field of this stanza; false at its end. Comment lines, and lines that are no field,
 * are passed over: deb822_next_field is for reading what others have written.
 */
bool deb822_next_field(struct deb822 *d, struct deb822_field *f);

bool deb822_is(const struct deb822_field *f, const char *name); /* ASCII case ignored */
char *deb822_value(const struct deb822_field *f);               /* a copy; the caller frees */

/* The words of a value over all its lines, comment lines left out; adds to *out. */
void deb822_words(const struct deb822_field *f, struct strv *out);

#endif
