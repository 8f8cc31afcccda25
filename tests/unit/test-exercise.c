/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "spec/exercise.h"

#define HEAD "title: T\nsummary: S\ntopic: algorithm\n"
#define SIZES "sizes:\n  small: {budget: 10s, parameters: {rows: 20, how: fast, some: 0.5}}\n"
#define VARIANTS                                                                                   \
	"variants:\n  quick: {file: q.py, summary: q}\n"                                           \
	"  baseline: {file: b.py, summary: b, expect: slower}\n"

static char folder[] = "/tmp/labctl-test-XXXXXX";

static int parse(const char *text, struct exercise *x, struct err *e)
{
	memset(e, 0, sizeof(*e));
	return schema_parse(&exercise_schema, "exercise.yaml", text, strlen(text), x, e);
}

static void refuses(const char *text, const char *part)
{
	struct exercise x;
	struct err e;

	assert_int_equal(parse(text, &x, &e), -1);
	if (!strstr(e.msg, part))
		print_error("'%s' lacks '%s'\n", e.msg, part);
	assert_non_null(strstr(e.msg, part));
}

static void write_file(const char *name, const char *text)
{
	cleanup_free char *path = path_join(folder, name);
	struct err e = {0};

	assert_int_equal(fd_replace_file_at(AT_FDCWD, path, text, strlen(text), 0644, &e), 0);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	write_file("exercise.yaml", HEAD SIZES VARIANTS "reference: quick\n");
	write_file("q.py", "");
	write_file("b.py", "");
	write_file("workload.py", "");
	write_file("check.py", "");
	write_file("README.md", "");
	return 0;
}

static int remove_folder(void **state)
{
	struct err e;
	(void)state;

	return path_remove_tree_at(AT_FDCWD, folder, &e);
}

static void loads_a_folder(void **state)
{
	struct exercise x;
	struct err e = {0};
	(void)state;

	assert_int_equal(exercise_load(folder, &x, &e), 0);
	assert_string_equal(x.name, path_base(folder));
	assert_string_equal(x.variants[0].name, "baseline"); /* moved to the front */
	assert_int_equal(x.variants[0].expect, EXPECT_RIGHT);
	assert_int_equal(x.variants[1].expect, EXPECT_FASTER);
	assert_string_equal(x.image, "python");
	assert_string_equal(x.entry, "solution.py");
	exercise_done(&x);
}

static void missing_files_are_named(void **state)
{
	cleanup_free char *path = path_join(folder, "q.py");
	struct exercise x;
	struct err e = {0};
	(void)state;

	remove(path);
	assert_int_equal(exercise_load(folder, &x, &e), -1);
	assert_non_null(strstr(e.msg, "exercise.yaml:7:17: 'file': there is no file"));
	write_file("q.py", "");
}

static void digest_follows_what_matters(void **state)
{
	char before[HASH_HEX_SIZE], readme[HASH_HEX_SIZE], code[HASH_HEX_SIZE];
	struct exercise x;
	struct err e = {0};
	(void)state;

	assert_int_equal(exercise_load(folder, &x, &e), 0);
	assert_int_equal(exercise_digest(&x, before, &e), 0);
	write_file("README.md", "other words");
	assert_int_equal(exercise_digest(&x, readme, &e), 0);
	write_file("q.py", "x = 1\n");
	assert_int_equal(exercise_digest(&x, code, &e), 0);
	assert_string_equal(before, readme);
	assert_string_not_equal(before, code);
	exercise_done(&x);
}

static void parameters_keep_their_types(void **state)
{
	struct exercise x;
	struct err e;
	(void)state;

	assert_int_equal(parse(HEAD SIZES VARIANTS, &x, &e), 0);
	const struct exercise_size *size = exercise_size(&x, "small");
	cleanup_free char *json = exercise_parameters_json(size, NULL, NULL);
	assert_string_equal(json, "{\"rows\":20,\"how\":\"fast\",\"some\":0.5}");
	cleanup_free char *grown = exercise_parameters_json(size, "rows", "40");
	assert_non_null(strstr(grown, "\"rows\":40"));
	exercise_done(&x);
}

