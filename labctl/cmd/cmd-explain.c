/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/explain.h"
#include "bench/report.h"
#include "cmd/command.h"
#include "spec/json.h"
#include "spec/result.h"

static struct explain_options explain_options;
static const char *json_path, *variant;

static const struct opt options[] = {
    {OPT_T_STRING, 0, "variant", "V", "look at this variant, as if it were named second", &variant,
     0, 0, NULL},
    {OPT_T_STRING, 0, "try", "FILE", "look at your own file", &explain_options.try_file, 0, 0,
     NULL},
    {OPT_T_FLAG, 0, "machines", NULL, "your file works across the exercise's machines",
     &explain_options.machines, 0, 0, NULL},
    {OPT_T_CHOICE, 0, "size", "SIZE", "small, medium or large; the exercise's choice by default",
     &explain_options.size, 0, 0, "small|medium|large"},
    {OPT_T_LIST, 0, "instrument", "I,...", "only these instruments", &explain_options.instruments,
     0, 0, NULL},
    {OPT_T_STRING, 0, "json", "FILE", "keep what they saw for report; - prints it", &json_path, 0,
     0, NULL},
    OPT_END,
};

static const struct opt *explain_option_table(void)
{
	return options;
}

static void show(const char *text, void *arg)
{
	(void)arg;
	if (json_path && str_eq(json_path, "-"))
		return;
	printf("%s\n", text);
	fflush(stdout);
}

static int keep_evidence(const struct exercise *x, struct err *e)
{
	cleanup(json_free) json_t *j = explain_evidence(x, &explain_options);

	if (!str_eq(json_path, "-"))
		return json_write_file(j, json_path, false, e);
	cleanup_free char *text = json_text(j, true);

	puts(text);
	return 0;
}

static int explain_command(struct strv *operands, int *status, struct err *e)
{
	struct exercise exercise;

	(void)status;
	if (operands->len < 1 || operands->len > 2)
		return fail(e, ERR_USAGE, 0,
			    "name an exercise, and one of its variants if not the "
			    "baseline");
	if (operands->len == 2 && variant)
		return fail(e, ERR_USAGE, 0, "name a variant once: '%s', or --variant %s",
			    operands->items[1], variant);
	if (operands->len == 2)
		variant = operands->items[1];
	if (variant && explain_options.try_file)
		return fail(e, ERR_USAGE, 0, "name a variant, or a file with --try, not both");
	if (explain_options.machines && !explain_options.try_file)
		return fail(e, ERR_USAGE, 0, "--machines is about the file to --try");
	if (json_path && !str_eq(json_path, "-") && result_check_place(json_path, e))
		return -1;
	explain_options.variant = variant;
	explain_options.colour = report_colour_wanted(STDOUT_FILENO);
	if (exercise_load(operands->items[0], &exercise, e))
		return -1;
	explain_options.reports = json_path ? json_array() : NULL;
	int rc = explain_run(&exercise, &explain_options, show, NULL, e);

	if (!rc && json_path)
		rc = keep_evidence(&exercise, e);
	exercise_done(&exercise);
	return rc;
}

const struct command cmd_explain = {
    .name = "explain",
    .summary = "Show where a variant's time, memory or queries go",
    .synopsis = "EXERCISE [VARIANT]",
    .details = "Runs the baseline, or the variant named, once under each of the exercise's "
	       "instruments (a profiler, the plans of the database, system calls, ...) in a "
	       "sandbox, and shows what they saw. Instruments slow a program down: for times, use "
	       "'labctl run'.\n\n"
	       "  labctl explain algorithm\n"
	       "  labctl explain database index\n"
	       "  labctl explain algorithm --try solution.py --instrument profile",
    .options = explain_option_table,
    .needs = NEED_SANDBOX,
    .run = explain_command,
};
