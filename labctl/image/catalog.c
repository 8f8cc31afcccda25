/* SPDX-License-Identifier: Apache-2.0 */
#include "image/catalog.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "image/cache.h"
#include "image/solve.h"

static int read_index(const struct index *i, struct str *text, struct err *e)
{
	cleanup_free char *path = cache_path(i->compressed_sha256);
	char digest[HASH_HEX_SIZE];

	if (solve_unpack(path, text, e))
		return -1;
	hash_hex(text->data, text->len, digest);
	if (str_eq(digest, i->packages_sha256))
		return 0;
	fail(e, ERR_HOST, 0, "unpack '%s': what comes out has SHA-256 %s, and %s was signed for",
	     path, digest, i->packages_sha256);
	return hint(e, "remove that file, so that it is fetched again");
}

int catalog_open(const struct index *indexes, size_t count, struct catalog *out, struct err *e)
{
	*out = (struct catalog){.indexes = indexes, .count = count};
	out->texts = xcalloc(count, sizeof(*out->texts));
	for (size_t i = 0; i < count; i++)
		str_init(&out->texts[i]);
	for (size_t i = 0; i < count; i++) {
		if (read_index(&indexes[i], &out->texts[i], e)) {
			catalog_close(out);
			return -1;
		}
		packages_add(&out->packages, out->texts[i].data, out->texts[i].len, (int64_t)i);
	}
	packages_sort(&out->packages);
	return 0;
}

void catalog_close(struct catalog *c)
{
	packages_done(&c->packages);
	for (size_t i = 0; c->texts && i < c->count; i++)
		str_done(&c->texts[i]);
	free(c->texts);
	*c = (struct catalog){0};
}

static void find_gone(const struct catalog *c, const struct lock_package *packages, size_t count,
		      struct strv *gone)
{
	for (size_t i = 0; i < count; i++) {
		const struct lock_package *locked = &packages[i];
		const struct package *now = packages_find(&c->packages, locked->name,
							  locked->version, locked->architecture);

		if (!now || !packages_text_is(&now->sha256, locked->sha256) ||
		    !packages_text_is(&now->filename, locked->pool))
			strv_add(gone, locked->name);
	}
}

void catalog_find_gone(const struct catalog *c, const struct image_lock *l, struct strv *gone)
{
	find_gone(c, l->packages, l->package_count, gone);
	find_gone(c, l->build_packages, l->build_package_count, gone);
}
