/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "deb.h"
#include "image/unpack.h"

struct fixture {
	char *scratch, *tree, *outside;
	struct view view;
	struct str tar;
	struct unpack unpack;
};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct err e;

	f->scratch = scratch_make();
	f->tree = scratch_dir(f->scratch, "tree");
	f->outside = scratch_dir(f->scratch, "outside");
	str_init(&f->tar);
	*state = f;
	if (view_open(f->tree, NULL, &f->view, &e))
		return -1;
	f->unpack = (struct unpack){.view = &f->view,
				    .package = "test",
				    .list = STR_INIT,
				    .dirs = STR_INIT,
				    .clashes = STR_INIT};
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	unpack_done(&f->unpack);
	view_close(&f->view);
	str_done(&f->tar);
	free(f->tree);
	free(f->outside);
	scratch_remove(f->scratch);
	free(f);
	return 0;
}

static int unpack(struct fixture *f, struct err *e)
{
	tar_end(&f->tar);
	const struct deb_part part = {.data = (const uint8_t *)f->tar.data, .size = f->tar.len};

	return unpack_data(&f->unpack, &part, e);
}

static void holds(const struct fixture *f, const char *name, const char *text)
{
	cleanup_free char *is = scratch_text(f->tree, name);

	assert_string_equal(is, text);
}

static void lays_files_down(void **state)
{
	struct fixture *f = *state;
	struct err e;
	struct stat st, other;

	tar_add(&f->tar, '5', "./", NULL, 0755, NULL);
	tar_add(&f->tar, '5', "./usr/", NULL, 0755, NULL);
	tar_add(&f->tar, '0', "./usr/bin/run", NULL, 04711, "text");
	tar_add(&f->tar, '2', "./usr/bin/link", "run", 0777, NULL);
	tar_add(&f->tar, '1', "./usr/bin/same", "./usr/bin/run", 0755, NULL);
	assert_int_equal(unpack(f, &e), 0);
	holds(f, "usr/bin/run", "text");
	holds(f, "usr/bin/link", "text");
	assert_int_equal(fstatat(f->view.upper_fd, "usr/bin/run", &st, 0), 0);
	assert_int_equal(fstatat(f->view.upper_fd, "usr/bin/same", &other, 0), 0);
	assert_int_equal(st.st_mode & 07777, 04711);
	assert_int_equal(st.st_mtime, 1000000000);
	assert_int_equal(st.st_ino, other.st_ino);
	assert_string_equal(f->unpack.list.data,
			    "/.\n/usr\n/usr/bin/run\n/usr/bin/link\n/usr/bin/same\n");
	assert_string_equal(f->unpack.dirs.data, "755 0 0 \n755 0 0 usr\n");
}

