/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a package's container, as a layer's listing, and as names of members. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/deb.h"
#include "image/tree.h"
#include "image/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_lie_within(const struct deb_part *part, const uint8_t *data, size_t size)
{
	if (part->data < data || part->size > size || part->data + part->size > data + size)
		abort();
}

/* What passes as a name has neither a beginning slash nor a part ".." or ".". */
static void must_be_clean(const char *name)
{
	if (*name == '/' || str_starts(name, "../") || str_ends(name, "/..") ||
	    strstr(name, "/../") || str_eq(name, "..") || strstr(name, "//") || strstr(name, "/./"))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = xstrndup((const char *)data, size);
	cleanup(str_done) struct str name = STR_INIT;
	const char *at = (const char *)data;
	struct tree_line line;
	struct deb deb;
	struct err e;

	if (deb_parse(data, size, &deb, &e) == 0) {
		must_lie_within(&deb.control, data, size);
		must_lie_within(&deb.data, data, size);
	}
	if (unpack_clean_name(text, &name, &e) == 0)
		must_be_clean(name.data);
	while (tree_next_line(&at, (const char *)data + size, &line, &e) == 1)
		if (line.path + line.path_len > (const char *)data + size)
			abort();
	return 0;
}
