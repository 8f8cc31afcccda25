/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_DIFF_H
#define LABCTL_IMAGE_DIFF_H

/*
 * Two images compared: packages, files, and whether the difference can change
 * what a program measures. By the layers' listings alone: no tree is read.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/strv.h"

enum diff_change { DIFF_ADDED, DIFF_REMOVED, DIFF_CHANGED };

struct diff_package {
	enum diff_change change;
	char *name;
	char *from, *to; /* versions; NULL where there is none */
};

struct diff_file {
	enum diff_change change;
	char *path; /* "/usr/bin/x", bytes that would break a line as \ooo */
	char *what; /* "content", "mode", "owner", "type", joined by ", "; NULL unless changed */
	bool can_change_timings;
};

struct diff {
	struct diff_package *packages;
	size_t package_count, package_cap;
	struct diff_file *files;
	size_t file_count, file_cap;
	/* Why runs on the two may not be compared: "libc6: the C library and its allocator". Empty:
	 * only what no program reads while it is measured (documentation, translations, databases
	 * of dpkg) is different. */
	struct strv timing;
};

/* a and b: names of images, or beginnings of digests. */
int diff_images(const char *a, const char *b, struct diff *out, struct err *e);
void diff_done(struct diff *d);

/* Why another version of the package can change timings; NULL where its name alone says nothing. */
const char *diff_timing_class(const char *package);

#endif
