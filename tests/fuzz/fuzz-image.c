/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an image.yaml. */
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "spec/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct image_spec s;
	struct err e;

	if (!schema_parse(&image_schema, "image.yaml", (const char *)data, size, &s, &e))
		image_spec_done(&s);
	return 0;
}
