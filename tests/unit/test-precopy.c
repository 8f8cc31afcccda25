/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "lab/precopy.h"

/* Two layers below, an upper directory and a trash, new for each test. */
static char top[64];
static struct strv layers;

static char *in_top(const char *name)
{
	return path_join(top, name);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	cleanup_free char *path = in_top(name);
	cleanup_free char *dir = path_dir(path);
	struct err e = {0};

	assert_int_equal(path_mkdirs(dir, 0755, &e), 0);
	cleanup_fd int fd = fd_open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode, &e);
	assert_int_equal(fd_write_all(fd, text, strlen(text), &e), 0);
}

static void holds(const char *name, const char *text)
{
	cleanup_free char *path = in_top(name);
	cleanup(str_done) struct str got = STR_INIT;
	struct err e = {0};

	assert_int_equal(fd_read_file_at(AT_FDCWD, path, &got, 100, &e), 0);
	assert_string_equal(got.data, text);
}

static bool is_there(const char *name)
{
	cleanup_free char *path = in_top(name);

	return access(path, F_OK) == 0;
}

static ino_t inode_of(const char *name)
{
	cleanup_free char *path = in_top(name);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_ino;
}

static int restore(struct precopy *p, struct err *e)
{
	cleanup_free char *upper = in_top("upper");
	cleanup_free char *trash = in_top("trash");

	memset(e, 0, sizeof(*e));
	return precopy_restore(p, &layers, upper, trash, e);
}

static int make(void **state)
{
	struct precopy *p = calloc(1, sizeof(*p));
	struct err e;

	snprintf(top, sizeof(top), "/tmp/labctl-test-XXXXXX");
	if (!mkdtemp(top))
		return -1;
	write_file("high/data/both", "from the higher", 0640);
	write_file("low/data/both", "from the lower", 0600);
	write_file("low/data/deep/only", "lower only", 0600);
	strv_addf(&layers, "%s/high", top);
	strv_addf(&layers, "%s/low", top);
	strv_add(&p->paths, "data/both");
	strv_add(&p->paths, "data/deep/only");
	cleanup_free char *upper = in_top("upper");
	*state = p;
	return path_mkdirs(upper, 0755, &e);
}

static int clear(void **state)
{
	struct err e;

	precopy_done(*state);
	free(*state);
	strv_done(&layers);
	return path_remove_tree_at(AT_FDCWD, top, &e);
}

static void learns_what_was_copied_up(void **state)
{
	cleanup(strv_done) struct strv paths = STRV_INIT;
	cleanup_free char *upper = in_top("seen");
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
	cleanup_free char *both = in_top("upper/data/both");
	struct stat st;
	struct err e;

	assert_int_equal(restore(*state, &e), 0);
	holds("upper/data/both", "from the higher");
	holds("upper/data/deep/only", "lower only");
	assert_int_equal(stat(both, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_false(is_there("trash"));
}

static void fills_again_in_place_what_was_changed(void **state)
{
	struct err e;

	assert_int_equal(restore(*state, &e), 0);
	ino_t inode = inode_of("upper/data/both");
	write_file("upper/data/both", "longer than it was in the beginning", 0600);
	assert_int_equal(restore(*state, &e), 0);
	holds("upper/data/both", "from the higher");
	assert_true(inode_of("upper/data/both") == inode);
}

static void sees_a_change_whose_time_was_set_back(void **state)
{
	cleanup_free char *path = in_top("upper/data/both");
	struct stat st;
	struct err e;

	assert_int_equal(restore(*state, &e), 0);
	assert_int_equal(stat(path, &st), 0);
	write_file("upper/data/both", "forged          ", 0640);
	const struct timespec times[2] = {st.st_atim, st.st_mtim};
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	assert_int_equal(restore(*state, &e), 0);
	holds("upper/data/both", "from the higher");
}

static void puts_away_what_is_not_hot(void **state)
{
	cleanup_free char *extra = in_top("upper/data/link");
	struct err e;

	assert_int_equal(restore(*state, &e), 0);
	write_file("upper/data/new", "a table", 0600);
	write_file("upper/other/deep/tree", "more", 0600);
	assert_int_equal(symlink("/etc", extra), 0);
	assert_int_equal(restore(*state, &e), 0);
	assert_false(is_there("upper/data/new"));
	assert_false(is_there("upper/other"));
	assert_false(is_there("upper/data/link"));
	holds("upper/data/both", "from the higher");
}

static void makes_again_what_was_removed_or_replaced(void **state)
{
	cleanup_free char *both = in_top("upper/data/both");
	cleanup_free char *deep = in_top("upper/data/deep");
	cleanup_free char *second = in_top("upper/data/second");
	struct err e;

	assert_int_equal(restore(*state, &e), 0);
	assert_int_equal(link(both, second), 0); /* a name more: written through it, unseen */
	assert_int_equal(path_remove_tree_at(AT_FDCWD, deep, &e), 0);
	write_file("upper/data/deep", "a file now", 0600);
	assert_int_equal(restore(*state, &e), 0);
	holds("upper/data/both", "from the higher");
	holds("upper/data/deep/only", "lower only");
	assert_false(is_there("upper/data/second"));
}

static void follows_no_link(void **state)
{
	cleanup_free char *upper = in_top("upper/data");
	cleanup_free char *outside = in_top("outside");
	struct err e;

	write_file("outside/both", "not ours", 0600);
	assert_int_equal(symlink(outside, upper), 0);
	assert_int_equal(restore(*state, &e), 0);
	holds("outside/both", "not ours");
	holds("upper/data/both", "from the higher");
}

static void names_what_is_in_no_layer(void **state)
{
	struct precopy *p = *state;
	struct err e;

	strv_add(&p->paths, "data/nowhere");
	assert_int_equal(restore(p, &e), -1);
	assert_non_null(strstr(e.msg, "data/nowhere"));
}

#define each(function) cmocka_unit_test_setup_teardown(function, make, clear)

UNIT_TESTS(each(learns_what_was_copied_up), each(copies_from_the_topmost_layer),
	   each(fills_again_in_place_what_was_changed), each(sees_a_change_whose_time_was_set_back),
	   each(puts_away_what_is_not_hot), each(makes_again_what_was_removed_or_replaced),
	   each(follows_no_link), each(names_what_is_in_no_layer))
