/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes docs/manifest.md or docs/record.md from the tables that read and
 * write the files: `document manifest`, `document record`.
 */
#include <stdio.h>

#include "base/mem.h"
#include "spec/config.h"
#include "spec/exercise.h"
#include "spec/image.h"
#include "spec/limits.h"
#include "spec/result.h"
#include "spec/sweep.h"

static void manifest(struct str *out)
{
	str_add(out, "# Manifests\n\n"
		     "Made from the tables in `labctl/spec/` by `make docs`; do not edit.\n");
	const struct schema *const schemas[] = {
	    &image_schema,   &image_lock_schema, &exercise_schema,
	    &dataset_schema, &profile_schema,    &config_schema,
	};

	for (size_t i = 0; i < ARRAY_SIZE(schemas); i++) {
		str_addc(out, '\n');
		schema_document(schemas[i], out);
	}
}

static void record(struct str *out)
{
	str_add(out, "# The record of a run\n\n"
		     "Made from the tables in `labctl/spec/` by `make docs`; do not edit.\n\n");
	result_document(out);
	str_add(out, "\n## The record of a sweep\n");
	sweep_document(out);
}

int main(int argc, char **argv)
{
	cleanup(str_done) struct str out = STR_INIT;

	if (argc == 2 && str_eq(argv[1], "manifest")) {
		manifest(&out);
	} else if (argc == 2 && str_eq(argv[1], "record")) {
		record(&out);
	} else {
		fprintf(stderr, "usage: %s manifest|record\n", argv[0]);
		return 2;
	}
	fputs(out.data, stdout);
	return 0;
}
