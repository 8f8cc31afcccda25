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
#include "base/input.h"
#include "base/mem.h"
#include "base/path.h"

enum { STRANGER = 12345, ANOTHER = 12346 };

static char dir[64];
static char path[128];

static const char *at(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void make_file(const char *name, const char *text)
{
	assert_int_equal(fd_replace_file_at(AT_FDCWD, at(name), text, strlen(text), 0644, NULL), 0);
}

static void make_link(const char *to, const char *name)
{
	assert_int_equal(symlink(to, at(name)), 0);
}

static void give(const char *name, uid_t owner)
{
	assert_int_equal(lchown(at(name), owner, owner), 0);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/labctl-unit-input.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	make_file("file", "text");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return path_remove_tree_at(AT_FDCWD, dir, NULL);
}

/* What is read, or what the error says. */
static char *reads(const char *name)
{
	cleanup(str_done) struct str text = STR_INIT;
	struct err e = {0};

	if (input_read(at(name), &text, 100, &e))
		return xstrdup(e.msg);
	return str_take(&text);
}

#define READS(name, want)                                                                          \
	do {                                                                                       \
		cleanup_free char *got = reads(name);                                              \
		assert_non_null(strstr(got, want));                                                \
	} while (0)

static void reads_a_file(void **state)
{
	cleanup_free char *home = getcwd(NULL, 0);
	cleanup(str_done) struct str text = STR_INIT;

	(void)state;
	READS("file", "text");
	READS("./file", "text");
	READS("none", "No such file");
	READS("file/below", "Not a directory");
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(input_read("file", &text, 100, NULL), 0);
	assert_int_equal(chdir(home), 0);
}

static void follows_links_of_the_caller(void **state)
{
	(void)state;
	assert_int_equal(mkdir(at("d"), 0755), 0);
	make_link("../file", "d/up");
	make_link("d", "way");
	make_link("way/up", "far");
	READS("far", "text");
	cleanup_free char *absolute = path_join(dir, "far");

	make_link(absolute, "absolute");
	READS("absolute", "text");
	make_link("loop", "loop");
	READS("loop", "Too many levels");
}

static void refuses_what_is_no_file(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(at("fifo"), 0644), 0);
	READS("fifo", "is not a file");
	READS("", "is not a file");
}

static void follows_a_stranger_only_to_what_is_theirs(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	make_file("theirs", "theirs");
	give("theirs", STRANGER);
	make_link("theirs", "own");
	give("own", STRANGER);
	READS("own", "theirs");
	make_link("file", "foreign");
	give("foreign", STRANGER);
	READS("foreign", "a file of somebody else");
	make_link("own", "two");
	give("two", ANOTHER);
	READS("two", "links of several others");
}

static void a_folder_may_be_the_link(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir(at("d"), 0755), 0);
	make_file("d/file", "secret");
	make_link("d", "way");
	give("way", STRANGER);
	READS("way/file", "a file of somebody else");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(reads_a_file, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(follows_links_of_the_caller, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(refuses_what_is_no_file, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(follows_a_stranger_only_to_what_is_theirs, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(a_folder_may_be_the_link, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
