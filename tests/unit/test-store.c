/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>

#include "deb.h"
#include "image/store.h"

static char *state_dir; /* of all tests here: base/path.c remembers it */

/* A layer with one file of this content; its digest. */
static void make_layer(const char *text, char digest[HASH_HEX_SIZE])
{
	struct err e;
	cleanup_free char *stage = store_stage("test", &e);
	cleanup_free char *root = scratch_dir(stage, "root");
	const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};

	scratch_file(root, "file", text);
	cleanup_free char *file = path_join(root, "file");

	assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
	assert_int_equal(store_seal(stage, root, digest, &e), 0);
	assert_int_equal(store_commit(stage, root, digest, &e), 0);
	assert_false(path_exists(stage));
}

static void a_layer_lies_under_the_digest_of_its_listing(void **state)
{
	char digest[HASH_HEX_SIZE], again[HASH_HEX_SIZE], hex[HASH_HEX_SIZE];
	struct err e;
	int64_t bytes;

	(void)state;
	make_layer("text", digest);
	assert_true(store_has(digest));
	cleanup_free char *listing = store_listing(digest);

	assert_int_equal(hash_file_hex(AT_FDCWD, listing, hex, &e), 0);
	assert_string_equal(hex, digest);
	assert_int_equal(store_size(digest, &bytes, &e), 0);
	assert_int_equal(bytes, 4);
	make_layer("text", again); /* there already: kept, and the stage is gone */
	assert_string_equal(digest, again);
	make_layer("other", again);
	assert_string_not_equal(digest, again);
}

/* What a labctl that was killed left: never a layer, and gone with the next sweep. */
static void half_a_layer_is_none(void **state)
{
	struct err e;
	cleanup_free char *stage = store_stage("half", &e);
	cleanup_free char *root = scratch_dir(stage, "root");
	cleanup(strv_done) struct strv before = STRV_INIT;
	cleanup(strv_done) struct strv after = STRV_INIT;
	char digest[HASH_HEX_SIZE];

	(void)state;
	assert_int_equal(store_digests(&before, &e), 0);
	scratch_file(root, "half", "half");
	assert_int_equal(store_seal(stage, root, digest, &e), 0);
	assert_false(store_has(digest));
	assert_int_equal(store_sweep(&e), 0);
	assert_false(path_exists(stage));
	assert_int_equal(store_digests(&after, &e), 0);
	assert_int_equal(before.len, after.len);
}

/* A labctl takes the lock, has a child that has a copy of it, and is killed; the child dies of
 * that a moment later. The child's end is the end of *child_end. */
static void killed_holder(int *child_end)
{
	int both[2], ready[2];
	char byte;

	assert_int_equal(pipe2(both, O_CLOEXEC), 0);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t holder = fork();

	if (holder == 0) {
		struct err e;

		close(both[1]);
		store_lock(&e);
		if (fork() == 0) {
			write(ready[1], "r", 1);
			read(both[0], &byte, 1);
		}
		_exit(0);
	}
	assert_int_equal(waitpid(holder, NULL, 0), holder);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(both[0]);
	close(ready[0]);
	close(ready[1]);
	*child_end = both[1];
}

static void *end_the_child(void *child_end)
{
	const struct timespec soon = {.tv_nsec = 20000000};

	nanosleep(&soon, NULL); /* so that the collector meets the lock */
	close(*(int *)child_end);
	return NULL;
}

static void the_children_of_a_killed_builder_are_waited_for(void **state)
{
	struct err e;
	cleanup_free char *stage = store_stage("half", &e);
	cleanup(strv_done) struct strv names = STRV_INIT;
	pthread_t thread;
	int child_end;

	(void)state;
	killed_holder(&child_end);
	assert_int_equal(pthread_create(&thread, NULL, end_the_child, &child_end), 0);
	assert_int_equal(store_collect(&names, &e), 0);
	pthread_join(thread, NULL);
	assert_int_equal(names.len, 1);
	assert_false(path_exists(stage));
}

