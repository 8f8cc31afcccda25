/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "bench/desk.h"
#include "bench/growth.h"
#include "bench/overview.h"
#include "bench/report.h"
#include "bench/run.h"
#include "bench/sweep-report.h"
#include "bench/sweep-run.h"
#include "cmd/command.h"

static struct run_options run_options;
static bool all, dry_run, scaling;
static bool any_ratio, any_service, any_load, any_series; /* what the legend has to explain */
static struct str overview = STR_INIT;                    /* over several exercises, printed last */
static bool interrupted; /* by the user: what is left is not begun */
static const char *json_path;
static struct strv sweep_axes;
static int64_t seed = -1;

static const struct opt options[] = {
    {OPT_T_FLAG, 0, "all", NULL, "every exercise there is", &all, 0, 0, NULL},
    {OPT_T_LIST, 0, "variant", "V,...", "only these variants, beside the baseline; hidden ones too",
     &run_options.variants, 0, 0, NULL},
    {OPT_T_STRING, 0, "try", "FILE", "measure your own file beside the baseline",
     &run_options.try_file, 0, 0, NULL},
    {OPT_T_FLAG, 0, "machines", NULL,
     "your file works across the exercise's machines: it finds them in ctx.machines, and runs in "
     "their image",
     &run_options.machines, 0, 0, NULL},
    {OPT_T_CHOICE, 0, "size", "SIZE", "small (the default), medium or large", &run_options.size, 0,
     0, "small|medium|large"},
    {OPT_T_STRING, 0, "profile", "P", "limits of this profile instead of the exercise's",
     &run_options.profile, 0, 0, NULL},
    {OPT_T_DOUBLE, 0, "cpu", "N", "CPUs: whole ones are reserved, a fraction is a quota",
     &run_options.limits.cpu, 0.01, 1024, NULL},
    {OPT_T_BYTES, 0, "memory", "SIZE", "memory of services and workspace together, such as 256M",
     &run_options.limits.memory_bytes, LIMITS_MEMORY_MIN, LIMITS_BYTES_MAX, NULL},
    {OPT_T_STRINGS, 0, "sweep", "LIMIT=V,...",
     "run it at each of these values of a limit (cpu, memory, pids); given again, at every "
     "combination; 'cpu' alone is 1 to the host's number of CPUs",
     &sweep_axes, 0, 0, NULL},
    {OPT_T_FLAG, 0, "scaling", NULL,
     "how time grows with the input: measure at the exercise's values of one parameter, and fit "
     "the exponent",
     &scaling, 0, 0, NULL},
    {OPT_T_FRACTION, 0, "precision", "P",
     "go on until each interval is this narrow (half its width); 2% by default, and less for "
     "large ratios",
     &run_options.precision, 0.0005, 1, NULL},
    {OPT_T_DURATION, 0, "budget", "TIME",
     "stop after this time for each exercise, such as 60s; up to twice that, until there are "
     "blocks enough to judge by",
     &run_options.budget_ns, 0, 0, NULL},
    {OPT_T_FLAG, 0, "aa", NULL,
     "measure the baseline against itself: what this machine's noise looks like", &run_options.aa,
     0, 0, NULL},
    {OPT_T_STRING, 0, "json", "FILE", "keep the record for compare and replay; - prints it",
     &json_path, 0, 0, NULL},
    {OPT_T_INT, 0, "seed", "N", "of order, inputs and layouts; drawn and recorded by default",
     &seed, 0, 9007199254740991.0, NULL},
    {OPT_T_FLAG, 0, "dry-run", NULL, "print the plan and measure nothing", &dry_run, 0, 0, NULL},
    OPT_END,
};

static const struct opt *run_option_table(void)
{
	return options;
}

/* With several exercises each has a file: out.json becomes out-algorithm.json. */
static char *record_path(const char *exercise, bool several)
{
	const char *dot = strrchr(json_path, '.');

	if (!several || str_eq(json_path, "-"))
		return xstrdup(json_path);
	if (!dot || strchr(dot, '/'))
		dot = json_path + strlen(json_path);
	return xasprintf("%.*s-%s%s", (int)(dot - json_path), json_path, exercise, dot);
}

static int keep_record(struct result *r, bool several, struct err *e)
{
	cleanup_free char *path = record_path(r->exercise, several);

	if (str_eq(path, "-")) {
		cleanup_free char *text = result_print(r);

		puts(text);
		return 0;
	}
	return result_save(r, path, e);
}

