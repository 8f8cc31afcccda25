/* SPDX-License-Identifier: Apache-2.0 */

/* The table of a size in exercise.yaml: its parameters, and the load of those that are measured
 * under one. */

#include <stddef.h>

#include "base/clock.h"
#include "base/mem.h"
#include "spec/exercise.h"
#include "spec/schema.h"

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

const struct schema exercise_parameter_schema = {
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
     .sub = &exercise_parameter_schema,
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

const struct schema exercise_size_schema = {
    .title = "a size",
    .summary = "`small` for CI, `medium` for a class, `large` for grading.",
    .size = sizeof(struct exercise_size),
    .fields = size_fields,
    .check = check_size,
};
