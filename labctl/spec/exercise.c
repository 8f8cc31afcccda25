/* SPDX-License-Identifier: Apache-2.0 */

/* The table of exercise.yaml, and what one key of it demands of another. */

#include "spec/exercise.h"

#include <stddef.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "spec/schema.h"

enum { CALLS_MIN = 20 }; /* below that nothing can be said of warming up */

/* ---- scaling, rubric ---- */

#define AT(member) offsetof(struct exercise_scaling, member)

static const struct field scaling_fields[] = {
    {.key = "parameter",
     .type = FIELD_NAME,
     .offset = AT(parameter),
     .required = true,
     .help = "the parameter that grows, or `cpus`: the limit on CPUs"},
    {.key = "values",
     .type = FIELD_STRINGS,
     .offset = AT(values),
     .help = "its values, ascending, at least four; none for `cpus`, as hosts differ"},
    {.key = "with",
     .type = FIELD_MAP,
     .offset = AT(with),
     .count_offset = AT(with_count),
     .sub = &exercise_parameter_schema,
     .help = "other parameters than the size's while it grows, such as a small count"},
    {.type = FIELD_END},
};

bool exercise_scales_cpus(const struct exercise_scaling *s)
{
	return str_eq(s->parameter, "cpus");
}

static int check_scaling(const void *object, const struct schema_where *where, struct err *e)
{
	const struct exercise_scaling *s = object;
	double before = 0, value = 0;

	if (exercise_scales_cpus(s))
		return s->values.len == 0 ? 0
					  : schema_fail(where, "values", e,
							"'cpus' has no values: `labctl run --sweep "
							"cpu` takes those of the host");
	if (s->values.len < 4)
		return schema_fail(where, "values", e,
				   "an exponent is fitted over at least 4 values, not %zu",
				   s->values.len);
	for (size_t i = 0; i < s->values.len; i++, before = value) {
		if (str_to_double(s->values.items[i], 1e-9, 1e15, &value, e) || value <= before)
			return schema_fail(where, "values", e,
					   "'%s' must be a number above the one before it",
					   s->values.items[i]);
	}
	return 0;
}

static const struct schema scaling_schema = {
    .title = "scaling",
    .summary =
	"How time grows with the input, measured at several values of one parameter; or how it "
	"falls with CPUs.",
    .size = sizeof(struct exercise_scaling),
    .fields = scaling_fields,
    .check = check_scaling,
};

#undef AT
#define AT(member) offsetof(struct exercise_step, member)

static const struct field step_fields[] = {
    {.key = "faster",
     .type = FIELD_DOUBLE,
     .offset = AT(faster),
     .required = true,
     .min = 0.01,
     .max = 1e6,
     .help = "times faster than the baseline, shown by the lower end of the interval"},
    {.key = "points",
     .type = FIELD_DOUBLE,
     .offset = AT(points),
     .required = true,
     .min = 0,
     .max = 1000,
     .help = "what that earns, in all (the best step reached counts)"},
    {.key = "words", .type = FIELD_STRING, .offset = AT(words), .help = "for the student"},
    {.type = FIELD_END},
};

static const struct schema step_schema = {
    .title = "a step of the rubric",
    .size = sizeof(struct exercise_step),
    .fields = step_fields,
};

/* ---- disk ---- */

#undef AT
#define AT(member) offsetof(struct exercise_disk, member)

static const struct field disk_fields[] = {
    {.key = "size",
     .type = FIELD_BYTES,
     .offset = AT(size_bytes),
     .required = true,
     .min = 16 << 20,
     .max = 1e12,
     .help = "of the file system; what is written beyond it fails"},
    {.key = "cache",
     .type = FIELD_CHOICE,
     .offset = AT(cache),
     .choices = "warm|cold",
     .preset = "warm",
     .help = "whether the input is in the page cache when the clock starts; enforced and checked"},
    {.key = "durable",
     .type = FIELD_STRINGS,
     .offset = AT(durable),
     .help = "files of the output that `check.py` sees as a power cut would have left them"},
    {.type = FIELD_END},
};

static int check_disk(const void *object, const struct schema_where *where, struct err *e)
{
	const struct exercise_disk *disk = object;

	for (size_t i = 0; i < disk->durable.len; i++)
		if (!path_is_plain_name(disk->durable.items[i]))
			return schema_fail(where, "durable", e, "'%s' is no name of a file",
					   disk->durable.items[i]);
	return 0;
}

