/* SPDX-License-Identifier: Apache-2.0 */

/* The table of an exercise's machines. */

#include <stddef.h>

#include "base/str.h"
#include "spec/exercise.h"

#define AT(member) offsetof(struct exercise_machine, member)

static const struct field machine_fields[] = {
    {.key = "name", .type = FIELD_NAME, .offset = AT(name)},
    {.key = "count",
     .type = FIELD_INT,
     .offset = AT(count),
     .preset = "1",
     .min = 1,
     .max = EXERCISE_MACHINES_MAX,
     .help = "how many of them; above one they are named NAME-1, NAME-2 and so on"},
    {.key = "image",
     .type = FIELD_NAME,
     .offset = AT(image),
     .required = true,
     .help = "its image"},
    {.key = "command",
     .type = FIELD_STRINGS,
     .offset = AT(command),
     .required = true,
     .help = "what it runs; the exercise's folder is at /lab/exercise"},
    {.key = "port",
     .type = FIELD_INT,
     .offset = AT(port),
     .required = true,
     .min = 1,
     .max = 65535,
     .help = "the TCP port at which it takes connections once it is ready"},
    {.key = "limits",
     .type = FIELD_OBJECT,
     .offset = AT(limits),
     .sub = &limits_schema,
     .help = "of each of them alone"},
    {.type = FIELD_END},
};

static int check_machine(const void *object, const struct schema_where *where, struct err *e)
{
	const struct exercise_machine *m = object;

	if (m->command.len == 0)
		return schema_fail(where, "command", e, "it names no program");
	if (m->limits.memory_bytes == 0)
		return schema_fail(where, NULL, e,
				   "a machine has a budget of its own: give its limits a 'memory'");
	return 0;
}

const struct schema exercise_machine_schema = {
    .title = "a machine",
    .summary = "A further sandbox with a network, an address and a budget of its own, for variants "
	       "with `machines: true`. All addresses are in LABCTL_MACHINES, its own name in "
	       "LABCTL_MACHINE.",
    .size = sizeof(struct exercise_machine),
    .fields = machine_fields,
    .check = check_machine,
};