/* For a student's file the exit status answers: is it faster? */
static bool try_succeeded(const struct result *r)
{
	for (size_t i = 0; i < r->figure_count; i++)
		if (str_eq(r->variants[r->figures[i].variant].name, RUN_TRY_NAME))
			return str_eq(r->figures[i].verdict, "faster");
	return true;
}

/* Otherwise: did each variant end as exercise.yaml expects? Its speed is for `exercise check`. */
static bool ended_as_expected(const struct exercise *x, const struct result *r)
{
	bool all_did = true;

	for (size_t i = 0; i < r->figure_count; i++) {
		const struct result_figure *f = &r->figures[i];
		const char *name = r->variants[f->variant].name;
		const struct exercise_variant *v = exercise_variant(x, name);

		if (f->variant == 0 || !v || desk_ends((enum exercise_expect)v->expect, r, f))
			continue;
		log_warn("variant '%s' of '%s': expected %s, found %s", name, x->name,
			 exercise_expect_name(v->expect), f->verdict);
		all_did = false;
	}
	return all_did;
}

static void note_columns(const struct result *r)
{
	any_ratio |= r->noise.n > 0;
	any_load |= str_eq(r->measure, "load");
	any_series |= str_eq(r->measure, "series");
	for (size_t i = 0; i < r->sample_count; i++)
		any_service |= r->samples[i].service_count > 0;
}

static int measure_growth(struct run *r, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (growth_execute(r, e))
		return -1;
	growth_print(&r->record, &text);
	if (!json_path || !str_eq(json_path, "-"))
		fputs(text.data, stdout);
	fflush(stdout);
	return json_path ? keep_record(&r->record, false, e) : 0;
}

/* Measures one exercise and prints its table. */
static int measure(struct run *r, bool several, int *status, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (run_execute(r, e))
		return -1;
	report_print(&r->record, report_colour_wanted(STDOUT_FILENO), &text);
	if (!json_path || !str_eq(json_path, "-"))
		printf("%s\n", text.data);
	note_columns(&r->record);
	interrupted = str_eq(r->record.stopped, "interrupted");
	if (several)
		overview_add(&r->record, report_colour_wanted(STDOUT_FILENO), &overview);
	if (run_options.try_file ? !try_succeeded(&r->record)
				 : !ended_as_expected(r->exercise, &r->record))
		*status = 1;
	fflush(stdout);
	return json_path ? keep_record(&r->record, several, e) : 0;
}

static int run_one(const char *name, bool several, int *status, struct err *e)
{
	struct exercise exercise;
	struct run run;

	if (exercise_load(name, &exercise, e))
		return -1;
	int rc = scaling && growth_check(&exercise, e) ? -1 : 0;
	bool prepared = !rc;

	if (!rc)
		rc = run_prepare(&run, &exercise, &run_options, e);
	if (!rc && scaling) {
		rc = measure_growth(&run, e);
	} else if (!rc && dry_run) {
		cleanup(str_done) struct str text = STR_INIT;

		plan_print(&run.plan, &run.record, &text);
		fputs(text.data, stdout);
	} else if (!rc) {
		rc = measure(&run, several, status, e);
	}
	if (prepared)
		run_done(&run);
	exercise_done(&exercise);
	return rc;
}

/* ---- sweeping ---- */

static int keep_sweep(struct sweep *s, struct err *e)
{
	if (!json_path)
		return 0;
	if (!str_eq(json_path, "-"))
		return sweep_save(s, json_path, e);
	cleanup_free char *text = sweep_print(s);

	puts(text);
	return 0;
}

static int measure_sweep(struct sweep *s, const struct exercise *x, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (sweep_run_execute(s, x, &run_options, e))
		return -1;
	sweep_report_print(s, &text);
	if (!json_path || !str_eq(json_path, "-"))
		fputs(text.data, stdout);
	fflush(stdout);
	return keep_sweep(s, e);
}

static void show_sweep(const struct sweep *s, const struct exercise *x)
{
	cleanup(str_done) struct str text = STR_INIT;
	cleanup_free size_t *order = xreallocarray(NULL, s->point_count, sizeof(*order));

	sweep_run_order(s, order);
	sweep_report_plan(s, order, sweep_run_budget(x, &run_options), &text);
	fputs(text.data, stdout);
}

static int sweep_one(const char *name, struct err *e)
{
	cleanup(sweep_done) struct sweep s;
	struct exercise exercise;

	sweep_init(&s);
	if (exercise_load(name, &exercise, e))
		return -1;
	int rc = sweep_run_plan(&s, &exercise, &run_options, &sweep_axes, e);

	if (!rc && dry_run)
		show_sweep(&s, &exercise);
	else if (!rc)
		rc = measure_sweep(&s, &exercise, e);
	exercise_done(&exercise);
	return rc;
}

