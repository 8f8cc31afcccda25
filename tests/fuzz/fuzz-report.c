/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a record, a sweep or evidence for the report: it is refused, or written, and what is
 * written cannot end the element that it stands in. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/document.h"
#include "report/html.h"
#include "report/write.h"
#include "spec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_all(struct document *d)
{
	cleanup(str_done) struct str text = STR_INIT;
	cleanup(str_done) struct str page = STR_INIT;

	document_finish(d);
	cleanup(json_free) json_t *j = write_json(d);

	if (!j)
		abort();
	html_data(&page, j);
	write_body(d, &page);
	if (strstr(page.data, "<script") || strstr(page.data, "<img"))
		abort();
	write_markdown(d, &text);
	write_csv(d, "figures", &text);
	write_csv(d, "samples", &text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(json_free) json_t *j = json_read_text("fuzz", (const char *)data, size, NULL);
	struct document d = {0};
	struct result r;

	if (!result_parse("fuzz", (const char *)data, size, &r, NULL)) {
		document_add_record(&d, &r, "fuzz.json", "0");
		result_done(&r);
	}
	if (j)
		document_add_evidence(&d, "fuzz", j, NULL);
	write_all(&d);
	document_done(&d);
	return 0;
}
