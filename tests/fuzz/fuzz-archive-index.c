/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a Release file, a signed one, and a Packages index. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/packages.h"
#include "image/release.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_release(const char *text, size_t size)
{
	struct release_file file;
	struct release r;
	struct err e;

	free(release_claimed_origin(text, size));
	if (release_parse(text, size, &r, &e))
		return;
	release_find(&r, "main/binary-amd64/Packages", &file);
	release_done(&r);
}

static void read_packages(const char *text, size_t size)
{
	cleanup(packages_done) struct packages p = {0};
	cleanup(strv_done) struct strv firsts = STRV_INIT;

	packages_add(&p, text, size, 0);
	packages_sort(&p);
	for (size_t i = 0; i < p.count; i++) {
		struct image_lock l = {.packages = xcalloc(1, sizeof(*l.packages))};
		struct err e;

		packages_first_choices(&p.items[i].depends, &firsts);
		if (!packages_to_lock(&p.items[i], &l.packages[0], &e))
			l.package_count = 1;
		image_lock_done(&l);
	}
	packages_find(&p, "core", "1", NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = xstrndup((const char *)data, size);

	read_release((const char *)data, size);
	read_packages(text, strlen(text));
	return 0;
}
