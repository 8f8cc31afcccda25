/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/strv.h"
#include "image/cache.h"
#include "image/lock.h"

static char top[] = "/tmp/labctl-test.XXXXXX";

static void ignore_change(void *arg, const struct lock_change *c)
{
	(void)arg;
	(void)c;
}

static void write_file(const char *path, const char *text)
{
	cleanup_free char *dir = path_dir(path);
	struct err e = {0};
	FILE *f;

	assert_int_equal(path_mkdirs(dir, 0755, &e), 0);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* An archive with one package, and an image locked to it. */
static int make_archive(void **state)
{
	static const char packages[] = "{\"core\": {\"essential\": true}}";
	cleanup_free char *archive = NULL, *keyring = NULL, *mirror = NULL, *data = NULL;
	cleanup_free char *manifest = NULL;
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	cleanup(strv_done) struct strv names = STRV_INIT;
	struct err e = {0};

	(void)state;
	assert_non_null(mkdtemp(top));
	archive = path_join(top, "archive");
	keyring = path_join(archive, "keyring.gpg");
	mirror = xasprintf("file://%s", archive);
	data = path_join(top, "data");
	manifest = path_join(data, "images/base/image.yaml");
	const char *const argv[] = {
	    "python3", "tests/fixtures/archive.py", "make", archive, packages, NULL};

	assert_int_equal(path_mkdirs(archive, 0755, &e), 0);
	assert_int_equal(proc_must(argv, NULL, 0, 60 * NS_PER_S, ERR_HOST, &r, &e), 0);
	setenv("LABCTL_ROOT", top, 1);
	setenv("LABCTL_DATA", data, 1);
	setenv("LABCTL_KEYRING", keyring, 1);
	setenv("LABCTL_MIRROR", mirror, 1);
	write_file(manifest, "summary: a test\nrelease: trixie\n");
	strv_add(&names, "base");
	assert_int_equal(lock_commit(&names, false, ignore_change, NULL, &e), 0);
	return 0;
}

static int remove_archive(void **state)
{
	cleanup_free char *home = path_join(top, "archive/gnupg");
	const char *const argv[] = {"gpgconf", "--homedir", home, "--kill", "all", NULL};
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	struct err e;

	(void)state;
	proc_run(argv, NULL, 0, 20 * NS_PER_S, &r, &e);
	return path_remove_tree_at(AT_FDCWD, top, &e);
}

static struct lock current(void)
{
	struct lock l;
	struct err e = {0};

	if (lock_current("base", true, &l, &e))
		fail_msg("%s", e.msg);
	return l;
}

static void a_lock_is_traced_to_the_key(void **state)
{
	cleanup(lock_done) struct lock l = current();
	cleanup_free char *path = NULL;
	struct err e = {0};

	(void)state;
	setenv("LABCTL_MIRROR", "file:///nowhere", 1); /* from here on all is in the cache */
	assert_int_equal(lock_verify_chain(&l.packages, &e), 0);
	path = lock_index_path(&l.packages, 0, &e);
	assert_non_null(path);
	assert_true(path_exists(path));
}

static void refuses(struct lock *l, enum err_kind kind, const char *why)
{
	struct err e = {0};

	assert_int_equal(lock_verify_chain(&l->packages, &e), -1);
	assert_int_equal(e.kind, kind);
	if (!strstr(e.msg, why))
		fail_msg("'%s' does not say '%s'", e.msg, why);
}

static void a_changed_lock_is_not(void **state)
{
	cleanup(lock_done) struct lock package = current();
	cleanup(lock_done) struct lock index = current();
	cleanup(lock_done) struct lock release = current();

	(void)state;
	memset(package.packages.packages[0].sha256, '0', 4);
	refuses(&package, ERR_NO, "not in the signed index of");
	memset(index.packages.indexes[0].packages_sha256, '0', 4);
	refuses(&index, ERR_NO, "another package index");
	memset(release.packages.indexes[0].release_sha256, '0', 4);
	refuses(&release, ERR_HOST, "is not in the cache");
}

static void a_changed_cache_is_noticed(void **state)
{
	cleanup(lock_done) struct lock l = current();
	cleanup_free char *path = cache_path(l.packages.indexes[0].release_sha256);

	(void)state;
	write_file(path, "Origin: Debian\n");
	refuses(&l, ERR_HOST, "is damaged");
}

int main(void)
{
	const struct CMUnitTest tests[] = {unit(a_lock_is_traced_to_the_key),
					   unit(a_changed_lock_is_not),
					   unit(a_changed_cache_is_noticed)};

	if (!proc_have("gpg") || !proc_have("gpgv") || !proc_have("python3")) {
		printf("1..0 # SKIP needs program:gpg program:gpgv program:python3\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, make_archive, remove_archive);
}