static void names_must_agree(void **state)
{
	(void)state;
	refuses(HEAD SIZES "variants: {quick: {file: q.py, summary: q}}\n",
		"there is no variant named 'baseline'");
	refuses(HEAD SIZES VARIANTS "reference: quack\n",
		"exercise.yaml:9:12: 'reference': there is no variant named 'quack'");
	refuses(HEAD VARIANTS "sizes: {huge: {budget: 1s}}\n", "a size is small, medium or large");
	refuses(HEAD SIZES VARIANTS "dataset: packages\n", "the exercise has no 'services'");
	refuses(HEAD SIZES "variants: {baseline: {file: b.py, summary: b, sizes: [large]}}\n",
		"'baseline' names size 'large', which is not in 'sizes'");
	refuses(HEAD SIZES "variants: {try: {file: b.py, summary: b}}\n", "'try' is the name of");
}

static void load_and_measure_agree(void **state)
{
	(void)state;
	refuses(HEAD SIZES VARIANTS "measure: load\n", "size 'small' has no 'load'");
	refuses(HEAD VARIANTS
		"sizes: {small: {budget: 9s, load: {requests: 1, rate: 1, open_requests: 1}}}\n",
		"size 'small' has a 'load', but 'measure' is not load");
}

static void scaling_and_rubric_ascend(void **state)
{
	(void)state;
	refuses(HEAD SIZES VARIANTS "scaling: {parameter: rows, values: [1, 2, 3]}\n",
		"at least 4 values, not 3");
	refuses(HEAD SIZES VARIANTS "scaling: {parameter: rows, values: [1, 2, 2, 3]}\n",
		"'2' must be a number above the one before it");
	refuses(HEAD SIZES VARIANTS "scaling: {parameter: cols, values: [1, 2, 3, 4]}\n",
		"size 'small' has no parameter named 'cols'");
	refuses(HEAD SIZES VARIANTS "rubric: [{faster: 2, points: 5}, {faster: 2, points: 6}]\n",
		"step 2 must ask for more than the one before it");
}

static void cpus_scale_without_values(void **state)
{
	struct exercise x;
	struct err e;

	(void)state;
	assert_int_equal(parse(HEAD SIZES VARIANTS "scaling: {parameter: cpus}\n", &x, &e), 0);
	assert_true(exercise_scales_cpus(&x.scaling));
	exercise_done(&x);
	refuses(HEAD SIZES VARIANTS "scaling: {parameter: cpus, values: [1, 2, 3, 4]}\n",
		"'cpus' has no values");
}

#define MACHINE "image: dask, command: [run], port: 80"
#define ACROSS                                                                                     \
	"variants: {baseline: {file: b.py, summary: b}, across: {file: q.py, summary: q, "         \
	"machines: true}}\n"

static void machines_have_budgets_and_users(void **state)
{
	struct exercise x;
	struct err e;

	(void)state;
	assert_int_equal(parse(HEAD SIZES ACROSS "machines: {m: {" MACHINE
						 ", count: 3, limits: {memory: 64M}}}\n",
			       &x, &e),
			 0);
	assert_int_equal(exercise_machine_total(&x), 3);
	assert_true(exercise_variant(&x, "across")->machines);
	exercise_done(&x);
	refuses(HEAD SIZES ACROSS, "'across' asks for machines, and the exercise has none");
	refuses(HEAD SIZES VARIANTS "machines: {m: {" MACHINE "}}\n", "give its limits a 'memory'");
	refuses(HEAD SIZES VARIANTS "machines: {m: {image: dask, port: 80}}\n", "command");
	refuses(HEAD SIZES VARIANTS "machines: {m: {" MACHINE
				    ", count: 4, limits: {memory: 8M}}, n: {" MACHINE
				    ", count: 3, limits: {memory: 8M}}}\n",
		"they are 7 together; at most 6");
	refuses(HEAD SIZES "variants: {baseline: {file: b.py, summary: b, machines: true}}\n"
			   "machines: {m: {" MACHINE ", limits: {memory: 8M}}}\n",
		"the baseline works without machines");
}

