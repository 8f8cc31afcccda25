/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <errno.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "deb.h"
#include "image/view.h"

struct fixture {
	char *scratch;
	char *upper, *middle, *bottom;
	struct view view;
};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct err e;

	f->scratch = scratch_make();
	f->upper = scratch_dir(f->scratch, "upper");
	f->middle = scratch_dir(f->scratch, "middle");
	f->bottom = scratch_dir(f->scratch, "bottom");
	const char *const lowers[] = {f->middle, f->bottom, NULL};

	*state = f;
	return view_open(f->upper, lowers, &f->view, &e);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	view_close(&f->view);
	free(f->upper);
	free(f->middle);
	free(f->bottom);
	scratch_remove(f->scratch);
	free(f);
	return 0;
}

static void link_in(const char *tree, const char *target, const char *name)
{
	cleanup_free char *path = path_join(tree, name);

	assert_int_equal(symlink(target, path), 0);
}

static bool is_dir_in(const char *tree, const char *name)
{
	cleanup_free char *path = path_join(tree, name);
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void leads_to(struct fixture *f, const char *path, const char *real)
{
	struct err e;

	assert_true(view_dir(&f->view, path, &e) >= 0);
	assert_string_equal(f->view.dir_real, real);
	if (*real)
		assert_true(is_dir_in(f->upper, real));
}

/* /bin of one package means the parent image's /usr/bin. */
static void follows_links_of_the_layers_below(void **state)
{
	struct fixture *f = *state;

	free(scratch_dir(f->bottom, "usr/bin"));
	link_in(f->bottom, "usr/bin", "bin");
	leads_to(f, "bin", "usr/bin");
	leads_to(f, "bin/deep/er", "usr/bin/deep/er");
	assert_false(is_dir_in(f->upper, "bin"));
}

static void links_never_lead_out(void **state)
{
	struct fixture *f = *state;

	link_in(f->upper, "/etc", "absolute");
	link_in(f->upper, "../../../../etc", "climbing");
	link_in(f->upper, "absolute/x", "chained");
	leads_to(f, "absolute/x", "etc/x");
	leads_to(f, "climbing/y", "etc/y");
	leads_to(f, "chained", "etc/x");
	leads_to(f, "a/b/../../..", "");
	assert_false(path_exists("/etc/x"));
}

static void refuses_loops_and_files_on_the_way(void **state)
{
	struct fixture *f = *state;
	struct err e;

	link_in(f->upper, "b", "a");
	link_in(f->upper, "a", "b");
	assert_int_equal(view_dir(&f->view, "a/x", &e), -1);
	assert_int_equal(e.sys, ELOOP);
	scratch_file(f->bottom, "file", "text");
	assert_int_equal(view_dir(&f->view, "file/x", &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
}

static int look(const struct fixture *f, const char *path)
{
	struct stat st;
	struct err e;

	return view_lstat(&f->view, path, &st, &e);
}

static void upper_layers_hide_lower_ones(void **state)
{
	struct fixture *f = *state;

	scratch_file(f->bottom, "hidden/x", "");
	scratch_file(f->middle, "hidden", "a file where a directory was");
	assert_int_equal(look(f, "hidden"), 1);
	assert_int_equal(look(f, "hidden/x"), 0);
}

static void marks_of_overlayfs_hide_too(void **state)
{
	if (geteuid() != 0)
		skip(); /* only root can make the marks */
	struct fixture *f = *state;
	cleanup_free char *whiteout = path_join(f->middle, "gone");
	cleanup_free char *opaque = scratch_dir(f->middle, "opaque");

	scratch_file(f->bottom, "gone/x", "");
	scratch_file(f->bottom, "opaque/x", "");
	assert_int_equal(look(f, "gone/x"), 1);
	assert_int_equal(look(f, "opaque/x"), 1);
	assert_int_equal(mknod(whiteout, S_IFCHR, makedev(0, 0)), 0);
	assert_int_equal(setxattr(opaque, "trusted.overlay.opaque", "y", 1, 0), 0);
	assert_int_equal(look(f, "gone"), 0);
	assert_int_equal(look(f, "gone/x"), 0);
	assert_int_equal(look(f, "opaque"), 1);
	assert_int_equal(look(f, "opaque/x"), 0);
}

/* The second line of defence, should the first have let a link or ".." through. */
static void opening_follows_no_link_and_climbs_nowhere(void **state)
{
	struct fixture *f = *state;
	int fd = f->view.upper_fd;

	scratch_file(f->upper, "dir/file", "");
	link_in(f->upper, "dir", "link");
	link_in(f->upper, "/", "out");
	assert_int_equal(view_open_beneath(fd, "link/file", O_RDONLY, 0), -1);
	assert_int_equal(view_open_beneath(fd, "out/etc", O_RDONLY, 0), -1);
	assert_int_equal(view_open_beneath(fd, "../bottom", O_RDONLY, 0), -1);
	assert_int_equal(view_open_beneath(fd, "/etc", O_RDONLY, 0), -1);
	cleanup_fd int file = view_open_beneath(fd, "dir/file", O_RDONLY, 0);

	assert_true(file >= 0);
}

static void reads_through_links(void **state)
{
	struct fixture *f = *state;
	cleanup(str_done) struct str text = STR_INIT;
	struct err e;

	scratch_file(f->bottom, "usr/lib/os", "bottom");
	link_in(f->bottom, "../usr/lib/os", "os");
	assert_int_equal(view_read(&f->view, "os", &text, 100, &e), 1);
	assert_string_equal(text.data, "bottom");
	str_clear(&text);
	assert_int_equal(view_read(&f->view, "nothing", &text, 100, &e), 0);
	assert_int_equal(view_write(&f->view, "usr/lib/os", "upper", 5, 0644, &e), 0);
	assert_int_equal(view_read(&f->view, "os", &text, 100, &e), 1);
	assert_string_equal(text.data, "upper");
}

#define with_fixture(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

UNIT_TESTS(with_fixture(follows_links_of_the_layers_below), with_fixture(links_never_lead_out),
	   with_fixture(refuses_loops_and_files_on_the_way),
	   with_fixture(upper_layers_hide_lower_ones), with_fixture(marks_of_overlayfs_hide_too),
	   with_fixture(opening_follows_no_link_and_climbs_nowhere),
	   with_fixture(reads_through_links))