/* The member is refused, by name, and nothing appeared outside the tree. */
static void refuses(struct fixture *f, const char *member, const char *why)
{
	cleanup_free char *outside = path_join(f->outside, "x");
	struct err e;

	assert_int_equal(unpack(f, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
	if (!strstr(e.msg, member) || !strstr(e.msg, why))
		fail_msg("'%s' does not name '%s' and '%s'", e.msg, member, why);
	assert_false(path_exists(outside));
	str_clear(&f->tar);
}

static void refuses_names_that_lead_out(void **state)
{
	struct fixture *f = *state;
	cleanup_free char *absolute = path_join(f->outside, "x");

	tar_add(&f->tar, '0', absolute, NULL, 0644, "x");
	refuses(f, absolute, "absolute");
	tar_add(&f->tar, '0', "../outside/x", NULL, 0644, "x");
	refuses(f, "../outside/x", "'..'");
	tar_add(&f->tar, '0', "./usr/../../outside/x", NULL, 0644, "x");
	refuses(f, "usr/../../outside/x", "'..'");
	tar_add(&f->tar, '5', "./..", NULL, 0777, NULL);
	refuses(f, "./..", "'..'");
	tar_add(&f->tar, '0', "./a\nb", NULL, 0644, "x");
	refuses(f, "a\nb", "line break");
	tar_add(&f->tar, '2', ".", "outside", 0777, NULL);
	refuses(f, "'.'", "root directory");
}

/* A link out of the tree, then a file through it: it lands inside, where the link means it to. */
static void writes_through_links_stay_inside(void **state)
{
	struct fixture *f = *state;
	cleanup_free char *outside = path_join(f->outside, "x");
	cleanup_free char *inside = xstrdup(f->outside + 1);
	cleanup_free char *landed = path_join(inside, "x");
	struct err e;

	tar_add(&f->tar, '2', "./absolute", f->outside, 0777, NULL);
	tar_add(&f->tar, '0', "./absolute/x", NULL, 0644, "landed");
	tar_add(&f->tar, '2', "./climbing", "../outside", 0777, NULL);
	tar_add(&f->tar, '0', "./climbing/y", NULL, 0644, "landed");
	assert_int_equal(unpack(f, &e), 0);
	assert_false(path_exists(outside));
	holds(f, landed, "landed");
	holds(f, "outside/y", "landed");
}

static void refuses_hard_links_to_others_files(void **state)
{
	struct fixture *f = *state;

	scratch_file(f->outside, "secret", "secret");
	tar_add(&f->tar, '1', "./x", "../outside/secret", 0644, NULL);
	refuses(f, "./x", "'..'");
	tar_add(&f->tar, '1', "./x", "/etc/passwd", 0644, NULL);
	refuses(f, "./x", "absolute");
	tar_add(&f->tar, '2', "./link", "../outside/secret", 0777, NULL);
	tar_add(&f->tar, '1', "./x", "./link", 0644, NULL);
	refuses(f, "./x", "no file of this package");
	tar_add(&f->tar, '1', "./x", "./missing", 0644, NULL);
	refuses(f, "./x", "no file of this package");
}

static void refuses_devices(void **state)
{
	struct fixture *f = *state;

	tar_add(&f->tar, '3', "./dev/mem", NULL, 0666, NULL);
	refuses(f, "device './dev/mem'", "may not ship");
	tar_add(&f->tar, '4', "./dev/sda", NULL, 0666, NULL);
	refuses(f, "device './dev/sda'", "may not ship");
	tar_add(&f->tar, '6', "./pipe", NULL, 0666, NULL);
	refuses(f, "./pipe", "may not ship");
}

static void leaves_what_stands_there(void **state)
{
	struct fixture *f = *state;
	struct err e;

	scratch_file(f->tree, "usr/share/x", "first");
	tar_add(&f->tar, '0', "./usr/share/x", NULL, 0644, "second");
	tar_add(&f->tar, '2', "./usr/share/x", "second", 0777, NULL);
	assert_int_equal(unpack(f, &e), 0);
	holds(f, "usr/share/x", "first");
	assert_string_equal(f->unpack.clashes.data, "usr/share/x\nusr/share/x\n");
}

static void puts_conffiles_and_diverted_files_aside(void **state)
{
	struct fixture *f = *state;
	struct diversion ours[] = {{(char *)"usr/bin/a", (char *)"usr/bin/a.real", (char *)"other"},
				   {(char *)"usr/bin/b", (char *)"usr/bin/b.real", (char *)"test"}};
	const struct diversions diversions = {.items = ours, .count = 2};
	cleanup(strv_done) struct strv conffiles = STRV_INIT;
	struct err e;

	strv_add(&conffiles, "etc/conf");
	f->unpack.conffiles = &conffiles;
	f->unpack.diversions = &diversions;
	tar_add(&f->tar, '0', "./etc/conf", NULL, 0644, "conf");
	tar_add(&f->tar, '0', "./usr/bin/a", NULL, 0755, "a");
	tar_add(&f->tar, '0', "./usr/bin/b", NULL, 0755, "b");
	assert_int_equal(unpack(f, &e), 0);
	holds(f, "etc/conf.dpkg-new", "conf");
	holds(f, "usr/bin/a", "(none)");
	holds(f, "usr/bin/a.real", "a");
	holds(f, "usr/bin/b", "b"); /* its own diversion is not for its own file */
}

static void a_damaged_tar_is_no_package(void **state)
{
	struct fixture *f = *state;
	struct err e;

	tar_add(&f->tar, '0', "./x", NULL, 0644, "content");
	f->tar.len = 700; /* in the middle of the content's block */
	const struct deb_part part = {.data = (const uint8_t *)f->tar.data, .size = f->tar.len};

	assert_int_equal(unpack_data(&f->unpack, &part, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
}

#define with_fixture(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

UNIT_TESTS(with_fixture(lays_files_down), with_fixture(refuses_names_that_lead_out),
	   with_fixture(writes_through_links_stay_inside),
	   with_fixture(refuses_hard_links_to_others_files), with_fixture(refuses_devices),
	   with_fixture(leaves_what_stands_there),
	   with_fixture(puts_conffiles_and_diverted_files_aside),
	   with_fixture(a_damaged_tar_is_no_package))
