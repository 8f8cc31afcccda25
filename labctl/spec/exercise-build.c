/* SPDX-License-Identifier: Apache-2.0 */

/* The table of `build:` in exercise.yaml. */

#include <stddef.h>
#include <string.h>

#include "base/path.h"
#include "spec/exercise.h"

#define AT(member) offsetof(struct exercise_build, member)

static const struct field build_fields[] = {
    {.key = "image",
     .type = FIELD_NAME,
     .offset = AT(image),
     .preset = "toolchain",
     .help = "the image that it runs in"},
    {.key = "sources",
     .type = FIELD_STRINGS,
     .offset = AT(sources),
     .required = true,
     .help = "files below the exercise's folder; the commands find them, without folders, in the "
	     "working directory"},
    {.key = "commands",
     .type = FIELD_STRINGS,
     .offset = AT(commands),
     .required = true,
     .help = "lines of a shell script that ends at the first that fails; what they leave in "
	     "`$OUT` is at /lab/built in every sample"},
    {.key = "sanitize",
     .type = FIELD_STRINGS,
     .offset = AT(sanitize),
     .help = "the same with a sanitizer compiled in: what they leave is run once, with "
	     "AddressSanitizer's library loaded first, before anything is measured"},
    {.type = FIELD_END},
};

static int check_source(const struct exercise_build *b, size_t i, const struct schema_where *where,
			struct err *e)
{
	const char *source = b->sources.items[i];
	const char *name = path_base(source);

	if (source[0] == '/' || strstr(source, "..") || !path_is_plain_name(name))
		return schema_fail(where, "sources", e,
				   "'%s' must be the path of a file below this folder", source);
	for (size_t other = 0; other < i; other++)
		if (strcmp(path_base(b->sources.items[other]), name) == 0)
			return schema_fail(
			    where, "sources", e,
			    "two files are named '%s'; the commands find them in one "
			    "folder",
			    name);
	return schema_check_exists(where, "sources", source, e);
}

static int check_build(const void *object, const struct schema_where *where, struct err *e)
{
	const struct exercise_build *b = object;

	for (size_t i = 0; i < b->sources.len; i++)
		if (check_source(b, i, where, e))
			return -1;
	if (b->commands.len == 0)
		return schema_fail(where, "commands", e, "must hold a command");
	return 0;
}

const struct schema exercise_build_schema = {
    .title = "a build",
    .summary =
	"Sources and commands: run in a sandbox without network under the exercise's limits, "
	"once for the same sources, and kept.",
    .size = sizeof(struct exercise_build),
    .fields = build_fields,
    .check = check_build,
};
