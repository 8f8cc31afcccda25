/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image.h"

#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "image/record.h"
#include "image/store.h"

/* Held as long as the image is open, so that nobody removes a layer under a sandbox. */
static int use_layers(const struct record *r, struct image *out, struct err *e)
{
	out->use_fds = xcalloc(r->layers.len + 2, sizeof(*out->use_fds)); /* derive.c adds one */
	for (size_t i = 0; i < r->layers.len; i++) {
		int fd = store_use(r->layers.items[i], e);

		if (fd < 0) {
			wrap(e, "open the image '%s'", r->name);
			return hint(e, "sudo labctl image build %s", r->name);
		}
		out->use_fds[out->layers.len] = fd;
		strv_take(&out->layers, store_root(r->layers.items[i]));
	}
	return 0;
}

int image_open(const char *name, struct image *out, struct err *e)
{
	cleanup(record_done) struct record r = {.name = NULL};

	*out = (struct image){.name = NULL};
	if (record_load_brief(name, &r, e))
		return -1;
	if (use_layers(&r, out, e)) {
		image_done(out);
		return -1;
	}
	out->name = xstrdup(r.name);
	memcpy(out->digest, r.digest, HASH_HEX_SIZE);
	memcpy(out->lock_digest, r.lock, HASH_HEX_SIZE);
	out->lock_is_local = r.lock_is_local;
	return 0;
}

void image_done(struct image *i)
{
	for (size_t k = 0; k < i->layers.len; k++)
		fd_close(&i->use_fds[k]);
	free(i->use_fds);
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
