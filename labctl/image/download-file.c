/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file grows as <digest>.part, hashed as its bytes arrive; when they are all
 * there and the hash is right it is synced and renamed to <digest>. So a file
 * of that name is whole, and what a crash leaves is a .part that the next run
 * goes on with: it hashes what is there and asks the server for the rest.
 *
 * A server is not trusted. It may send more than it should (stopped at the
 * known size), other bytes (started again once, then an error), ignore the
 * range it was asked for (started from 0), stall or die (tried again after a
 * pause that doubles; a try that brought bytes earns new tries). The bytes
 * come from the signed index or a lock, so a wrong digest is never used.
 */
#include "image/download-file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "image/cache.h"

enum {
	TRIES_MAX = 5,         /* without a byte of progress */
	TRIES_TOTAL_MAX = 100, /* with progress: a server that gives a little and dies for ever */
};
static const int64_t first_pause_ns = 250 * NS_PER_MS;

static bool receive(void *arg, const void *data, size_t size)
{
	struct download_file *f = arg;
	struct err ignored;

	if (f->item->size >= 0 && f->have_bytes + (int64_t)size > f->item->size) {
		f->overflow = true;
		return false;
	}
	if (fd_write_all(f->fd, data, size, &ignored)) {
		f->write_errno = ignored.sys ? ignored.sys : EIO;
		return false;
	}
	hash_update(&f->hash, data, size);
	f->have_bytes += (int64_t)size;
	f->all->received_bytes += (int64_t)size;
	return true;
}

static int restart(struct download_file *f, struct err *e)
{
	hash_init(&f->hash);
	f->have_bytes = 0;
	if (ftruncate(f->fd, 0) || lseek(f->fd, 0, SEEK_SET) < 0)
		return fail(e, ERR_HOST, errno, "empty '%s'", f->part_path);
	return 0;
}

/* Hashes what an earlier, broken-off download left. */
static int adopt_part(struct download_file *f, struct err *e)
{
	cleanup_free char *buffer = xmalloc(1 << 16);
	ssize_t n;

	hash_init(&f->hash);
	while ((n = fd_read_full(f->fd, buffer, 1 << 16, e)) > 0) {
		hash_update(&f->hash, buffer, (size_t)n);
		f->have_bytes += n;
	}
	if (n < 0)
		return wrap(e, "read '%s'", f->part_path);
	if (f->item->size >= 0 && f->have_bytes > f->item->size)
		return restart(f, e);
	return 0;
}

static int open_part(struct download_file *f, struct err *e)
{
	cleanup_free char *final_path = cache_path(f->item->sha256);

	if (cache_prepare(f->item->sha256, e))
		return -1;
	f->part_path = xasprintf("%s.part", final_path);
	f->url = download_url(f->all->request->server, f->item->path);
	f->fd = fd_open_at(AT_FDCWD, f->part_path, O_RDWR | O_CREAT | O_NOFOLLOW, 0644, e);
	if (f->fd < 0)
		return wrap(e, "keep a download");
	return adopt_part(f, e);
}

void download_file_close(struct download_file *f)
{
	fd_close(&f->fd);
	free(take_ptr(f->url));
	free(take_ptr(f->part_path));
}

/* --- outcomes ---------------------------------------------------------------- */

static int fail_missing(struct download_file *f, struct err *e)
{
	f->all->missing = true;
	fail(e, ERR_HOST, 0, "'%s' has left the mirror", f->url);
	return hint(e,
		    "archives drop old versions when new ones come; solve anew from today's index "
		    "with --relock, or refresh the committed lock with `labctl image lock "
		    "--update`");
}

static int fail_wrong(const struct download_file *f, const char *found, struct err *e)
{
	fail(e, ERR_HOST, 0,
	     "'%s' is not the file that was signed for: its SHA-256 is %s, and should be %s",
	     f->url, found, f->item->sha256);
	return hint(e,
		    "a proxy or the mirror hands out damaged bytes; try again, or another mirror "
		    "with --mirror URL");
}

static int fail_stopped(const struct download_file *f, struct err *e)
{
	if (f->write_errno) {
		fail(e, ERR_HOST, f->write_errno, "write '%s'", f->part_path);
		return hint(e, "free some disk space (`labctl image gc` drops cached packages), or "
			       "move labctl's state with LABCTL_ROOT");
	}
	fail(e, ERR_HOST, 0, "'%s' is longer than the %" PRId64 " bytes that were signed for",
	     f->url, f->item->size);
	return hint(e, "a proxy or the mirror hands out other bytes; try another mirror with "
		       "--mirror URL");
}

