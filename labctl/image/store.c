/* SPDX-License-Identifier: Apache-2.0 */
#include "image/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/dir.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/tree.h"

enum { LISTING_MAX = 512 << 20 };

static const int64_t DYING_NS = 5 * NS_PER_S; /* a killed builder's children take milliseconds */

static char *state_path(const char *what, const char *name)
{
	return name ? xasprintf("%s/%s/%s", path_state_dir(), what, name)
		    : xasprintf("%s/%s", path_state_dir(), what);
}

static void say_waiting(void *arg)
{
	(void)arg;
	log_info("another labctl is building images: waiting for it to finish");
}

/* The holder also has a lock that children do not inherit: it tells whether he lives, or only
 * children that were forked while he held the first one and are dying of his death. */
static void mark_holder(int fd)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};

	fcntl(fd, F_SETLK, &l);
}

static bool holder_lives(int fd)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};

	return fcntl(fd, F_GETLK, &l) || l.l_type != F_UNLCK;
}

int store_lock(struct err *e)
{
	cleanup_free char *dir = state_path("stage", NULL);
	cleanup_free char *path = path_join(dir, "lock");

	if (path_mkdirs(dir, 0700, e))
		return -1;
	int fd = fd_lock_at(AT_FDCWD, path, LOCK_EX, say_waiting, NULL, e);

	if (fd >= 0)
		mark_holder(fd);
	return fd;
}

static int sweep(struct strv *removed, struct err *e)
{
	cleanup_free char *dir = state_path("stage", NULL);
	cleanup(strv_done) struct strv names = STRV_INIT;

	if (dir_list(dir, "", &names, e))
		return -1;
	for (size_t i = 0; i < names.len; i++) {
		cleanup_free char *path = path_join(dir, names.items[i]);

		if (str_eq(names.items[i], "lock"))
			continue;
		if (path_remove_tree_at(AT_FDCWD, path, e))
			return -1;
		strv_addf(removed, "half-made layer %s", names.items[i]);
	}
	return 0;
}

int store_sweep(struct err *e)
{
	cleanup(strv_done) struct strv removed = STRV_INIT;
	int result = sweep(&removed, e);

	for (size_t i = 0; i < removed.len; i++)
		log_verbose("removed the %s, which a labctl that was killed left",
			    removed.items[i]);
	return result;
}

int store_collect(struct strv *names, struct err *e)
{
	const int64_t deadline_ns = clock_now_ns() + DYING_NS;
	const struct timespec pause = {.tv_nsec = NS_PER_MS};
	cleanup_free char *path = state_path("stage", "lock");
	cleanup_fd int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0) /* no build was ever here */
		return 0;
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (holder_lives(fd) || clock_now_ns() > deadline_ns)
			return 0;
		nanosleep(&pause, NULL);
	}
	return sweep(names, e);
}

char *store_stage(const char *name, struct err *e)
{
	cleanup_free char *path = state_path("stage", name);

	if (path_remove_tree_at(AT_FDCWD, path, e) || path_mkdirs(path, 0700, e))
		return NULL;
	return take_ptr(path);
}

int store_discard(const char *stage, struct err *e)
{
	return path_remove_tree_at(AT_FDCWD, stage, e);
}

static int write_listing(int stage_fd, const struct str *listing, struct err *e)
{
	cleanup_fd int fd = fd_open_at(stage_fd, "listing", O_WRONLY | O_CREAT | O_TRUNC, 0644, e);

	if (fd < 0 || fd_write_all(fd, listing->data, listing->len, e))
		return wrap(e, "write a layer's listing");
	return 0;
}

static int list_root(const char *path, struct str *out, struct err *e)
{
	cleanup_fd int fd = fd_open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, e);

	return fd < 0 ? -1 : tree_list(fd, out, e);
}

int store_seal(const char *stage, const char *root, char digest[HASH_HEX_SIZE], struct err *e)
{
	cleanup(str_done) struct str listing = STR_INIT;
	cleanup_fd int fd = fd_open_at(AT_FDCWD, stage, O_RDONLY | O_DIRECTORY, 0, e);

	if (fd < 0 || list_root(root, &listing, e) || write_listing(fd, &listing, e))
		return -1;
	hash_hex(listing.data, listing.len, digest);
	/* One call for thousands of files: each fsync would wait for the disk. */
	if (syncfs(fd))
		return fail(e, ERR_HOST, errno, "write the layer to disk");
	return 0;
}

static int sync_dir(const char *path, struct err *e)
{
	cleanup_fd int fd = fd_open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, e);

	if (fd < 0)
		return -1;
	return fsync(fd) ? fail(e, ERR_HOST, errno, "sync the directory '%s'", path) : 0;
}

