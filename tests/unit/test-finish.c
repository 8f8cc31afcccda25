/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "deb.h"
#include "image/finish.h"

enum { EPOCH = 1500000000 };

struct fixture {
	char *scratch, *upper, *lower;
	struct view view;
};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct err e;

	f->scratch = scratch_make();
	f->upper = scratch_dir(f->scratch, "upper");
	f->lower = scratch_dir(f->scratch, "lower");
	const char *const lowers[] = {f->lower, NULL};

	*state = f;
	return view_open(f->upper, lowers, &f->view, &e);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	view_close(&f->view);
	free(f->upper);
	free(f->lower);
	scratch_remove(f->scratch);
	free(f);
	return 0;
}

static void finish(struct fixture *f)
{
	struct err e;

	if (finish_tree(&f->view, EPOCH, &e))
		fail_msg("%s", e.msg);
}

static bool is_there(const struct fixture *f, const char *name)
{
	return faccessat(f->view.upper_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static time_t time_of(const struct fixture *f, const char *name)
{
	struct stat st;

	assert_int_equal(fstatat(f->view.upper_fd, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(st.st_mtim.tv_nsec, 0);
	return st.st_mtime;
}

static void takes_out_what_tells_of_the_build(void **state)
{
	struct fixture *f = *state;
	static const char *const noise[] = {"var/log/dpkg.log",
					    "var/log/apt/history.log",
					    "etc/machine-id",
					    "var/cache/ldconfig/aux-cache",
					    "var/lib/dpkg/status-old",
					    "etc/shadow-",
					    "tmp/left",
					    "run/some.pid",
					    "etc/ssl/private/ssl-cert-snakeoil.key"};
	static const char *const kept[] = {"var/lib/dpkg/status", "etc/shadow",
					   "etc/logrotate.conf", "usr/share/log/x",
					   "var/cache/debconf/config.dat"};

	for (size_t i = 0; i < ARRAY_SIZE(noise); i++)
		scratch_file(f->upper, noise[i], "");
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		scratch_file(f->upper, kept[i], "");
	finish(f);
	for (size_t i = 0; i < ARRAY_SIZE(noise); i++)
		assert_false(is_there(f, noise[i]));
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		assert_true(is_there(f, kept[i]));
	assert_true(is_there(f, "var/log/apt")); /* directories stay: programs want them */
}

static void no_time_is_later_than_the_archive(void **state)
{
	struct fixture *f = *state;
	const struct timespec old[2] = {{.tv_sec = 1000, .tv_nsec = 7},
					{.tv_sec = 1000, .tv_nsec = 7}};

	scratch_file(f->upper, "dir/new", "");
	scratch_file(f->upper, "dir/old", "");
	assert_int_equal(symlinkat("new", f->view.upper_fd, "dir/link"), 0);
	assert_int_equal(utimensat(f->view.upper_fd, "dir/old", old, 0), 0);
	finish(f);
	assert_int_equal(time_of(f, "dir/new"), EPOCH);
	assert_int_equal(time_of(f, "dir/link"), EPOCH);
	assert_int_equal(time_of(f, "dir/old"), 1000);
	assert_int_equal(time_of(f, "dir"), EPOCH);
	assert_int_equal(time_of(f, "."), EPOCH);
}

static void directories_that_say_nothing_new_go(void **state)
{
	struct fixture *f = *state;
	cleanup_free char *changed = path_join(f->upper, "changed");

	free(scratch_dir(f->lower, "same/below"));
	free(scratch_dir(f->lower, "changed"));
	free(scratch_dir(f->upper, "same/below"));
	free(scratch_dir(f->upper, "changed"));
	free(scratch_dir(f->upper, "new"));
	assert_int_equal(chmod(changed, 0700), 0);
	finish(f);
	assert_false(is_there(f, "same"));
	assert_true(is_there(f, "changed"));
	assert_true(is_there(f, "new"));
}

static void sockets_and_fifos_go(void **state)
{
	struct fixture *f = *state;
	cleanup_free char *path = path_join(f->upper, "socket");
	cleanup_free char *fifo = path_join(f->upper, "fifo");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	cleanup_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	finish(f);
	assert_false(is_there(f, "socket"));
	assert_false(is_there(f, "fifo"));
}

#define with_fixture(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

UNIT_TESTS(with_fixture(takes_out_what_tells_of_the_build),
	   with_fixture(no_time_is_later_than_the_archive),
	   with_fixture(directories_that_say_nothing_new_go), with_fixture(sockets_and_fifos_go))