static int fail_denied(const struct download_file *f, struct err *e)
{
	fail(e, ERR_HOST, 0, "fetch '%s': %s", f->url, f->transfer.why);
	return hint(e, "if the mirror or proxy wants a password, give it to apt in "
		       "/etc/apt/auth.conf.d/ (labctl reads it there), or name another mirror with "
		       "--mirror URL");
}

static int fail_broken(const struct download_file *f, struct err *e)
{
	fail(e, ERR_HOST, 0, "fetch '%s': %s (tried %d times)", f->url, f->transfer.why,
	     f->total_tries);
	return hint(e,
		    "check the network and the proxy (`apt-config dump | grep -i proxy`), then run "
		    "the same command: what has arrived is kept; or use --mirror URL");
}

static int complete(struct download_file *f, struct err *e)
{
	cleanup_free char *path = cache_path(f->item->sha256);
	const struct download_request *r = f->all->request;

	if (fdatasync(f->fd) || rename(f->part_path, path))
		return fail(e, ERR_HOST, errno, "store '%s'", path);
	f->state = DOWNLOAD_DONE;
	f->all->done++;
	download_file_close(f);
	return r->on_done ? r->on_done(r->arg, f->item, path, e) : 0;
}

static int retry(struct download_file *f, struct err *e)
{
	if (f->have_bytes > f->start_bytes)
		f->tries = 0;
	if (++f->tries >= TRIES_MAX || f->total_tries >= TRIES_TOTAL_MAX)
		return fail_broken(f, e);
	log_verbose("%s: %s; trying again", f->url, f->transfer.why);
	f->not_before_ns = clock_now_ns() + (first_pause_ns << (f->tries - 1));
	return 0;
}

/* All bytes are here: are they the right ones? */
static int check(struct download_file *f, struct err *e)
{
	struct hash copy = f->hash;
	char found[HASH_HEX_SIZE];

	if (f->item->size >= 0 && f->have_bytes < f->item->size) {
		snprintf(f->transfer.why, sizeof(f->transfer.why),
			 "it ended after %" PRId64 " of %" PRId64 " bytes", f->have_bytes,
			 f->item->size);
		return retry(f, e);
	}
	hash_final_hex(&copy, found);
	if (str_eq(found, f->item->sha256))
		return complete(f, e);
	f->all->received_bytes -= f->have_bytes;
	if (restart(f, e))
		return -1;
	if (f->mismatched)
		return fail_wrong(f, found, e);
	f->mismatched = true;
	f->not_before_ns = 0;
	return 0;
}

int download_file_conclude(struct download_file *f, struct err *e)
{
	f->state = DOWNLOAD_WAITING;
	switch (f->transfer.outcome) {
	case TRANSFER_WHOLE:
		return check(f, e);
	case TRANSFER_MISSING:
		return fail_missing(f, e);
	case TRANSFER_DENIED:
		return fail_denied(f, e);
	case TRANSFER_STOPPED:
		return fail_stopped(f, e);
	case TRANSFER_NO_RANGE:
		f->all->received_bytes -= f->have_bytes;
		return restart(f, e) || retry(f, e) ? -1 : 0;
	case TRANSFER_BROKEN:
		return retry(f, e);
	case TRANSFER_REFUSED:
		break;
	}
	return fail_broken(f, e);
}

/* --- a try ---------------------------------------------------------------------- */

int download_file_start(struct download_file *f, struct transfer_pool *pool, struct err *e)
{
	const struct download_server *server = f->all->request->server;

	if (f->fd < 0) {
		if (open_part(f, e))
			return -1;
		f->all->received_bytes += f->have_bytes;
	}
	if (f->item->size >= 0 && f->have_bytes == f->item->size)
		return check(f, e);
	f->start_bytes = f->have_bytes;
	f->total_tries++;
	f->transfer = (struct transfer){
	    .url = f->url,
	    .proxy = server->proxy,
	    .userpwd = server->userpwd,
	    .resume_from = f->have_bytes,
	    .sink = receive,
	    .arg = f,
	};
	if (transfer_start(pool, &f->transfer, e))
		return -1;
	f->state = DOWNLOAD_RUNNING;
	return 0;
}
