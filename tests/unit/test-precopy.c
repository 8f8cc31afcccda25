/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "lab/precopy.h"

static char top[] = "/tmp/labctl-test-XXXXXX";
static struct strv layers;

static void write_file(const char *name, const char *text, mode_t mode)
{
	cleanup_free char *path = path_join(top, name);
	cleanup_free char *dir = path_dir(path);
	struct err e = {0};

	assert_int_equal(path_mkdirs(dir, 0755, &e), 0);
	assert_int_equal(fd_replace_file_at(AT_FDCWD, path, text, strlen(text), mode, &e), 0);
}

static int make(void **state)
{
	(void)state;
	if (!mkdtemp(top))
		return -1;
	write_file("high/data/both", "from the higher", 0640);
	write_file("low/data/both", "from the lower", 0600);
	write_file("low/data/deep/only", "lower only", 0600);
	strv_addf(&layers, "%s/high", top);
	strv_addf(&layers, "%s/low", top);
	return 0;
}

static int clear(void **state)
{
	struct err e;

	(void)state;
	strv_done(&layers);
	return path_remove_tree_at(AT_FDCWD, top, &e);
}

static void learns_what_was_copied_up(void **state)
{
	cleanup(strv_done) struct strv paths = STRV_INIT;
	cleanup_free char *upper = path_join(top, "seen");
	struct err e = {0};

	(void)state;
	write_file("seen/data/deep/only", "changed", 0600);
	write_file("seen/data/new", "not in a layer", 0600);
	assert_int_equal(precopy_learn(upper, &layers, &paths, &e), 0);
	assert_int_equal(paths.len, 1);
	assert_string_equal(paths.items[0], "data/deep/only");
}

static void copies_from_the_topmost_layer(void **state)
{
	cleanup(strv_done) struct strv paths = STRV_INIT;
	cleanup(str_done) struct str text = STR_INIT;
	cleanup_free char *upper = path_join(top, "filled");
	cleanup_free char *both = path_join(upper, "data/both");
	cleanup_free char *deep = path_join(upper, "data/deep/only");
	struct err e = {0};
	struct stat st;

	(void)state;
	strv_add(&paths, "data/both");
	strv_add(&paths, "data/deep/only");
	assert_int_equal(path_mkdirs(upper, 0755, &e), 0);
	assert_int_equal(precopy_fill(&paths, &layers, upper, &e), 0);
	assert_int_equal(fd_read_file_at(AT_FDCWD, both, &text, 100, &e), 0);
	assert_string_equal(text.data, "from the higher");
	assert_int_equal(stat(both, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_true(path_exists(deep));
}

static void follows_no_link(void **state)
{
	cleanup(strv_done) struct strv paths = STRV_INIT;
	cleanup_free char *upper = path_join(top, "trap");
	cleanup_free char *link = path_join(upper, "data");
	cleanup_free char *outside = path_join(top, "outside");
	cleanup_free char *hit = path_join(outside, "both");
	struct err e = {0};

	(void)state;
	strv_add(&paths, "data/both");
	assert_int_equal(path_mkdirs(upper, 0755, &e), 0);
	assert_int_equal(path_mkdirs(outside, 0755, &e), 0);
	assert_int_equal(symlink(outside, link), 0);
	assert_int_equal(precopy_fill(&paths, &layers, upper, &e), -1);
	assert_false(path_exists(hit));
}

static void names_what_is_in_no_layer(void **state)
{
	cleanup(strv_done) struct strv paths = STRV_INIT;
	cleanup_free char *upper = path_join(top, "none");
	struct err e = {0};

	(void)state;
	strv_add(&paths, "data/nowhere");
	assert_int_equal(path_mkdirs(upper, 0755, &e), 0);
	assert_int_equal(precopy_fill(&paths, &layers, upper, &e), -1);
	assert_non_null(strstr(e.msg, "data/nowhere"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {unit(learns_what_was_copied_up),
					   unit(copies_from_the_topmost_layer),
					   unit(follows_no_link), unit(names_what_is_in_no_layer)};

	return cmocka_run_group_tests(tests, make, clear);
}