static const struct schema disk_schema = {
    .title = "a disk",
    .summary = "A file system for each run: /lab/disk holds the input, /lab/output is for the "
	       "variant to write in.",
    .size = sizeof(struct exercise_disk),
    .fields = disk_fields,
    .check = check_disk,
};

/* ---- exercise.yaml ---- */

#undef AT
#define AT(member) offsetof(struct exercise, member)

static const struct field exercise_fields[] = {
    {.key = "title",
     .type = FIELD_STRING,
     .offset = AT(title),
     .required = true,
     .help = "as it stands in lists"},
    {.key = "summary",
     .type = FIELD_STRING,
     .offset = AT(summary),
     .required = true,
     .help = "one sentence, for the student"},
    {.key = "topic",
     .type = FIELD_NAME,
     .offset = AT(topic),
     .required = true,
     .help = "which of the lessons it is"},
    {.key = "image",
     .type = FIELD_NAME,
     .offset = AT(image),
     .preset = "python",
     .help = "the image of the workspace"},
    {.key = "services",
     .type = FIELD_STRINGS,
     .offset = AT(services),
     .help = "what runs beside it: `postgres`, `redis`, `memcached`"},
    {.key = "dataset",
     .type = FIELD_NAME,
     .offset = AT(dataset),
     .help = "the data set the service begins with: a folder of `exercises/datasets/`"},
    {.key = "index",
     .type = FIELD_NAME,
     .offset = AT(index),
     .help = "an image: the Debian package index its lock names is at /lab/data/Packages.xz"},
    {.key = "machines",
     .type = FIELD_MAP,
     .offset = AT(machines),
     .count_offset = AT(machine_count),
     .sub = &exercise_machine_schema,
     .help = "further sandboxes for variants that work across machines"},
    {.key = "measure",
     .type = FIELD_CHOICE,
     .offset = AT(measure),
     .choices = "time|load|series",
     .preset = "time",
     .help = "`time`: a sample is one run; `load`: a variant is a web application under load; "
	     "`series`: a sample is a process that is called many times, to see it warm up"},
    {.key = "entry",
     .type = FIELD_PATH,
     .offset = AT(entry),
     .preset = "solution.py",
     .help = "the file that a student edits and hands in; nothing else is taken but the sources "
	     "that `build` names"},
    {.key = "build",
     .type = FIELD_OBJECT,
     .offset = AT(build),
     .sub = &exercise_build_schema,
     .help = "what is built of a student's sources, which lie beside the `entry`; "
	     "`labctl exercise start` lays out these"},
    {.key = "limits",
     .type = FIELD_OBJECT,
     .offset = AT(limits),
     .sub = &limits_schema,
     .help = "of a sample and its services together"},
    {.key = "sizes",
     .type = FIELD_MAP,
     .offset = AT(sizes),
     .count_offset = AT(size_count),
     .required = true,
     .sub = &exercise_size_schema,
     .help = "how large the input is"},
    {.key = "variants",
     .type = FIELD_MAP,
     .offset = AT(variants),
     .count_offset = AT(variant_count),
     .required = true,
     .sub = &exercise_variant_schema,
     .help = "the baseline and the teacher's improvements"},
    {.key = "reference",
     .type = FIELD_NAME,
     .offset = AT(reference),
     .help = "the variant that a student's file is compared with when asked"},
    {.key = "explain",
     .type = FIELD_STRINGS,
     .offset = AT(explain),
     .help = "the instruments of `labctl explain`: files of `exercises/harness/instruments/`"},
    {.key = "explain_size",
     .type = FIELD_NAME,
     .offset = AT(explain_size),
     .preset = "small",
     .help = "the size that `labctl explain` runs"},
    {.key = "scaling",
     .type = FIELD_OBJECT,
     .offset = AT(scaling),
     .sub = &scaling_schema,
     .help = "how time grows with the input, or falls with CPUs"},
    {.key = "disk",
     .type = FIELD_OBJECT,
     .offset = AT(disk),
     .sub = &disk_schema,
     .help = "a file system of its own"},
    {.key = "rubric",
     .type = FIELD_LIST,
     .offset = AT(rubric),
     .count_offset = AT(rubric_count),
     .sub = &step_schema,
     .help = "what a speedup earns, ascending"},
    {.type = FIELD_END},
};