int store_commit(const char *stage, const char *root, const char *digest, struct err *e)
{
	cleanup_free char *dir = state_path("layers", NULL);
	cleanup_free char *path = path_join(dir, digest);
	cleanup_free char *staged = path_join(stage, "root");

	if (path_mkdirs(dir, 0711, e))
		return -1;
	if (store_has(digest))
		return store_discard(stage, e);
	/* The sandbox looks up paths below as a user of its own: it may pass, not look around. */
	if (!str_eq(root, staged) && rename(root, staged))
		return fail(e, ERR_HOST, errno, "rename '%s' to '%s'", root, staged);
	if (chmod(stage, 0711) || rename(stage, path))
		return fail(e, ERR_HOST, errno, "rename '%s' to '%s'", stage, path);
	return sync_dir(dir, e);
}

char *store_root(const char *digest)
{
	return xasprintf("%s/layers/%s/root", path_state_dir(), digest);
}

char *store_listing(const char *digest)
{
	return xasprintf("%s/layers/%s/listing", path_state_dir(), digest);
}

bool store_has(const char *digest)
{
	cleanup_free char *path = store_listing(digest);

	return path_exists(path);
}

int store_digests(struct strv *out, struct err *e)
{
	cleanup_free char *dir = state_path("layers", NULL);

	return dir_list(dir, "", out, e);
}

static int read_listing(const char *digest, struct str *out, struct err *e)
{
	cleanup_free char *path = store_listing(digest);

	return fd_read_file_at(AT_FDCWD, path, out, LISTING_MAX, e);
}

/* The path of a listing's line, or "" at the end of the listing. */
static const char *line_path(const char *line, struct str *out)
{
	struct tree_line l;
	struct err ignored;
	const char *end = strchr(line, '\n');

	str_clear(out);
	if (end && tree_next_line(&line, end + 1, &l, &ignored) == 1)
		str_addn(out, l.path, l.path_len);
	return out->data;
}

static const char *next_line(const char *line)
{
	const char *newline = strchr(line, '\n');

	return newline ? newline + 1 : line + strlen(line);
}

/* Two sorted listings side by side, by their paths. */
static int compare_listings(const char *was, const char *is, struct strv *damage)
{
	cleanup(str_done) struct str a = STR_INIT;
	cleanup(str_done) struct str b = STR_INIT;

	while (*was || *is) {
		size_t was_len = (size_t)(next_line(was) - was);
		size_t is_len = (size_t)(next_line(is) - is);

		if (was_len == is_len && memcmp(was, is, was_len) == 0) {
			was += was_len;
			is += is_len;
			continue;
		}
		line_path(was, &a);
		line_path(is, &b);
		int order = !*was ? 1 : !*is ? -1 : tree_compare_paths(a.data, b.data);

		strv_addf(damage, "%s: /%s",
			  order < 0   ? "missing"
			  : order > 0 ? "added"
				      : "changed",
			  order > 0 ? b.data : a.data);
		was += order <= 0 ? was_len : 0;
		is += order >= 0 ? is_len : 0;
	}
	return 0;
}

int store_verify(const char *digest, struct strv *damage, struct err *e)
{
	cleanup(str_done) struct str was = STR_INIT;
	cleanup(str_done) struct str is = STR_INIT;
	cleanup_free char *root = store_root(digest);
	char hex[HASH_HEX_SIZE];

	if (read_listing(digest, &was, e) || list_root(root, &is, e))
		return -1;
	hash_hex(was.data, was.len, hex);
	if (!str_eq(hex, digest))
		strv_add(damage, "the listing itself was changed");
	if (!str_starts(was.data, tree_header) || str_eq(was.data, is.data))
		return 0;
	return compare_listings(was.data + strlen(tree_header), is.data + strlen(tree_header),
				damage);
}

int store_size(const char *digest, int64_t *bytes, struct err *e)
{
	cleanup(str_done) struct str listing = STR_INIT;
	struct tree_line line;
	int more;

	*bytes = 0;
	if (read_listing(digest, &listing, e))
		return -1;
	const char *at = listing.data + strlen(tree_header);
	const char *end = listing.data + listing.len;

	if (!str_starts(listing.data, tree_header))
		return fail(e, ERR_SPEC, 0, "the listing of layer %.12s is damaged", digest);
	while ((more = tree_next_line(&at, end, &line, e)) == 1)
		*bytes += line.type == 'f' ? line.size : 0;
	return more;
}
