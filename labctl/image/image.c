/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/record.h"
#include "image/store.h"

int image_open(const char *name, struct image *out, struct err *e)
{
	cleanup(record_done) struct record r = {.name = NULL};

	*out = (struct image){.name = NULL};
	if (record_load(name, &r, e))
		return -1;
	for (size_t i = 0; i < r.layers.len; i++) {
		if (store_has(r.layers.items[i]))
			continue;
		fail(e, ERR_SPEC, 0, "layer %.12s of the image '%s' is gone", r.layers.items[i],
		     r.name);
		return hint(e, "sudo labctl image build %s", r.name);
	}
	out->name = xstrdup(r.name);
	memcpy(out->digest, r.digest, HASH_HEX_SIZE);
	memcpy(out->lock_digest, r.lock, HASH_HEX_SIZE);
	out->lock_is_local = r.lock_is_local;
	for (size_t i = 0; i < r.layers.len; i++)
		strv_take(&out->layers, store_root(r.layers.items[i]));
	return 0;
}

void image_done(struct image *i)
{
	free(i->name);
	strv_done(&i->layers);
	*i = (struct image){.name = NULL};
}

int image_ensure(const char *name, const struct build_runner *runner, struct image *out,
		 struct err *e)
{
	const struct build_options options = {.dry_run = false};
	cleanup(strv_done) struct strv names = STRV_INIT;

	strv_add(&names, name);
	if (build_images(&names, &options, runner, e))
		return -1;
	return image_open(name, out, e);
}
