/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Downloads.
 *
 * One thread drives all transfers; what becomes of one file, and how little a
 * server is trusted, is in download-file.c.
 *
 * One labctl at a time writes .part files: <state>/cache/.lock.
 */
#include "image/download.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "image/cache.h"
#include "image/download-file.h"
#include "image/transfer.h"

enum { PARALLEL = 8, POLL_MS = 500 };

struct session {
	struct download_session all;
	struct transfer_pool *pool;
	struct download_file *files;
	size_t count, running;
	size_t first_waiting; /* files before this are not waiting */
};

/* Starts what may start now; returns when, at the latest, to look again. */
static int start_waiting(struct session *s, int64_t *next_ns, struct err *e)
{
	int64_t now = clock_now_ns();

	*next_ns = now + POLL_MS * NS_PER_MS;
	while (s->first_waiting < s->count && s->files[s->first_waiting].state == DOWNLOAD_DONE)
		s->first_waiting++;
	for (size_t i = s->first_waiting; i < s->count && s->running < PARALLEL; i++) {
		struct download_file *f = &s->files[i];

		if (f->state != DOWNLOAD_WAITING)
			continue;
		if (f->not_before_ns > now) {
			if (f->not_before_ns < *next_ns)
				*next_ns = f->not_before_ns;
			continue;
		}
		if (download_file_start(f, s->pool, e))
			return -1;
		s->running += f->state == DOWNLOAD_RUNNING;
	}
	return 0;
}

static volatile sig_atomic_t stopped;

void download_stop(void)
{
	stopped = 1;
}

bool download_is_stopped(void)
{
	return stopped;
}

static int run_session(struct session *s, struct err *e)
{
	while (s->all.done < s->count) {
		struct transfer *t;
		int64_t next_ns;

		if (download_is_stopped())
			return fail(e, ERR_HOST, EINTR, "%s", s->all.request->what);
		if (start_waiting(s, &next_ns, e))
			return -1;
		if (s->all.done == s->count)
			break;
		t = transfer_wait(s->pool, clock_poll_ms(next_ns));
		if (t) {
			struct download_file *f = t->arg;

			s->running--;
			if (download_file_conclude(f, e))
				return -1;
		}
		log_progress_update(s->all.received_bytes, NULL);
	}
	return 0;
}

static void session_done(struct session *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->files[i].state == DOWNLOAD_RUNNING)
			transfer_cancel(s->pool, &s->files[i].transfer);
		download_file_close(&s->files[i]);
	}
	transfer_pool_close(s->pool);
	free(s->files);
}

static void say_waiting(void *arg)
{
	(void)arg;
	log_info("another labctl is fetching packages; waiting for it");
}

static int lock_cache(int *lock_fd, struct err *e)
{
	cleanup_free char *dir = path_join(path_state_dir(), "cache");
	cleanup_free char *path = path_join(dir, ".lock");

	if (path_mkdirs(dir, 0755, e))
		return -1;
	*lock_fd = fd_lock_at(AT_FDCWD, path, LOCK_EX, say_waiting, NULL, e);
	return *lock_fd < 0 ? -1 : 0;
}

/* Items that another labctl fetched while this one waited, or that were here all along. */
static int take_cached(struct session *s, struct err *e)
{
	const struct download_request *r = s->all.request;

	for (size_t i = 0; i < s->count; i++) {
		cleanup_free char *path = cache_path(s->files[i].item->sha256);

		if (!path_exists(path))
			continue;
		s->files[i].state = DOWNLOAD_DONE;
		s->all.done++;
		if (r->on_done && r->on_done(r->arg, s->files[i].item, path, e))
			return -1;
	}
	return 0;
}

/* Two of them must never write one .part. */
static int check_distinct(const struct download_request *r, struct err *e)
{
	for (size_t i = 0; i < r->count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (str_eq(r->items[i].sha256, r->items[j].sha256))
				return fail(e, ERR_SPEC, 0,
					    "'%s' and '%s' are to be fetched with one and the same "
					    "SHA-256",
					    r->items[j].path, r->items[i].path);
		}
	}
	return 0;
}

static int64_t bytes_wanted(const struct session *s)
{
	int64_t total = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (s->files[i].state == DOWNLOAD_DONE)
			continue;
		if (s->files[i].item->size < 0)
			return 0;
		total += s->files[i].item->size;
	}
	return total;
}

static int fetch_rest(struct session *s, struct err *e)
{
	int rc;

	s->pool = transfer_pool_open(PARALLEL, e);
	if (!s->pool)
		return -1;
	log_progress_begin(s->all.request->what, bytes_wanted(s), "B");
	rc = run_session(s, e);
	log_progress_end(rc ? "failed" : "done");
	return rc;
}

int download_items(const struct download_request *r, bool *missing, struct err *e)
{
	cleanup(session_done) struct session s = {.all.request = r, .count = r->count};
	cleanup(fd_unlock) int lock_fd = -1; /* on_done may fork workers */

	if (missing)
		*missing = false;
	s.files = xcalloc(r->count, sizeof(*s.files));
	for (size_t i = 0; i < r->count; i++)
		s.files[i] = (struct download_file){.all = &s.all, .item = &r->items[i], .fd = -1};
	if (check_distinct(r, e) || lock_cache(&lock_fd, e) || take_cached(&s, e))
		return -1;
	if (s.all.done == s.count)
		return 0;
	if (fetch_rest(&s, e)) {
		if (missing)
			*missing = s.all.missing;
		return -1;
	}
	return 0;
}
