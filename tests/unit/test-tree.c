/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "deb.h"
#include "image/tree.h"

static char *list(const char *path)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup(str_done) struct str out = STR_INIT;
	struct err e;

	assert_int_equal(tree_list(fd, &out, &e), 0);
	return str_take(&out);
}

static void set_time(const char *tree, const char *name, time_t seconds)
{
	cleanup_free char *path = path_join(tree, name);
	const struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};

	assert_int_equal(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), 0);
}

static void make_tree(const char *tree, const char *const *files)
{
	for (; *files; files++) {
		scratch_file(tree, *files, *files);
		set_time(tree, *files, 1000);
	}
}

/* The directories' times are those of making them. */
static void settle_times(const char *tree)
{
	set_time(tree, "a", 2000);
	set_time(tree, "a-b", 2000);
}

static void lists_every_kind_of_entry(void **state)
{
	char *scratch = scratch_make();
	cleanup_free char *odd = path_join(scratch, "odd name");
	cleanup_free char *first = path_join(scratch, "a/x");
	cleanup_free char *second = path_join(scratch, "z");
	static const char *const files[] = {"a/x", NULL};
	char want[512];

	(void)state;
	make_tree(scratch, files);
	assert_int_equal(symlink("to\\there", odd), 0);
	assert_int_equal(link(first, second), 0);
	set_time(scratch, "a", 2000);
	set_time(scratch, "odd name", 3000);
	cleanup_free char *listing = list(scratch);

	snprintf(want, sizeof(want),
		 "labctl-layer 1\n"
		 "d 755 %u %u 2000 - - a\n"
		 "f 644 %u %u 1000 3 %s a/x\n"
		 "l 777 %u %u 3000 - to\\134there odd\\040name\n"
		 "h - - - - - a/x z\n",
		 getuid(), getgid(), getuid(), getgid(),
		 "1653a06856ec14bc20b4e1dcc951d601eda9f17d7af17cfd4a433cfe93a29b04", getuid(),
		 getgid());
	assert_string_equal(listing, want);
	scratch_remove(scratch);
}

/* Made in another order, in another directory: the same bytes. */
static void equal_trees_have_equal_listings(void **state)
{
	static const char *const one[] = {"a/x", "a/y", "a-b/x", "z", NULL};
	static const char *const two[] = {"z", "a-b/x", "a/y", "a/x", NULL};
	char *first = scratch_make();
	char *second = scratch_make();

	(void)state;
	make_tree(first, one);
	make_tree(second, two);
	settle_times(first);
	settle_times(second);
	cleanup_free char *x = list(first);
	cleanup_free char *y = list(second);

	assert_string_equal(x, y);
	scratch_file(second, "z", "other");
	set_time(second, "z", 1000);
	cleanup_free char *changed = list(second);

	assert_string_not_equal(x, changed);
	scratch_remove(first);
	scratch_remove(second);
}

static void refuses_what_no_layer_may_hold(void **state)
{
	char *scratch = scratch_make();
	cleanup_free char *fifo = path_join(scratch, "fifo");
	cleanup_fd int fd = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup(str_done) struct str out = STR_INIT;
	struct err e;

	(void)state;
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(tree_list(fd, &out, &e), -1);
	assert_non_null(strstr(e.msg, "list '/fifo'"));
	assert_non_null(strstr(e.msg, "fifo"));
	scratch_remove(scratch);
}

static void takes_lines_apart(void **state)
{
	static const char text[] = "f 4755 0 42 1000 3 abc usr/bin/x user.k=00 user.l=01\n"
				   "h - - - - - a b\n";
	const char *at = text;
	const char *end = text + strlen(text);
	struct tree_line l;
	struct err e;

	(void)state;
	assert_int_equal(tree_next_line(&at, end, &l, &e), 1);
	assert_int_equal(l.type, 'f');
	assert_int_equal(l.mode, 04755);
	assert_int_equal(l.gid, 42);
	assert_int_equal(l.size, 3);
	assert_memory_equal(l.path, "usr/bin/x", l.path_len);
	assert_memory_equal(l.xattrs, "user.k=00 user.l=01", l.xattrs_len);
	assert_int_equal(tree_next_line(&at, end, &l, &e), 1);
	assert_int_equal(l.type, 'h');
	assert_int_equal(l.size, -1);
	assert_int_equal(tree_next_line(&at, end, &l, &e), 0);
}

static void refuses_what_is_no_line(void **state)
{
	static const char *const bad[] = {"f 755 0 0 1 1 x y", /* no end */
					  "f 755 0 0 1 1 x\n",
					  "q 755 0 0 1 1 x y\n",
					  "f 789 0 0 1 1 x y\n",
					  "f 755  0 0 1 1 x y\n",
					  "\n"};
	struct tree_line l;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *at = bad[i];

		assert_int_equal(tree_next_line(&at, at + strlen(at), &l, &e), -1);
	}
}

static void orders_paths_as_a_walk_does(void **state)
{
	static const char *const sorted[] = {"a", "a/b", "a/b/c", "a\\040b", "a-b", "a.b", "b"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
		for (size_t k = 0; k < ARRAY_SIZE(sorted); k++) {
			int order = tree_compare_paths(sorted[i], sorted[k]);

			assert_true(i < k ? order < 0 : i > k ? order > 0 : order == 0);
		}
}

UNIT_TESTS(unit(lists_every_kind_of_entry), unit(equal_trees_have_equal_listings),
	   unit(refuses_what_no_layer_may_hold), unit(takes_lines_apart),
	   unit(refuses_what_is_no_line), unit(orders_paths_as_a_walk_does))
