/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/hash.h"
#include "deb.h"
#include "image/dpkg.h"

enum { PACKAGES_MAX = 4 };

struct fixture {
	char *scratch, *upper, *lower;
	struct view view;
	int notes_fd;
	struct lock_package packages[PACKAGES_MAX];
	char digests[PACKAGES_MAX][HASH_HEX_SIZE];
	char *paths[PACKAGES_MAX];
	struct image_lock lock;
};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct err e;

	f->scratch = scratch_make();
	f->upper = scratch_dir(f->scratch, "upper");
	f->lower = scratch_dir(f->scratch, "lower");
	cleanup_free char *notes = scratch_dir(f->scratch, "notes");
	const char *const lowers[] = {f->lower, NULL};

	f->notes_fd = open(notes, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	f->lock.packages = f->packages;
	f->lock.architecture = (char *)"amd64";
	*state = f;
	return view_open(f->upper, lowers, &f->view, &e) || dpkg_prepare(&f->view, &e);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < f->lock.package_count; i++)
		free(f->paths[i]);
	view_close(&f->view);
	fd_close(&f->notes_fd);
	free(f->upper);
	free(f->lower);
	scratch_remove(f->scratch);
	free(f);
	return 0;
}

/* A package "<name> 1" with further control fields and files, in the fixture's lock. */
static void add(struct fixture *f, const char *name, const char *fields, const char *const *control,
		const struct str *data)
{
	cleanup(str_done) struct str tar = STR_INIT;
	cleanup(str_done) struct str deb = STR_INIT;
	cleanup_free char *stanza =
	    xasprintf("Package: %s\nVersion: 1\nArchitecture: amd64\n%s", name, fields);
	size_t i = f->lock.package_count++;

	tar_add(&tar, '0', "./control", NULL, 0644, stanza);
	for (; control && *control; control += 2)
		tar_add(&tar, '0', control[0], NULL, 0755, control[1]);
	tar_end(&tar);
	deb_make(&deb, &tar, data);
	cleanup_free char *file = xasprintf("%s.deb", name);

	f->paths[i] = path_join(f->scratch, file);
	cleanup_fd int fd = open(f->paths[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct err e;

	assert_int_equal(fd_write_all(fd, deb.data, deb.len, &e), 0);
	hash_hex(deb.data, deb.len, f->digests[i]);
	f->packages[i] = (struct lock_package){.name = (char *)name,
					       .version = (char *)"1",
					       .architecture = (char *)"amd64",
					       .pool = (char *)"pool/x.deb",
					       .sha256 = f->digests[i]};
}

static void data_of(struct str *tar, const char *file, const char *content)
{
	tar_add(tar, '5', "./usr/", NULL, 0755, NULL);
	tar_add(tar, '5', "./usr/share/", NULL, 0755, NULL);
	tar_add(tar, '0', file, NULL, 0644, content);
	tar_end(tar);
}

static void unpack(struct fixture *f, size_t i)
{
	struct err e;

	if (dpkg_unpack(&f->view, f->notes_fd, f->paths[i], &f->packages[i], NULL, NULL, &e))
		fail_msg("%s", e.msg);
}

static int assemble(struct fixture *f, bool early, bool *again, struct dpkg_plan *plan,
		    struct err *e)
{
	*plan = (struct dpkg_plan){.preinst = STRV_INIT};
	return dpkg_assemble(&f->view, f->notes_fd, &f->lock, (const char *const *)f->paths, early,
			     again, plan, e);
}

static void holds(const struct fixture *f, const char *name, const char *part)
{
	cleanup_free char *text = scratch_text(f->upper, name);

	if (!strstr(text, part))
		fail_msg("'%s' does not hold '%s', but '%s'", name, part, text);
}

static void writes_what_dpkg_would_have(void **state)
{
	struct fixture *f = *state;
	cleanup(str_done) struct str data = STR_INIT;
	static const char *const control[] = {"./conffiles", "/etc/a.conf\n", "./postinst",
					      "#!/bin/sh\n", NULL};
	struct stat st;

	tar_add(&data, '0', "./etc/a.conf", NULL, 0644, "conf");
	tar_end(&data);
	add(f, "liba", "Multi-Arch: same\nDescription: x\n", control, &data);
	unpack(f, 0);
	holds(f, "var/lib/dpkg/info/liba:amd64.list", "/etc/a.conf\n");
	holds(f, "var/lib/dpkg/info/liba:amd64.postinst", "#!/bin/sh");
	holds(f, "etc/a.conf.dpkg-new", "conf");
	assert_int_equal(fstatat(f->view.upper_fd, "var/lib/dpkg/info/liba:amd64.postinst", &st, 0),
			 0);
	assert_int_equal(st.st_mode & 0777, 0755);
	cleanup_free char *status = scratch_text(f->scratch, "notes/liba.status");

	assert_string_equal(status, "Package: liba\nVersion: 1\nArchitecture: amd64\n"
				    "Multi-Arch: same\nDescription: x\n"
				    "Status: install ok unpacked\n"
				    "Conffiles:\n /etc/a.conf newconffile\n\n");
}

static void refuses_another_package_than_the_locks(void **state)
{
	struct fixture *f = *state;
	cleanup(str_done) struct str data = STR_INIT;
	bool damaged = false;
	struct err e;

	data_of(&data, "./usr/share/x", "x");
	add(f, "real", "", NULL, &data);
	f->packages[0].version = (char *)"2";
	assert_int_equal(
	    dpkg_unpack(&f->view, f->notes_fd, f->paths[0], &f->packages[0], NULL, &damaged, &e),
	    -1);
	assert_non_null(strstr(e.msg, "it is real 1 for amd64, and the lock names real 2"));
	assert_false(damaged);
	f->digests[0][0] ^= 1;
	assert_int_equal(
	    dpkg_unpack(&f->view, f->notes_fd, f->paths[0], &f->packages[0], NULL, &damaged, &e),
	    -1);
	assert_non_null(strstr(e.msg, "its SHA-256 is"));
	assert_true(damaged);
}

static void need_root(void)
{
	if (geteuid() != 0)
		skip(); /* assembling gives directories to their owners */
}

static void the_replacing_package_has_the_file(void **state)
{
	need_root();
	struct fixture *f = *state;
	cleanup(str_done) struct str a = STR_INIT;
	cleanup(str_done) struct str b = STR_INIT;
	struct dpkg_plan plan;
	struct err e;
	bool again;

	data_of(&a, "./usr/share/same", "old");
	data_of(&b, "./usr/share/same", "new");
	add(f, "aaa", "", NULL, &a);
	add(f, "bbb", "Replaces: zzz, aaa (<< 2)\n", NULL, &b);
	unpack(f, 0); /* in this order, and the other way round, the same comes out */
	unpack(f, 1);
	assert_int_equal(assemble(f, false, &again, &plan, &e), 0);
	holds(f, "usr/share/same", "new");
	cleanup_free char *list = scratch_text(f->upper, "var/lib/dpkg/info/aaa.list");

	assert_null(strstr(list, "same"));
	holds(f, "var/lib/dpkg/status", "Package: aaa\n");
	holds(f, "var/lib/dpkg/status", "\n\nPackage: bbb\n");
}

static void two_packages_may_not_ship_one_file(void **state)
{
	need_root();
	struct fixture *f = *state;
	cleanup(str_done) struct str data = STR_INIT;
	struct dpkg_plan plan;
	struct err e;
	bool again;

	data_of(&data, "./usr/share/same", "x");
	add(f, "aaa", "", NULL, &data);
	add(f, "bbb", "", NULL, &data);
	unpack(f, 1);
	unpack(f, 0);
	assert_int_equal(assemble(f, false, &again, &plan, &e), -1);
	assert_non_null(strstr(e.msg, "both"));
	assert_non_null(strstr(e.msg, "/usr/share/same"));
}

/* A directory is the parent image's; else the first package's in the lock, whoever came first. */
static void directories_have_one_owner(void **state)
{
	need_root();
	struct fixture *f = *state;
	cleanup(str_done) struct str a = STR_INIT;
	cleanup(str_done) struct str b = STR_INIT;
	cleanup_free char *below = scratch_dir(f->lower, "below");
	struct dpkg_plan plan;
	struct err e;
	struct stat st;
	bool again;

	assert_int_equal(chmod(below, 01777), 0);
	tar_add(&a, '5', "./both", NULL, 0750, NULL);
	tar_add(&a, '5', "./below", NULL, 0700, NULL);
	tar_end(&a);
	tar_add(&b, '5', "./both", NULL, 0777, NULL);
	tar_end(&b);
	add(f, "aaa", "", NULL, &a);
	add(f, "bbb", "", NULL, &b);
	unpack(f, 1);
	unpack(f, 0);
	assert_int_equal(assemble(f, false, &again, &plan, &e), 0);
	assert_int_equal(fstatat(f->view.upper_fd, "both", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(fstatat(f->view.upper_fd, "below", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 01777);
}

static void triggers_of_the_parent_are_set_off(void **state)
{
	need_root();
	struct fixture *f = *state;
	cleanup(str_done) struct str data = STR_INIT;
	static const char *const control[] = {
	    "./triggers", "# x\ninterest-noawait /usr/lib/x\ninterest named\nactivate y\n", NULL};
	struct dpkg_plan plan;
	struct err e;
	bool again;

	scratch_file(f->lower, "var/lib/dpkg/triggers/File",
		     "/usr/share/man man-db\n/usr/share/ma other\n");
	scratch_file(f->lower, "var/lib/dpkg/triggers/named", "old\n");
	data_of(&data, "./usr/share/man/x.1", "x");
	add(f, "aaa", "", control, &data);
	unpack(f, 0);
	assert_int_equal(assemble(f, false, &again, &plan, &e), 0);
	cleanup_free char *set_off = scratch_text(f->upper, "var/lib/dpkg/triggers/Unincorp");
	cleanup_free char *files = scratch_text(f->upper, "var/lib/dpkg/triggers/File");
	cleanup_free char *named = scratch_text(f->upper, "var/lib/dpkg/triggers/named");

	assert_string_equal(set_off, "/usr/share/man -\n");
	assert_string_equal(files, "/usr/share/man man-db\n/usr/share/ma other\n"
				   "/usr/lib/x aaa/noawait\n");
	assert_string_equal(named, "old\naaa\n");
}

static void preinst_scripts_run_in_order(void **state)
{
	need_root();
	struct fixture *f = *state;
	cleanup(str_done) struct str data = STR_INIT;
	static const char *const control[] = {"./preinst", "#!/bin/sh\n", NULL};
	struct dpkg_plan plan;
	struct err e;
	bool again;

	tar_end(&data);
	add(f, "aaa", "Depends: ccc | zzz, libc6 (>= 2)\n", control, &data);
	add(f, "base-passwd", "Depends: ccc\n", control, &data);
	add(f, "bbb", "", NULL, &data);
	add(f, "ccc", "Pre-Depends: bbb:any\nDepends: aaa\n", control, &data);
	for (size_t i = 0; i < f->lock.package_count; i++)
		unpack(f, i);
	assert_int_equal(assemble(f, false, &again, &plan, &e), 0);
	cleanup_free char *order = strv_join(&plan.preinst, " ");

	assert_string_equal(order, "base-passwd ccc aaa");
	dpkg_plan_done(&plan);
}

/* The parent was finished after we unpacked, and it matters: a file diverted, a directory a link.
 */
static void an_early_unpack_is_done_again_where_it_must(void **state)
{
	need_root();
	struct fixture *f = *state;
	cleanup(str_done) struct str data = STR_INIT;
	cleanup_free char *link = path_join(f->lower, "usr");
	struct dpkg_plan plan;
	struct err e;
	bool again;

	data_of(&data, "./usr/share/x", "x");
	add(f, "aaa", "", NULL, &data);
	unpack(f, 0);
	assert_int_equal(assemble(f, true, &again, &plan, &e), 0);
	assert_false(again);
	assert_int_equal(symlink("elsewhere", link), 0);
	assert_int_equal(assemble(f, true, &again, &plan, &e), 0);
	assert_true(again);
	assert_int_equal(assemble(f, false, &again, &plan, &e), -1);
	assert_int_equal(unlink(link), 0);
	scratch_file(f->lower, "var/lib/dpkg/diversions",
		     "/usr/share/x\n/usr/share/x.real\nother\n");
	assert_int_equal(assemble(f, true, &again, &plan, &e), 0);
	assert_true(again);
}

#define with_fixture(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

UNIT_TESTS(with_fixture(writes_what_dpkg_would_have),
	   with_fixture(refuses_another_package_than_the_locks),
	   with_fixture(the_replacing_package_has_the_file),
	   with_fixture(two_packages_may_not_ship_one_file),
	   with_fixture(directories_have_one_owner),
	   with_fixture(triggers_of_the_parent_are_set_off),
	   with_fixture(preinst_scripts_run_in_order),
	   with_fixture(an_early_unpack_is_done_again_where_it_must))
