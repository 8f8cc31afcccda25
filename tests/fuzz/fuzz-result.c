/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the record of a run; what is accepted prints to something that is accepted too. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spec/result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result r;
	struct err e;

	if (result_parse("r.json", (const char *)data, size, &r, &e))
		return 0;
	cleanup_free char *text = result_print(&r);
	result_done(&r);
	if (result_parse("again", text, strlen(text), &r, &e))
		abort();
	result_done(&r);
	return 0;
}
