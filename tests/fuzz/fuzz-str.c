/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers with units, as command lines and manifests hold them, and names. */
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const words[] = {"exec", "image", "exercise", "a-much-longer-one", NULL};
	cleanup_free char *text = xstrndup((const char *)data, size);
	cleanup(str_done) struct str wrapped = STR_INIT;
	char shown[16]; /* too small for some, on purpose */
	double fraction;
	struct err e;
	int64_t n;

	str_to_int64(text, -1000, 1000, &n, &e);
	if (str_to_bytes(text, &n, &e) == 0) {
		if (n < 0)
			abort();
		str_human_bytes(n, shown, sizeof(shown));
	}
	if (str_to_duration_ns(text, &n, &e) == 0) {
		if (n < 0)
			abort();
		str_human_ns(n, shown, sizeof(shown));
	}
	if (str_to_fraction(text, &fraction, &e) == 0 && !(fraction >= 0))
		abort();
	str_nearest(text, words);
	str_add_wrapped(&wrapped, text, 0, 4);
	path_is_plain_name(text);
	return 0;
}