static void what_a_living_builder_makes_is_left_to_him(void **state)
{
	struct err e;
	cleanup_free char *stage = store_stage("half", &e);
	cleanup(strv_done) struct strv names = STRV_INIT;
	cleanup_fd int lock_fd = store_lock(&e);

	(void)state;
	assert_true(lock_fd >= 0);
	pid_t collector = fork();

	if (collector == 0)
		_exit(store_collect(&names, &e) == 0 && names.len == 0 ? 0 : 1);
	int status;

	assert_int_equal(waitpid(collector, &status, 0), collector);
	assert_int_equal(status, 0);
	assert_true(path_exists(stage));
	assert_int_equal(store_sweep(&e), 0);
}

static void verify_says_what_was_changed(void **state)
{
	cleanup(strv_done) struct strv damage = STRV_INIT;
	char digest[HASH_HEX_SIZE];
	struct err e;

	(void)state;
	make_layer("to be changed", digest);
	assert_int_equal(store_verify(digest, &damage, &e), 0);
	assert_int_equal(damage.len, 0);
	cleanup_free char *root = store_root(digest);

	scratch_file(root, "file", "changed");
	scratch_file(root, "dir/more", "");
	assert_int_equal(store_verify(digest, &damage, &e), 0);
	assert_int_equal(damage.len, 3);
	assert_string_equal(damage.items[0], "added: /dir");
	assert_string_equal(damage.items[1], "added: /dir/more");
	assert_string_equal(damage.items[2], "changed: /file");
	cleanup_free char *file = path_join(root, "file");

	strv_done(&damage);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(store_verify(digest, &damage, &e), 0);
	assert_string_equal(damage.items[2], "missing: /file");
}

static bool collects(const char *digest, const struct strv *forgotten, bool dry_run)
{
	cleanup(store_gc_done) struct store_gc gc = {.bytes = 0};
	struct err e;

	assert_int_equal(store_gc(forgotten, dry_run, &gc, &e), 0);
	return strv_has(&gc.layers, digest);
}

static void gc_takes_what_nobody_keeps(void **state)
{
	cleanup(strv_done) struct strv kept = STRV_INIT;
	cleanup(strv_done) struct strv owners = STRV_INIT;
	const struct strv nothing = STRV_INIT;
	char digest[HASH_HEX_SIZE];
	struct err e;

	(void)state;
	make_layer("kept", digest);
	strv_add(&kept, digest);
	strv_add(&owners, "image-test");
	assert_int_equal(store_keep("image-test", &kept, &e), 0);
	assert_int_equal(store_keep("lab-test", &kept, &e), 0);
	assert_false(collects(digest, NULL, false));
	assert_false(collects(digest, &owners, true)); /* the lab still keeps it */
	assert_int_equal(store_keep("lab-test", &nothing, &e), 0);
	assert_true(collects(digest, &owners, true));
	assert_true(store_has(digest)); /* that was a dry run */
	assert_int_equal(store_keep("image-test", &nothing, &e), 0);
	assert_true(collects(digest, NULL, false));
	assert_false(store_has(digest));
}

static void gc_passes_by_what_is_in_use(void **state)
{
	char digest[HASH_HEX_SIZE];
	struct err e;

	(void)state;
	make_layer("in use", digest);
	int fd = store_use(digest, &e);

	assert_true(fd >= 0);
	assert_false(collects(digest, NULL, false));
	assert_true(store_has(digest));
	fd_close(&fd);
	assert_true(collects(digest, NULL, false));
	assert_int_equal(store_use(digest, &e), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    unit(a_layer_lies_under_the_digest_of_its_listing),
	    unit(half_a_layer_is_none),
	    unit(the_children_of_a_killed_builder_are_waited_for),
	    unit(what_a_living_builder_makes_is_left_to_him),
	    unit(verify_says_what_was_changed),
	    unit(gc_takes_what_nobody_keeps),
	    unit(gc_passes_by_what_is_in_use),
	};

	state_dir = scratch_make();
	setenv("LABCTL_ROOT", state_dir, 1);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scratch_remove(state_dir);
	return failed;
}
