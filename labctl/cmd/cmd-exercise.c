/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "bench/desk.h"
#include "bench/review.h"
#include "bench/skeleton.h"
#include "cmd/command.h"
#include "spec/exercise.h"
#include "spec/json.h"

static bool as_json;

static const struct opt json_options[] = {
    {OPT_T_FLAG, 0, "json", NULL, "print JSON", &as_json, 0, 0, NULL},
    OPT_END,
};

static const struct opt *json_option_table(void)
{
	return json_options;
}

/* ---- list ---- */

static json_t *summary_json(const struct exercise *x)
{
	return json_pack("{s:s, s:s?, s:s?, s:s?, s:i}", "name", x->name, "title", x->title,
			 "summary", x->summary, "topic", x->topic, "variants",
			 (int)x->variant_count);
}

static int list_one(const char *name, json_t *list, struct err *e)
{
	struct exercise x;
	cleanup(str_done) struct str line = STR_INIT;

	if (exercise_load(name, &x, e))
		return -1;
	if (list) {
		json_array_append_new(list, summary_json(&x));
	} else {
		str_addf(&line, "%-12s", x.name);
		str_add_wrapped(&line, x.summary ? x.summary : x.title, 12, 12);
		fputs(line.data, stdout);
	}
	exercise_done(&x);
	return 0;
}

static int list_run(struct strv *operands, int *status, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	cleanup(json_free) json_t *list = as_json ? json_array() : NULL;

	(void)status;
	if (operands->len > 0)
		return fail(e, ERR_USAGE, 0, "'exercise list' takes no argument");
	if (exercise_list(&names, e))
		return -1;
	for (size_t i = 0; i < names.len; i++)
		if (list_one(names.items[i], list, e))
			return -1;
	if (list) {
		cleanup_free char *text = json_text(list, true);

		puts(text);
	}
	return 0;
}

static const struct command exercise_list_command = {
    .name = "list",
    .summary = "The exercises, each with its trouble",
    .options = json_option_table,
    .run = list_run,
};

/* ---- show ---- */

static void show_limits(const struct exercise *x)
{
	char memory[32];
	char time[32];

	printf("Limits:   ");
	if (x->limits.cpu > 0)
		printf("%g CPU", x->limits.cpu);
	if (x->limits.memory_bytes > 0)
		printf(", %s memory",
		       str_human_bytes(x->limits.memory_bytes, memory, sizeof(memory)));
	if (x->limits.time_ns > 0)
		printf(", %s a sample", str_human_ns(x->limits.time_ns, time, sizeof(time)));
	printf("\n");
}

static void show_sizes(const struct exercise *x)
{
	char budget[32];

	printf("Sizes:    ");
	for (size_t i = 0; i < x->size_count; i++)
		printf("%s%s (%s)", i ? ", " : "", x->sizes[i].name,
		       str_human_ns(x->sizes[i].budget_ns, budget, sizeof(budget)));
	printf("\n");
}

static void show_variants(const struct exercise *x)
{
	printf("\nVariants:\n");
	for (size_t i = 0; i < x->variant_count; i++) {
		const struct exercise_variant *v = &x->variants[i];
		cleanup(str_done) struct str line = STR_INIT;

		str_addf(&line, "  %-14s ", v->name);
		str_add_wrapped(&line, v->summary ? v->summary : "", 17, 17);
		if (!v->hidden)
			fputs(line.data, stdout);
	}
}

/* What a student hands in beside the entry: built of it. */
static json_t *source_names(const struct exercise *x)
{
	json_t *names = json_array();

	for (size_t i = 0; i < x->build.sources.len; i++)
		json_array_append_new(names, json_string(path_base(x->build.sources.items[i])));
	return names;
}

static json_t *details_json(const struct exercise *x)
{
	json_t *j = summary_json(x);
	json_t *sizes = json_array();
	json_t *variants = json_array();

	for (size_t i = 0; i < x->size_count; i++)
		json_array_append_new(sizes, json_string(x->sizes[i].name));
	for (size_t i = 0; i < x->variant_count; i++) {
		const struct exercise_variant *v = &x->variants[i];

		if (!v->hidden)
			json_array_append_new(variants, json_pack("{s:s, s:s?, s:s?}", "name",
								  v->name, "summary", v->summary,
								  "technique", v->technique));
	}
	json_object_set_new(j, "sizes", sizes);
	json_object_set_new(j, "variants", variants);
	json_object_set_new(j, "entry", x->entry ? json_string(x->entry) : json_null());
	json_object_set_new(j, "sources", source_names(x));
	json_object_set_new(j, "cpu", json_real(x->limits.cpu));
	json_object_set_new(j, "memory_bytes", json_integer(x->limits.memory_bytes));
	return j;
}

