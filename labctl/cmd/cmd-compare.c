/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>

#include "base/mem.h"
#include "bench/compare.h"
#include "bench/figures.h"
#include "cmd/command.h"
#include "spec/json.h"

static bool as_json;

static const struct opt options[] = {
    {OPT_T_FLAG, 0, "json", NULL, "print the rows as JSON", &as_json, 0, 0, NULL},
    OPT_END,
};

static const struct opt *compare_options(void)
{
	return options;
}

static json_t *interval_json(const struct result_interval *i)
{
	return json_pack("{s:f, s:f, s:f}", "estimate", i->estimate, "low", i->low, "high",
			 i->high);
}

static void print_json(const struct compare *c)
{
	cleanup(json_free) json_t *rows = json_array();

	for (size_t i = 0; i < c->row_count; i++) {
		const struct compare_row *row = &c->rows[i];

		json_array_append_new(rows,
				      json_pack("{s:s, s:o*, s:o*, s:o*, s:b, s:b}", "variant",
						row->variant, "first", interval_json(&row->first),
						"second", interval_json(&row->second), "change",
						interval_json(&row->change), "agree", row->agree,
						"undecided", row->undecided));
	}
	cleanup_free char *text = json_text(rows, true);

	puts(text);
}

/* The figures come from the samples, not from what the file says they are. */
static int load(const char *path, struct result *r, struct err *e)
{
	if (result_load(path, r, e))
		return -1;
	figures_compute(r);
	return 0;
}

static int compare_run(struct strv *operands, int *status, struct err *e)
{
	struct result first = {0};
	struct result second = {0};
	struct compare c = {0};
	cleanup(str_done) struct str text = STR_INIT;

	if (operands->len != 2)
		return fail(e, ERR_USAGE, 0, "name two records, as 'labctl run --json' keeps them");
	int rc = load(operands->items[0], &first, e) || load(operands->items[1], &second, e) ||
			 compare_init(&c, &first, &second, e)
		     ? -1
		     : 0;

	if (!rc && as_json) {
		print_json(&c);
	} else if (!rc) {
		compare_print(&c, &first, &second, &text);
		fputs(text.data, stdout);
	}
	if (!rc && !c.agree)
		*status = 1;
	compare_done(&c);
	result_done(&first);
	result_done(&second);
	return rc;
}

const struct command cmd_compare = {
    .name = "compare",
    .summary = "Set two records side by side and say whether they agree",
    .synopsis = "RECORD RECORD",
    .details = "Compares how many times faster each variant was, which means the same on another "
	       "host; times do not. The exit status is 0 if all agree, and 1 if one does not or "
	       "cannot be told for want of blocks.\n\n"
	       "  labctl run algorithm --json before.json\n"
	       "  labctl compare before.json after.json",
    .options = compare_options,
    .run = compare_run,
};
