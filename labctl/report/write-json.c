/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "report/write.h"

enum { REPORT_SCHEMA = 1 };

/* Text that is no UTF-8 cannot be JSON. */
static json_t *text_json(const char *text)
{
	return text ? json_string(text) ?: json_string("?") : NULL;
}

static json_t *remarks_json(const struct strv *remarks)
{
	json_t *list = json_array();

	for (size_t i = 0; i < remarks->len; i++)
		json_array_append_new(list, text_json(remarks->items[i]));
	return list;
}

static json_t *headline_json(const struct headline *h)
{
	if (!h->amount)
		return NULL;
	return json_pack("{s:o*, s:o*, s:o*, s:o*}", "variant", text_json(h->variant), "amount",
			 text_json(h->amount), "sure", text_json(h->sure), "tone",
			 text_json(h->tone));
}

static json_t *chapter_json(const struct chapter *c)
{
	json_t *tables = json_array();

	for (size_t i = 0; i < c->table_count; i++)
		json_array_append_new(tables, table_json(&c->tables[i]));
	return json_pack("{s:s, s:o, s:o, s:o*, s:o*, s:o*, s:o*, s:o, s:o}", "id", c->id,
			 "exercise", text_json(c->exercise), "title", text_json(c->title), "about",
			 text_json(c->about), "started", text_json(c->started), "replay",
			 text_json(c->replay), "headline", headline_json(&c->headline), "remarks",
			 remarks_json(&c->remarks), "tables", tables);
}

json_t *write_json(const struct document *d)
{
	json_t *chapters = json_array();
	json_t *tables = json_array();

	if (table_rows(&d->overview))
		json_array_append_new(tables, table_json(&d->overview));
	if (table_rows(&d->agreement))
		json_array_append_new(tables, table_json(&d->agreement));
	for (size_t i = 0; i < d->chapter_count; i++)
		json_array_append_new(chapters, chapter_json(d->chapters[i]));
	return json_pack("{s:i, s:s, s:o, s:o}", "report", REPORT_SCHEMA, "labctl", LABCTL_VERSION,
			 "tables", tables, "chapters", chapters);
}
