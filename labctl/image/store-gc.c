/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which layers may go. Two things hold a layer: a file in keep/, which says
 * that somebody will need it, also after a reboot; and a shared lock on its
 * listing, which says that somebody reads it now. A layer without either is
 * moved out of sight in one step, so that half a layer never bears its digest.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/store.h"

enum { KEEP_MAX_BYTES = 1 << 20 };

int store_keep(const char *owner, const struct strv *digests, struct err *e)
{
	cleanup_free char *dir = xasprintf("%s/keep", path_state_dir());
	cleanup_free char *path = path_join(dir, owner);
	cleanup_free char *text = strv_join(digests, "\n");
	cleanup_free char *lines = xasprintf("%s\n", text);

	if (digests->len == 0) {
		if (unlink(path) && errno != ENOENT)
			return fail(e, ERR_HOST, errno, "remove '%s'", path);
		return 0;
	}
	if (path_mkdirs(dir, 0700, e))
		return -1;
	return fd_replace_file_at(AT_FDCWD, path, lines, strlen(lines), 0644, e);
}

int store_use(const char *digest, struct err *e)
{
	cleanup_free char *path = store_listing(digest);
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB))
		return fail(e, ERR_SPEC, 0, "layer %.12s is gone", digest);
	return fd_take(&fd);
}

/* Opens the listing with the lock that nobody who reads the layer lets us have. */
static int open_unused(const char *digest)
{
	cleanup_free char *path = store_listing(digest);
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 || flock(fd, LOCK_EX | LOCK_NB) ? -1 : fd_take(&fd);
}

static int add_kept(struct strv *kept, const struct strv *forgotten, struct err *e)
{
	cleanup_free char *dir = xasprintf("%s/keep", path_state_dir());
	cleanup(strv_done) struct strv owners = STRV_INIT;

	if (dir_list(dir, "", &owners, e))
		return -1;
	for (size_t i = 0; i < owners.len; i++) {
		cleanup(str_done) struct str text = STR_INIT;
		cleanup_free char *path = path_join(dir, owners.items[i]);

		if (forgotten && strv_has(forgotten, owners.items[i]))
			continue;
		if (fd_read_file_at(AT_FDCWD, path, &text, KEEP_MAX_BYTES, e))
			return -1;
		strv_split(kept, text.data, '\n');
	}
	return 0;
}

static int remove_layer(const char *digest, struct err *e)
{
	cleanup_free char *path = xasprintf("%s/layers/%s", path_state_dir(), digest);
	cleanup_free char *away = xasprintf("%s/stage/%s", path_state_dir(), digest);

	if (rename(path, away))
		return fail(e, ERR_HOST, errno, "rename '%s' to '%s'", path, away);
	return path_remove_tree_at(AT_FDCWD, away, e);
}

static int gc_layer(const char *digest, bool dry_run, struct store_gc *out, struct err *e)
{
	cleanup_fd int fd = open_unused(digest);
	int64_t bytes = 0;
	struct err ignored;

	if (fd < 0) {
		strv_add(&out->in_use, digest);
		return 0;
	}
	if (store_size(digest, &bytes, &ignored) == 0)
		out->bytes += bytes;
	strv_add(&out->layers, digest);
	return dry_run ? 0 : remove_layer(digest, e);
}

int store_gc(const struct strv *forgotten, bool dry_run, struct store_gc *out, struct err *e)
{
	cleanup(strv_done) struct strv digests = STRV_INIT;
	cleanup(strv_done) struct strv kept = STRV_INIT;

	*out = (struct store_gc){.layers = STRV_INIT};
	if (store_digests(&digests, e) || add_kept(&kept, forgotten, e))
		return -1;
	for (size_t i = 0; i < digests.len; i++)
		if (!strv_has(&kept, digests.items[i]) &&
		    gc_layer(digests.items[i], dry_run, out, e))
			return -1;
	return 0;
}

void store_gc_done(struct store_gc *g)
{
	strv_done(&g->layers);
	strv_done(&g->in_use);
}