static void show(const struct exercise *x)
{
	cleanup_free char *services = strv_join(&x->services, ", ");
	cleanup_free char *instruments = strv_join(&x->explain, ", ");

	printf("%s: %s\n", x->name, x->title);
	if (x->summary)
		printf("%s.\n", x->summary);
	printf("\nImage:    %s\n", x->image);
	if (x->services.len > 0)
		printf("Services: %s\n", services);
	show_limits(x);
	show_sizes(x);
	if (x->entry) {
		printf("You edit: %s", x->entry);
		for (size_t i = 0; i < x->build.sources.len; i++)
			printf(", %s", path_base(x->build.sources.items[i]));
		printf("\n");
	}
	if (x->explain.len > 0)
		printf("Explain:  %s\n", instruments);
	show_variants(x);
	printf("\nThe task: %s/README.md\n", x->dir);
}

static int show_run(struct strv *operands, int *status, struct err *e)
{
	struct exercise x;

	(void)status;
	if (operands->len != 1)
		return fail(e, ERR_USAGE, 0, "name one exercise; 'labctl exercise list' has them");
	if (exercise_load(operands->items[0], &x, e))
		return -1;
	if (as_json) {
		cleanup(json_free) json_t *j = details_json(&x);
		cleanup_free char *text = json_text(j, true);

		puts(text);
	} else {
		show(&x);
	}
	exercise_done(&x);
	return 0;
}

static const struct command exercise_show_command = {
    .name = "show",
    .summary = "All about one: its limits, sizes and variants",
    .synopsis = "EXERCISE",
    .options = json_option_table,
    .run = show_run,
};

/* ---- start ---- */

static void show_desk(const struct exercise *x, const char *called, const char *dir)
{
	cleanup(str_done) struct str files = STR_INIT;
	const struct strv *sources = &x->build.sources;

	str_addf(&files, "%s/%s", dir, x->entry);
	for (size_t i = 0; i < sources->len; i++)
		str_addf(&files, "%s%s", i + 1 < sources->len ? ", " : " and ",
			 path_base(sources->items[i]));
	printf("%s %s yours to edit, %s/README.md says how to go on.\n"
	       "Measure it:  labctl run %s --try %s/%s\n",
	       files.data, sources->len > 0 ? "are" : "is", dir, called, dir, x->entry);
}

static int start_run(struct strv *operands, int *status, struct err *e)
{
	struct exercise x;

	(void)status;
	if (operands->len != 2) {
		fail(e, ERR_USAGE, 0, "name an exercise and a new folder");
		return hint(e, "labctl exercise start algorithm my-algorithm");
	}
	const char *dir = operands->items[1];

	if (exercise_load(operands->items[0], &x, e))
		return -1;
	int rc = desk_lay_out(&x, dir, e);

	if (!rc)
		show_desk(&x, operands->items[0], dir);
	exercise_done(&x);
	return rc;
}

static const struct command exercise_start_command = {
    .name = "start",
    .summary = "Lay out a folder to work in: the task, and the file to make faster",
    .synopsis = "EXERCISE DIR",
    .details =
	"The file is a copy of the baseline. Whatever else lies in the folder, only that "
	"file is measured and handed in, and what the exercise builds for it: sources in C or "
	"Rust that are laid out beside it. A file that exists is never overwritten.",
    .run = start_run,
};

/* ---- new ---- */

static int new_run(struct strv *operands, int *status, struct err *e)
{
	(void)status;
	if (operands->len != 1) {
		fail(e, ERR_USAGE, 0, "name a new folder");
		return hint(e, "labctl exercise new sorting");
	}
	const char *dir = operands->items[0];

	if (skeleton_lay_out(dir, e))
		return -1;
	printf("%s is an exercise that runs as it is. Every line that says \"%s\" is yours to\n"
	       "replace; what is missing:  labctl exercise check %s%s\n",
	       dir, REVIEW_MARK, strchr(dir, '/') ? "" : "./", dir);
	return 0;
}

