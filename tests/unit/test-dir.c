/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/dir.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

static char root[] = "/tmp/labctl-test-dir-XXXXXX";

static int make_root(void **state)
{
	static const char *const names[] = {"b.yaml", "a.yaml", ".yaml", ".hidden.yaml", "c.txt"};
	struct err e = {0};

	(void)state;
	if (!mkdtemp(root))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		cleanup_free char *path = path_join(root, names[i]);

		if (fd_replace_file_at(AT_FDCWD, path, "", 0, 0600, &e))
			return -1;
	}
	return 0;
}

static int remove_root(void **state)
{
	struct err e = {0};

	(void)state;
	return path_remove_tree_at(AT_FDCWD, root, &e);
}

static void assert_listed(const char *dir, const char *ending, const char *want)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	struct err e = {0};

	assert_int_equal(dir_list(dir, ending, &names, &e), 0);
	cleanup_free char *got = strv_join(&names, " ");

	assert_string_equal(got, want);
}

static void names_are_sorted_and_lose_their_ending(void **state)
{
	(void)state;
	assert_listed(root, ".yaml", "a b");
	assert_listed(root, "", "a.yaml b.yaml c.txt");
}

static void a_directory_that_is_not_there_is_empty(void **state)
{
	cleanup_free char *path = path_join(root, "nowhere");

	(void)state;
	assert_listed(path, "", "");
}

static void what_is_no_directory_is_an_error(void **state)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	cleanup_free char *path = path_join(root, "c.txt");
	struct err e = {0};

	(void)state;
	assert_int_equal(dir_list(path, "", &names, &e), -1);
	assert_int_equal(e.kind, ERR_HOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_sorted_and_lose_their_ending),
	    cmocka_unit_test(a_directory_that_is_not_there_is_empty),
	    cmocka_unit_test(what_is_no_directory_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
