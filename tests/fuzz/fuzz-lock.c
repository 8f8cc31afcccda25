/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an image.lock; what is accepted prints to something that reads back the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "spec/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_print_the_same(const struct str *text)
{
	cleanup(str_done) struct str again = STR_INIT;
	struct image_lock l;
	struct err e;

	if (image_lock_parse("again", text->data, text->len, &l, &e))
		abort();
	image_lock_print(&l, &again);
	image_lock_done(&l);
	if (!str_eq(text->data, again.data))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(str_done) struct str text = STR_INIT;
	struct image_lock l;
	struct err e;

	if (image_lock_parse("image.lock", (const char *)data, size, &l, &e))
		return 0;
	image_lock_print(&l, &text);
	image_lock_done(&l);
	must_print_the_same(&text);
	return 0;
}