static const struct command exercise_new_command = {
    .name = "new",
    .summary = "Write a skeleton to make an exercise of your own from",
    .synopsis = "DIR",
    .details = "DIR must not exist yet; its last part is the exercise's name. The skeleton is a "
	       "small exercise that runs. The other commands take a folder for an exercise: "
	       "labctl run ./DIR.",
    .run = new_run,
};

/* ---- check ---- */

static struct desk_check_options check_options;

static const struct opt check_option_rows[] = {
    {OPT_T_CHOICE, 0, "size", "SIZE", "small (the default), medium or large", &check_options.size,
     0, 0, "small|medium|large"},
    {OPT_T_DURATION, 0, "budget", "TIME", "measure no longer than this", &check_options.budget_ns,
     0, 0, NULL},
    {OPT_T_INT, 0, "seeds", "N", "try so many inputs; 12 by default", &check_options.seeds, 1, 1000,
     NULL},
    {OPT_T_INT, 0, "seed", "N", "of the first input: to see a finding again", &check_options.seed,
     1, INT64_MAX >> 11, NULL},
    {OPT_T_FLAG, 0, "quick", NULL,
     "only the files, the seeds, and every variant once: no other sizes, no instruments, no "
     "measuring",
     &check_options.quick, 0, 0, NULL},
    {OPT_T_FLAG, 0, "json", NULL, "print JSON", &as_json, 0, 0, NULL},
    OPT_END,
};

static const struct opt *check_option_table(void)
{
	return check_option_rows;
}

static void print_check(const struct findings *found, const char *table)
{
	cleanup(str_done) struct str text = STR_INIT;
	size_t bad = findings_bad_count(found);
	size_t open = findings_open_count(found);

	if (as_json) {
		cleanup(json_free) json_t *j = findings_json(found);
		cleanup_free char *json = json_text(j, true);

		puts(json);
		return;
	}
	findings_print(found, &text);
	printf("%s%s%s", table, *table ? "\n" : "", text.data);
	if (bad)
		printf("\n%zu of %zu to mend.\n", bad, found->len);
	else
		printf("\nNothing to mend%s.\n", open ? " so far" : "");
	if (open)
		printf(
		    "%zu of %zu could not be told while others use the machine: check again when it "
		    "is quiet,\nor measure longer, with --budget.\n",
		    open, found->len);
}

static int check_run(struct strv *operands, int *status, struct err *e)
{
	struct exercise x;
	cleanup(str_done) struct str table = STR_INIT;
	cleanup(findings_done) struct findings found = {0};

	if (operands->len != 1)
		return fail(e, ERR_USAGE, 0, "name one exercise; 'labctl exercise list' has them");
	if (exercise_load(operands->items[0], &x, e))
		return -1;
	int rc = desk_check(&x, &check_options, &found, &table, e);

	if (!rc) {
		print_check(&found, table.data);
		*status = findings_bad_count(&found) || findings_open_count(&found) ? 1 : 0;
	}
	exercise_done(&x);
	return rc;
}

static const struct command exercise_check_command = {
    .name = "check",
    .summary = "Try an exercise on all that students and graders rely on",
    .synopsis = "EXERCISE",
    .details =
	"For teachers and CI, of an exercise or a folder that holds one: its files are all "
	"there; seeds give the same inputs again; the oracle agrees with the baseline and "
	"takes no rubbish; each wrong answer is caught; each size fits the limits; and every "
	"variant, hidden ones too, measures as exercise.yaml expects. What is missing is "
	"said with its file and line, and the exit status is 1. It is 1 too where others "
	"used the machine so much that a variant could not be judged.",
    .options = check_option_table,
    .needs = NEED_SANDBOX,
    .run = check_run,
};

static const struct command *const subcommands[] = {
    &exercise_list_command, &exercise_show_command,  &exercise_start_command,
    &exercise_new_command,  &exercise_check_command, NULL,
};

const struct command cmd_exercise = {
    .name = "exercise",
    .summary = "List the exercises, show one, start one, make one of your own",
    .details = "An exercise is a program that is too slow, the data it works on, and a way to tell "
	       "whether a faster one still gives the right answer. It goes in four steps:\n\n"
	       "  labctl explain EXERCISE                   1. identify: where does the time go?\n"
	       "  labctl run EXERCISE --variant baseline    2. the baseline in numbers\n"
	       "  labctl exercise start EXERCISE DIR        3. improve your own copy\n"
	       "  labctl run EXERCISE --try DIR/FILE        4. demonstrate",
    .subcommands = subcommands,
};