static void nearest_names_are_offered(void **state)
{
	struct exercise x;
	struct err e = {0};
	(void)state;

	assert_int_equal(exercise_load(folder, &x, &e), 0);
	assert_int_equal(exercise_no_variant(&x, "quik", &e), -1);
	assert_string_equal(e.hint, "did you mean 'quick'? The variants are: baseline, quick");
	assert_int_equal(exercise_no_size(&x, "smal", &e), -1);
	assert_non_null(strstr(e.hint, "'small'"));
	exercise_done(&x);
}

static void every_exercise_of_ours_loads(void **state)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	struct err e = {0};
	(void)state;

	assert_int_equal(exercise_list(&names, &e), 0);
	for (size_t i = 0; i < names.len; i++) {
		struct exercise x;
		if (exercise_load(names.items[i], &x, &e))
			print_error("%s\n", e.msg);
		assert_string_equal(e.msg, "");
		exercise_done(&x);
	}
}

static void a_build_names_files_of_the_folder(void **state)
{
	static const char head[] = HEAD SIZES "variants:\n  baseline:\n    file: b.py\n"
					      "    summary: b\n    build:\n";
	struct exercise x;
	struct err e;
	(void)state;

	assert_int_equal(
	    parse(HEAD SIZES VARIANTS "build: {sources: [a.c], commands: [cc a.c]}\n", &x, &e), 0);
	assert_string_equal(x.build.image, "toolchain");
	assert_int_equal(x.build.sources.len, 1);
	exercise_done(&x);
	cleanup_free char *outside =
	    xasprintf("%s      sources: [../a.c]\n      commands: [cc]\n", head);
	cleanup_free char *twice =
	    xasprintf("%s      sources: [a/k.c, b/k.c]\n      commands: [cc]\n", head);
	cleanup_free char *idle = xasprintf("%s      sources: [a.c]\n      commands: []\n", head);
	cleanup_free char *bare = xasprintf("%s      sources: [a.c]\n", head);

	refuses(outside, "'../a.c' must be the path of a file below this folder");
	refuses(twice, "two files are named 'k.c'");
	refuses(idle, "must hold a command");
	refuses(bare, "commands");
}

static void reads_a_data_set(void **state)
{
	static const char text[] = "summary: S\nservice: postgres\nload: [python3, load.py]\n";
	struct dataset d;
	struct err e = {0};
	(void)state;

	assert_int_equal(schema_parse(&dataset_schema, "dataset.yaml", text, strlen(text), &d, &e),
			 0);
	assert_int_equal(d.load.len, 2);
	dataset_done(&d);
	assert_int_equal(dataset_load("nosuch", &d, &e), -1);
}

static void a_disk_has_a_size_and_plain_names(void **state)
{
	struct exercise x;
	struct err e;
	(void)state;

	assert_int_equal(
	    parse(HEAD SIZES VARIANTS "disk: {size: 64M, cache: cold, durable: [log]}\n", &x, &e),
	    0);
	assert_int_equal(x.disk.size_bytes, 64 << 20);
	assert_int_equal(x.disk.cache, DISK_COLD);
	exercise_done(&x);
	refuses(HEAD SIZES VARIANTS "disk: {cache: cold}\n", "size");
	refuses(HEAD SIZES VARIANTS "disk: {size: 1M}\n", "16");
	refuses(HEAD SIZES VARIANTS "disk: {size: 64M, durable: [../log]}\n", "no name of a file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    unit(a_disk_has_a_size_and_plain_names),
	    unit(loads_a_folder),
	    unit(missing_files_are_named),
	    unit(digest_follows_what_matters),
	    unit(parameters_keep_their_types),
	    unit(names_must_agree),
	    unit(load_and_measure_agree),
	    unit(cpus_scale_without_values),
	    unit(machines_have_budgets_and_users),
	    unit(scaling_and_rubric_ascend),
	    unit(nearest_names_are_offered),
	    unit(every_exercise_of_ours_loads),
	    unit(a_build_names_files_of_the_folder),
	    unit(reads_a_data_set),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