/* ---- choosing ---- */

static int choose_exercises(struct strv *operands, struct err *e)
{
	if (all && operands->len > 0)
		return fail(e, ERR_USAGE, 0, "name exercises, or say --all, not both");
	if (all)
		return exercise_list(operands, e);
	if (operands->len == 0) {
		fail(e, ERR_USAGE, 0, "name an exercise");
		return hint(e, "'labctl exercise list' shows them; --all runs every one");
	}
	return 0;
}

static int check_options(const struct strv *exercises, struct err *e)
{
	bool several = exercises->len > 1;

	if (several && run_options.try_file)
		return fail(e, ERR_USAGE, 0, "--try measures one file: name one exercise");
	if (several && run_options.variants.len > 0)
		return fail(e, ERR_USAGE, 0,
			    "--variant names variants of one exercise: name one exercise");
	if (several && sweep_axes.len > 0)
		return fail(e, ERR_USAGE, 0, "--sweep is for one exercise: name one");
	if (scaling && (several || run_options.aa || dry_run || sweep_axes.len > 0))
		return fail(e, ERR_USAGE, 0,
			    "--scaling is for one exercise, without --aa, --sweep and --dry-run");
	if (run_options.machines && !run_options.try_file)
		return fail(e, ERR_USAGE, 0, "--machines is about the file to --try");
	if (run_options.aa && (run_options.try_file || run_options.variants.len > 0))
		return fail(e, ERR_USAGE, 0, "--aa measures only the baseline");
	return json_path && !str_eq(json_path, "-") ? result_check_place(json_path, e) : 0;
}

/* Of several exercises one that fails is a row of the table, and the others go on. */
static void note_failure(const char *name, const struct err *why)
{
	log_warn("exercise '%s': %s%s%s", name, why->msg, *why->hint ? "; " : "", why->hint);
	overview_add_failure(name, why->msg, report_colour_wanted(STDOUT_FILENO), &overview);
}

static int run_all(struct strv *names, int *status, struct err *e)
{
	size_t failed = 0;

	for (size_t i = 0; i < names->len && !interrupted; i++) {
		if (!run_one(names->items[i], names->len > 1, status, e))
			continue;
		if (names->len == 1 || e->kind == ERR_USAGE || e->kind == ERR_BUG)
			return -1;
		note_failure(names->items[i], e);
		failed++;
	}
	return failed ? fail(e, e->kind, 0, "%zu of %zu exercises failed: see their warnings",
			     failed, names->len)
		      : 0;
}

static int run_run(struct strv *operands, int *status, struct err *e)
{
	cleanup(str_done) struct str legend = STR_INIT;

	if (choose_exercises(operands, e) || check_options(operands, e))
		return -1;
	run_options.has_seed = seed >= 0;
	run_options.seed = (uint64_t)seed;
	if (sweep_axes.len > 0)
		return sweep_one(operands->items[0], e);
	if (operands->len > 1 && !dry_run)
		overview_begin(report_colour_wanted(STDOUT_FILENO), &overview);
	int rc = run_all(operands, status, e);

	if (any_ratio && !(json_path && str_eq(json_path, "-"))) {
		report_legend(any_service, any_load, any_series, &legend);
		fputs(legend.data, stdout);
		if (overview.len)
			printf("\n%s", overview.data);
	}
	str_done(&overview);
	return rc;
}

const struct command cmd_run = {
    .name = "run",
    .summary = "Measure an exercise's variants and say how much faster each is",
    .synopsis = "EXERCISE...",
    .details =
	"Runs the baseline and the variants of an exercise in random order, each sample in a "
	"fresh sandbox under the exercise's limits, until the intervals are narrow enough or the "
	"budget is spent. Every output is checked before its time counts.\n\n"
	"  labctl run algorithm                      the teacher's variants\n"
	"  labctl run algorithm --try solution.py    your own file beside the baseline\n"
	"  labctl run algorithm --aa                 how noisy is this machine?\n"
	"  labctl run caching --sweep memory=64M,256M --sweep cpu=0.5,1\n\n"
	"With --try the exit status is 0 if the file is faster than the baseline, and 1 if it is "
	"not, fails or gives a wrong answer. Otherwise it is 0 if every variant ended as "
	"exercise.yaml expects (a wrong answer was refused, the others gave the right one), and 1 "
	"if one did not; how fast they are decides nothing, that is for `labctl exercise check`. "
	"With --sweep and --scaling what fails is a part of the answer, and the status 0.",
    .options = run_option_table,
    .needs = NEED_SANDBOX,
    .run = run_run,
};
