/* SPDX-License-Identifier: Apache-2.0 */

/* The table of exercise.yaml, and what one key of it demands of another. */

#include "spec/exercise.h"

#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "spec/schema.h"

#define EXPECT_CHOICES "faster|slower|same|wrong|fail"

static const char *const expect_names[] = {"faster", "slower", "same", "wrong", "fail"};

const char *exercise_expect_name(int expect)
{
	return expect >= 0 && (size_t)expect < ARRAY_SIZE(expect_names) ? expect_names[expect]
									: "unknown";
}

enum { CALLS_MIN = 20 }; /* below that nothing can be said of warming up */

/* ---- sizes ---- */

#define AT(member) offsetof(struct exercise_parameter, member)

static const struct field parameter_fields[] = {
    {.key = "name", .type = FIELD_NAME, .offset = AT(name)},
    {.key = "value",
     .type = FIELD_STRING,
     .offset = AT(value),
     .required = true,
     .help = "a number, true, false, or a text"},
    {.type = FIELD_END},
};

static const struct schema parameter_schema = {
    .title = "a parameter",
    .summary = "What `workload.py` is told of the size; its meaning is the exercise's own.",
    .size = sizeof(struct exercise_parameter),
    .fields = parameter_fields,
    .short_key = "value",
};

#undef AT
#define AT(member) offsetof(struct exercise_load, member)

static const struct field load_fields[] = {
    {.key = "cold_requests",
     .type = FIELD_INT,
     .offset = AT(cold_requests),
     .max = 1e8,
     .help = "before all others, in closed loop: how many find caches empty; timed apart"},
    {.key = "requests",
     .type = FIELD_INT,
     .offset = AT(requests),
     .required = true,
     .min = 1,
     .max = 1e8,
     .help = "closed loop: how many requests; the time they take together is the sample"},
    {.key = "connections",
     .type = FIELD_INT,
     .offset = AT(connections),
     .preset = "4",
     .min = 1,
     .max = 1024,
     .help = "closed loop: how many at once"},
    {.key = "rate",
     .type = FIELD_DOUBLE,
     .offset = AT(rate),
     .required = true,
     .min = 0.1,
     .max = 1e6,
     .help = "open loop: requests a second, whether answers come or not"},
    {.key = "open_requests",
     .type = FIELD_INT,
     .offset = AT(open_requests),
     .required = true,
     .min = 1,
     .max = 1e8,
     .help = "open loop: how many; latency is counted from the intended start"},
    {.type = FIELD_END},
};

static const struct schema load_schema = {
    .title = "a load",
    .summary = "For `measure: load`.",
    .size = sizeof(struct exercise_load),
    .fields = load_fields,
};

#undef AT
#define AT(member) offsetof(struct exercise_size, member)

static const struct field size_fields[] = {
    {.key = "name", .type = FIELD_NAME, .offset = AT(name)},
    {.key = "budget",
     .type = FIELD_DURATION,
     .offset = AT(budget_ns),
     .required = true,
     .min = NS_PER_S,
     .max = 3600.0 * NS_PER_S,
     .help = "time for all blocks of a run, if it does not become precise enough before"},
    {.key = "parameters",
     .type = FIELD_MAP,
     .offset = AT(parameters),
     .count_offset = AT(parameter_count),
     .sub = &parameter_schema,
     .help = "what `workload.py` is told"},
    {.key = "load",
     .type = FIELD_OBJECT,
     .offset = AT(load),
     .sub = &load_schema,
     .help = "the load of this size, for `measure: load`"},
    {.key = "calls",
     .type = FIELD_INT,
     .offset = AT(calls),
     .min = 0,
     .max = 2000,
     .help =
	 "how often one process is called, each time with another input, for `measure: series`; at "
	 "least 20"},
    {.type = FIELD_END},
};

static int check_size(const void *object, const struct schema_where *where, struct err *e)
{
	const struct exercise_size *size = object;

	if (!str_eq(size->name, "small") && !str_eq(size->name, "medium") &&
	    !str_eq(size->name, "large"))
		return schema_fail(where, NULL, e, "a size is small, medium or large, not '%s'",
				   size->name);
	return 0;
}

static const struct schema size_schema = {
    .title = "a size",
    .summary = "`small` for CI, `medium` for a class, `large` for grading.",
    .size = sizeof(struct exercise_size),
    .fields = size_fields,
    .check = check_size,
};

/* ---- variants ---- */

#undef AT
#define AT(member) offsetof(struct exercise_variant, member)

static const struct field variant_fields[] = {
    {.key = "name", .type = FIELD_NAME, .offset = AT(name)},
    {.key = "file",
     .type = FIELD_PATH,
     .offset = AT(file),
     .required = true,
     .help = "the Python file"},
    {.key = "summary",
     .type = FIELD_STRING,
     .offset = AT(summary),
     .required = true,
     .help = "a few words: what it does otherwise"},
    {.key = "technique",
     .type = FIELD_STRING,
     .offset = AT(technique),
     .help = "the technique that it shows"},
    {.key = "expect",
     .type = FIELD_CHOICE,
     .offset = AT(expect),
     .choices = EXPECT_CHOICES,
     .preset = "faster",
     .help = "what measuring it shows; `labctl exercise check` compares"},
    {.key = "at_least",
     .type = FIELD_DOUBLE,
     .offset = AT(at_least),
     .min = 0,
     .max = 1e9,
     .help = "times faster at size small, anywhere: what `labctl exercise check` accepts"},
    {.key = "at_most",
     .type = FIELD_DOUBLE,
     .offset = AT(at_most),
     .min = 0,
     .max = 1e9,
     .help = "the upper end of the same range"},
    {.key = "machines",
     .type = FIELD_BOOL,
     .offset = AT(machines),
     .help = "its samples have the exercise's machines, freshly started each time"},
    {.key = "hidden",
     .type = FIELD_BOOL,
     .offset = AT(hidden),
     .help = "a tempting wrong answer: runs only when it is named"},
    {.key = "image",
     .type = FIELD_NAME,
     .offset = AT(image),
     .help = "the image it runs in, where it is not the exercise's"},
    {.key = "sizes",
     .type = FIELD_STRINGS,
     .offset = AT(sizes),
     .choices = "small|medium|large",
     .help = "the sizes it can finish in; all if not given"},
    {.key = "build",
     .type = FIELD_OBJECT,
     .offset = AT(build),
     .sub = &exercise_build_schema,
     .help = "what is built for it"},
    {.type = FIELD_END},
};

static int check_variant(const void *object, const struct schema_where *where, struct err *e)
{
	const struct exercise_variant *v = object;

	if (str_eq(v->name, "try"))
		return schema_fail(where, NULL, e,
				   "'try' is the name of the student's own file in every run");
	if (v->at_most > 0 && v->at_most < v->at_least)
		return schema_fail(where, "at_most", e, "it is below 'at_least'");
	return schema_check_exists(where, "file", v->file, e);
}

static const struct schema variant_schema = {
    .title = "a variant",
    .summary = "One way to do the task. The one named `baseline` is what all are measured against.",
    .size = sizeof(struct exercise_variant),
    .fields = variant_fields,
    .check = check_variant,
};

/* ---- scaling, rubric ---- */

#undef AT
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
     .sub = &parameter_schema,
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
     .sub = &size_schema,
     .help = "how large the input is"},
    {.key = "variants",
     .type = FIELD_MAP,
     .offset = AT(variants),
     .count_offset = AT(variant_count),
     .required = true,
     .sub = &variant_schema,
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
