/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a profile of limits. */
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "spec/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile p;
	struct err e;

	if (!schema_parse(&profile_schema, "profile.yaml", (const char *)data, size, &p, &e))
		profile_done(&p);
	return 0;
}
