/* SPDX-License-Identifier: Apache-2.0 */

/* The table of a variant in exercise.yaml. */

#include <stddef.h>

#include "base/mem.h"
#include "spec/exercise.h"
#include "spec/schema.h"

#define EXPECT_CHOICES "faster|slower|right|wrong|fail"

static const char *const expect_names[] = {"faster", "slower", "right", "wrong", "fail"};

const char *exercise_expect_name(int expect)
{
	return expect >= 0 && (size_t)expect < ARRAY_SIZE(expect_names) ? expect_names[expect]
									: "unknown";
}

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
     .help =
	 "what measuring it shows (`right`: the right answer, at whatever speed); `labctl exercise check` compares"},
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

const struct schema exercise_variant_schema = {
    .title = "a variant",
    .summary = "One way to do the task. The one named `baseline` is what all are measured against.",
    .size = sizeof(struct exercise_variant),
    .fields = variant_fields,
    .check = check_variant,
};
