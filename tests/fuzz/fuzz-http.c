/* SPDX-License-Identifier: Apache-2.0 */
/* Responses of a web application under test: whole, and in pieces, must come out the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bench/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(http_done) struct http whole = HTTP_INIT, pieces = HTTP_INIT;
	const char *text = (const char *)data;
	size_t at = 0;

	http_begin(&whole, 64);
	size_t used = http_feed(&whole, text, size);

	http_begin(&pieces, 64);
	while (at < size && pieces.state != HTTP_DONE && pieces.state != HTTP_BAD)
		at += http_feed(&pieces, text + at, 1);
	if (whole.state != pieces.state || used != at || used > size)
		abort();
	if (whole.state != HTTP_BAD && (whole.body.len != pieces.body.len ||
					memcmp(whole.body.data, pieces.body.data, whole.body.len)))
		abort();
	http_closed(&whole);
	if (whole.state != HTTP_DONE && whole.state != HTTP_BAD)
		abort();
	return 0;
}
