/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an exercise.yaml. */
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "spec/exercise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct exercise x;
	struct err e;

	if (!schema_parse(&exercise_schema, "exercise.yaml", (const char *)data, size, &x, &e))
		exercise_done(&x);
	return 0;
}
