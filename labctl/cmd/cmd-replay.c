/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "bench/compare.h"
#include "bench/figures.h"
#include "bench/replay.h"
#include "bench/report.h"
#include "cmd/command.h"

static const char *json_path;

static const struct opt options[] = {
    {OPT_T_STRING, 0, "json", "FILE", "keep the new record", &json_path, 0, 0, NULL},
    OPT_END,
};

static const struct opt *replay_option_table(void)
{
	return options;
}

static int answer(const struct result *record, struct run *run, int *status, struct err *e)
{
	struct compare c;
	cleanup(str_done) struct str text = STR_INIT;

	if (compare_init(&c, record, &run->record, e))
		return -1;
	report_print(&run->record, report_colour_wanted(STDOUT_FILENO), &text);
	str_addc(&text, '\n');
	compare_print(&c, record, &run->record, &text);
	fputs(text.data, stdout);
	if (!c.agree)
		*status = 1;
	compare_done(&c);
	return json_path ? result_save(&run->record, json_path, e) : 0;
}

static int replay(const struct result *record, const struct exercise *exercise, int *status,
		  struct err *e)
{
	struct run_options o;
	struct run run;
	cleanup(strv_done) struct strv words = STRV_INIT;

	char took[32];

	log_info("%s: measuring again what took %s", exercise->name,
		 str_human_ns(record->duration_ns, took, sizeof(took)));
	replay_options(record, &o);
	int rc = run_prepare(&run, exercise, &o, e);

	if (!rc) {
		replay_differences(record, &run, &words);
		for (size_t i = 0; i < words.len; i++)
			log_warn("%s", words.items[i]);
		rc = run_execute(&run, e);
	}
	if (!rc)
		rc = answer(record, &run, status, e);
	run_done(&run);
	replay_options_done(&o);
	return rc;
}

static int replay_run(struct strv *operands, int *status, struct err *e)
{
	struct result record = {0};
	struct exercise exercise;

	if (operands->len != 1)
		return fail(e, ERR_USAGE, 0, "name one record, as 'labctl run --json' keeps it");
	if (json_path && result_check_place(json_path, e))
		return -1;
	if (result_load(operands->items[0], &record, e))
		return -1;
	if (record.growth_count > 0) {
		fail(e, ERR_USAGE, 0, "'%s' is of run --scaling: it has no blocks to replay",
		     operands->items[0]);
		hint(e, "labctl run %s --scaling --seed %llu measures the same inputs again",
		     record.exercise, (unsigned long long)record.plan.seed);
		result_done(&record);
		return -1;
	}
	figures_compute(&record); /* from the samples, not from what the file says they are */
	int rc = exercise_load(record.exercise, &exercise, e);

	if (!rc) {
		rc = replay(&record, &exercise, status, e);
		exercise_done(&exercise);
	}
	result_done(&record);
	return rc;
}

const struct command cmd_replay = {
    .name = "replay",
    .summary = "Run a record again and say whether it was reproduced",
    .synopsis = "RECORD",
    .details =
	"Measures the same variants under the same limits with the same seed and number of "
	"blocks, on the images that the record names where they still exist, and compares. "
	"The exit status is 0 if the intervals agree, and 1 if they do not or if there are too "
	"few blocks to tell.",
    .options = replay_option_table,
    .needs = NEED_SANDBOX,
    .run = replay_run,
};
