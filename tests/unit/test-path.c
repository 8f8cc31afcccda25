/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

static void assert_joined(const char *a, const char *b, const char *want)
{
	cleanup_free char *got = path_join(a, b);

	assert_string_equal(got, want);
}

static void joins(void **state)
{
	(void)state;
	assert_joined("a", "b", "a/b");
	assert_joined("a/", "b", "a/b");
	assert_joined("a", "/b", "/b");
	assert_joined("", "b", "b");
	assert_joined("a", "", "a");
}

static void takes_apart(void **state)
{
	cleanup_free char *dir = path_dir("/a/b");
	cleanup_free char *root = path_dir("/a");
	cleanup_free char *none = path_dir("a");

	(void)state;
	assert_string_equal(dir, "/a");
	assert_string_equal(root, "/");
	assert_string_equal(none, ".");
	assert_string_equal(path_base("/a/b"), "b");
	assert_string_equal(path_base("b"), "b");
}

static void knows_a_plain_name(void **state)
{
	char longest[66];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[64] = '\0';
	assert_true(path_is_plain_name("python-3.13_x"));
	assert_true(path_is_plain_name(longest));
	longest[64] = 'a';
	longest[65] = '\0';
	assert_false(path_is_plain_name(longest));
	assert_false(path_is_plain_name(""));
	assert_false(path_is_plain_name(".."));
	assert_false(path_is_plain_name(".hidden"));
	assert_false(path_is_plain_name("-x"));
	assert_false(path_is_plain_name("a/b"));
	assert_false(path_is_plain_name("a b"));
	assert_false(path_is_plain_name("\xc3\xa4"));
}

static void makes_and_removes_a_tree_that_is_too_deep(void **state)
{
	char top[] = "/tmp/labctl-unit-path.XXXXXX";
	struct err e;

	(void)state;
	assert_non_null(mkdtemp(top));
	cleanup_fd int fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (int i = 0; i < 2000; i++) { /* longer than PATH_MAX, more than our descriptors */
		assert_int_equal(mkdirat(fd, "deeper", 0755), 0);
		int next = openat(fd, "deeper", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		fd_close(&fd);
		fd = next;
		assert_true(fd >= 0);
	}
	assert_int_equal(path_remove_tree_at(AT_FDCWD, top, &e), 0);
	assert_false(path_exists(top));
	assert_int_equal(path_remove_tree_at(AT_FDCWD, top, &e), 0); /* missing is success */
}

static void removing_never_follows_a_link(void **state)
{
	char top[] = "/tmp/labctl-unit-path.XXXXXX";
	char kept[] = "/tmp/labctl-unit-kept.XXXXXX";
	struct err e;

	(void)state;
	assert_non_null(mkdtemp(top));
	assert_non_null(mkdtemp(kept));
	cleanup_free char *file = path_join(kept, "file");
	cleanup_free char *link = path_join(top, "link");
	cleanup_fd int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(symlink(kept, link), 0);
	assert_int_equal(path_remove_tree_at(AT_FDCWD, top, &e), 0);
	assert_true(path_exists(file));
	assert_int_equal(symlink(kept, top), 0);
	assert_int_equal(path_remove_tree_at(AT_FDCWD, top, &e), 0);
	assert_false(path_exists(top));
	assert_true(path_exists(file));
	assert_int_equal(path_remove_tree_at(AT_FDCWD, kept, &e), 0);
}

static void mkdirs_is_like_mkdir_p(void **state)
{
	char top[] = "/tmp/labctl-unit-path.XXXXXX";
	struct err e;

	(void)state;
	assert_non_null(mkdtemp(top));
	cleanup_free char *deep = path_join(top, "a/b//c/");
	cleanup_free char *file = path_join(top, "file");
	cleanup_free char *below = path_join(file, "x");

	assert_int_equal(path_mkdirs(deep, 0755, &e), 0);
	assert_int_equal(path_mkdirs(deep, 0755, &e), 0);
	cleanup_fd int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(path_mkdirs(file, 0755, &e), -1);
	assert_int_equal(e.sys, ENOTDIR);
	assert_int_equal(path_mkdirs(below, 0755, &e), -1);
	assert_int_equal(path_remove_tree_at(AT_FDCWD, top, &e), 0);
}

UNIT_TESTS(unit(joins), unit(takes_apart), unit(knows_a_plain_name),
	   unit(makes_and_removes_a_tree_that_is_too_deep), unit(removing_never_follows_a_link),
	   unit(mkdirs_is_like_mkdir_p))