static int check_names(const struct exercise *x, const struct schema_where *where, struct err *e)
{
	if (!exercise_variant(x, "baseline"))
		return schema_fail(where, "variants", e, "there is no variant named 'baseline'");
	if (x->reference && !exercise_variant(x, x->reference))
		return schema_fail(where, "reference", e, "there is no variant named '%s'",
				   x->reference);
	if (!exercise_size(x, x->explain_size))
		return schema_fail(where, "explain_size", e, "there is no size named '%s'",
				   x->explain_size);
	for (size_t i = 0; i < x->services.len; i++) {
		if (!path_is_plain_name(x->services.items[i]))
			return schema_fail(where, "services", e, "'%s' is no name of a service",
					   x->services.items[i]);
	}
	if (x->dataset && x->services.len == 0)
		return schema_fail(where, "dataset", e,
				   "a data set lies in a service, and the "
				   "exercise has no 'services'");
	return 0;
}

static int check_sizes(const struct exercise *x, const struct schema_where *where, struct err *e)
{
	for (size_t i = 0; i < x->size_count; i++) {
		const struct exercise_size *size = &x->sizes[i];
		bool has = size->load.requests != 0, wants = x->measure == MEASURE_LOAD;
		bool series = x->measure == MEASURE_SERIES;
		if (has != wants)
			return schema_fail(
			    where, "sizes", e,
			    wants ? "'measure' is load, but size '%s' has no 'load'"
				  : "size '%s' has a 'load', but 'measure' is not load",
			    size->name);
		if (series ? size->calls < CALLS_MIN : size->calls != 0)
			return schema_fail(
			    where, "sizes", e,
			    series ? "'measure' is series, but size '%s' has fewer "
				     "than 20 'calls'"
				   : "size '%s' has 'calls', but 'measure' is not series",
			    size->name);
	}
	for (size_t i = 0; i < x->variant_count; i++) {
		const struct exercise_variant *v = &x->variants[i];
		for (size_t j = 0; j < v->sizes.len; j++) {
			if (!exercise_size(x, v->sizes.items[j]))
				return schema_fail(where, "variants", e,
						   "'%s' names size '%s', which is not in 'sizes'",
						   v->name, v->sizes.items[j]);
		}
	}
	return 0;
}

size_t exercise_machine_total(const struct exercise *x)
{
	size_t total = 0;

	for (size_t i = 0; i < x->machine_count; i++)
		total += (size_t)x->machines[i].count;
	return total;
}

static int check_machines(const struct exercise *x, const struct schema_where *where, struct err *e)
{
	if (exercise_machine_total(x) > EXERCISE_MACHINES_MAX)
		return schema_fail(where, "machines", e, "they are %zu together; at most %d",
				   exercise_machine_total(x), EXERCISE_MACHINES_MAX);
	for (size_t i = 0; i < x->variant_count; i++)
		if (x->variants[i].machines && x->machine_count == 0)
			return schema_fail(where, "variants", e,
					   "'%s' asks for machines, and the exercise has none",
					   x->variants[i].name);
	if (exercise_variant(x, "baseline")->machines)
		return schema_fail(where, "variants", e, "the baseline works without machines");
	return 0;
}

static int check_scale(const struct exercise *x, const struct schema_where *where, struct err *e)
{
	const char *name = x->scaling.parameter;

	for (size_t i = 0; name && !exercise_scales_cpus(&x->scaling) && i < x->size_count; i++) {
		const struct exercise_size *size = &x->sizes[i];
		bool found = false;
		for (size_t j = 0; j < size->parameter_count; j++)
			found |= str_eq(size->parameters[j].name, name);
		if (!found)
			return schema_fail(where, "scaling", e,
					   "size '%s' has no parameter named '%s'", size->name,
					   name);
	}
	for (size_t i = 1; i < x->rubric_count; i++) {
		if (x->rubric[i].faster <= x->rubric[i - 1].faster ||
		    x->rubric[i].points < x->rubric[i - 1].points)
			return schema_fail(where, "rubric", e,
					   "step %zu must ask for more than the one before it, and "
					   "earn no less",
					   i + 1);
	}
	return 0;
}

static int check_exercise(const void *object, const struct schema_where *where, struct err *e)
{
	const struct exercise *x = object;

	if (check_names(x, where, e) || check_sizes(x, where, e) || check_machines(x, where, e) ||
	    check_scale(x, where, e))
		return -1;
	if (schema_check_exists(where, NULL, "workload.py", e) ||
	    schema_check_exists(where, NULL, "check.py", e))
		return hint(e, "an exercise has workload.py (input from a seed) and check.py (the "
			       "oracle) beside its exercise.yaml");
	return 0;
}

const struct schema exercise_schema = {
    .title = "exercise.yaml",
    .summary = "A task with a baseline, variants, a workload and a checker: "
	       "`exercises/NAME/exercise.yaml`.",
    .size = sizeof(struct exercise),
    .fields = exercise_fields,
    .check = check_exercise,
};
