/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

static char dir[64];
static int dir_fd = -1;

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/labctl-unit-fd.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir_fd < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	fd_close(&dir_fd);
	return path_remove_tree_at(AT_FDCWD, dir, NULL);
}

static void replaces_a_file_whole(void **state)
{
	cleanup(str_done) struct str text = STR_INIT;
	struct stat st;
	struct err e;

	(void)state;
	assert_int_equal(fd_replace_file_at(dir_fd, "f", "old", 3, 0600, &e), 0);
	assert_int_equal(fd_replace_file_at(dir_fd, "f", "newer", 5, 0644, &e), 0);
	assert_int_equal(fd_read_file_at(dir_fd, "f", &text, 100, &e), 0);
	assert_string_equal(text.data, "newer");
	assert_int_equal(fstatat(dir_fd, "f", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
}

static void a_failed_replace_leaves_nothing(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(mkdirat(dir_fd, "d", 0755), 0);
	assert_int_equal(mkdirat(dir_fd, "d/f", 0755), 0);
	assert_int_equal(fd_replace_file_at(dir_fd, "d/f", "x", 1, 0644, &e), -1);
	assert_int_equal(e.sys, EISDIR);
	assert_int_equal(unlinkat(dir_fd, "d/f", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(dir_fd, "d", AT_REMOVEDIR), 0); /* empty: no temporary file */
}

static void refuses_more_than_allowed(void **state)
{
	cleanup(str_done) struct str text = STR_INIT;
	struct err e;

	(void)state;
	assert_int_equal(fd_replace_file_at(dir_fd, "f", "12345", 5, 0600, &e), 0);
	assert_int_equal(fd_read_file_at(dir_fd, "f", &text, 4, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
	str_clear(&text);
	assert_int_equal(fd_read_file_at(dir_fd, "f", &text, 5, &e), 0);
}

static void reads_numbers_as_the_kernel_writes_them(void **state)
{
	struct err e;
	int64_t v;

	(void)state;
	fd_replace_file_at(dir_fd, "n", "42\n", 3, 0600, &e);
	assert_int_equal(fd_read_int64_at(dir_fd, "n", &v, &e), 0);
	assert_int_equal(v, 42);
	fd_replace_file_at(dir_fd, "n", "max\n", 4, 0600, &e);
	assert_int_equal(fd_read_int64_at(dir_fd, "n", &v, &e), 0);
	assert_true(v == INT64_MAX);
	fd_replace_file_at(dir_fd, "n", "x\n", 2, 0600, &e);
	assert_int_equal(fd_read_int64_at(dir_fd, "n", &v, &e), -1);
	assert_string_equal(e.msg, "read 'n': 'x' is not a number");
}

static void count_wait(void *arg)
{
	++*(int *)arg;
}

static void a_lock_is_exclusive_until_closed(void **state)
{
	int waited = 0;
	struct err e;

	(void)state;
	cleanup_fd int first = fd_lock_at(dir_fd, "lock", LOCK_EX, count_wait, &waited, &e);

	assert_true(first >= 0);
	assert_int_equal(fd_lock_at(dir_fd, "lock", LOCK_EX | LOCK_NB, NULL, NULL, &e), -1);
	assert_int_equal(e.sys, EWOULDBLOCK);
	fd_close(&first);
	cleanup_fd int second = fd_lock_at(dir_fd, "lock", LOCK_EX, count_wait, &waited, &e);

	assert_true(second >= 0);
	assert_int_equal(waited, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    unit(replaces_a_file_whole),
	    unit(a_failed_replace_leaves_nothing),
	    unit(refuses_more_than_allowed),
	    unit(reads_numbers_as_the_kernel_writes_them),
	    unit(a_lock_is_exclusive_until_closed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
