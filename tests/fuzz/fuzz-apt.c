/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as each of apt's files. */
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "image/apt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(apt_done) struct apt_config c = {0};
	const char *text = (const char *)data;

	apt_parse_sources("s", text, size, &c);
	apt_parse_list("l", text, size, &c);
	apt_parse_dump(text, size, &c);
	apt_parse_auth(text, size, &c);
	apt_proxy(&c, "http://host.example/debian");
	free(apt_userpwd(&c, "https://host.example/debian"));
	for (size_t i = 0; i < c.source_count; i++)
		apt_proxy(&c, c.sources[i].uri);
	return 0;
}
