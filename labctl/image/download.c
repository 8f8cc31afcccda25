/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Downloads.
 *
 * One thread drives all transfers. A file grows as <digest>.part, hashed as
 * its bytes arrive; when they are all there and the hash is right it is
 * synced and renamed to <digest>. So a file of that name is whole, and what a
 * crash leaves is a .part that the next run goes on with: it hashes what is
 * there and asks the server for the rest.
 *
 * A server is not trusted. It may send more than it should (stopped at the
 * known size), other bytes (started again once, then an error), ignore the
 * range it was asked for (started from 0), stall or die (tried again after a
 * pause that doubles; a try that brought bytes earns new tries). The bytes
 * come from the signed index or a lock, so a wrong digest is never used.
 *
 * One labctl at a time writes .part files: <state>/cache/.lock.
 */
#include "image/download.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "image/cache.h"
#include "image/transfer.h"

enum {
	PARALLEL = 8,
	TRIES_MAX = 5,         /* without a byte of progress */
	TRIES_TOTAL_MAX = 100, /* with progress: a server that gives a little and dies for ever */
	POLL_MS = 500,
};
static const int64_t first_pause_ns = 250 * NS_PER_MS;

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE };

struct session;

struct job {
	struct session *session;
	const struct download_item *item;
	enum job_state state;
	char *url;
	char *part_path;
	int fd;
	struct hash hash;
	int64_t have_bytes;
	int64_t start_bytes; /* where this try began */
	int write_errno;
	bool overflow;
	bool mismatched; /* arrived whole but wrong, once */
	int tries;       /* since the last progress */
	int total_tries;
	int64_t not_before_ns;
	struct transfer transfer;
};

struct session {
	const struct download_request *request;
	struct transfer_pool *pool;
	struct job *jobs;
	size_t count, running, done;
	size_t first_waiting; /* jobs before this are not waiting */
	int64_t received_bytes;
	bool missing;
};

/* ------------------------------------------------------------------ one file */

static bool job_receive(void *arg, const void *data, size_t size)
{
	struct job *j = arg;
	struct err ignored;

	if (j->item->size >= 0 && j->have_bytes + (int64_t)size > j->item->size) {
		j->overflow = true;
		return false;
	}
	if (fd_write_all(j->fd, data, size, &ignored)) {
		j->write_errno = ignored.sys ? ignored.sys : EIO;
		return false;
	}
	hash_update(&j->hash, data, size);
	j->have_bytes += (int64_t)size;
	j->session->received_bytes += (int64_t)size;
	return true;
}

static int job_restart(struct job *j, struct err *e)
{
	hash_init(&j->hash);
	j->have_bytes = 0;
	if (ftruncate(j->fd, 0) || lseek(j->fd, 0, SEEK_SET) < 0)
		return fail(e, ERR_HOST, errno, "empty '%s'", j->part_path);
	return 0;
}

/* Hashes what an earlier, broken-off download left. */
static int job_adopt_part(struct job *j, struct err *e)
{
	cleanup_free char *buffer = xmalloc(1 << 16);
	ssize_t n;

	hash_init(&j->hash);
	while ((n = fd_read_full(j->fd, buffer, 1 << 16, e)) > 0) {
		hash_update(&j->hash, buffer, (size_t)n);
		j->have_bytes += n;
	}
	if (n < 0)
		return wrap(e, "read '%s'", j->part_path);
	if (j->item->size >= 0 && j->have_bytes > j->item->size)
		return job_restart(j, e);
	return 0;
}

static int job_open(struct job *j, struct err *e)
{
	cleanup_free char *final_path = cache_path(j->item->sha256);

	if (cache_prepare(j->item->sha256, e))
		return -1;
	j->part_path = xasprintf("%s.part", final_path);
	j->url = download_url(j->session->request->server, j->item->path);
	j->fd = fd_open_at(AT_FDCWD, j->part_path, O_RDWR | O_CREAT | O_NOFOLLOW, 0644, e);
	if (j->fd < 0)
		return wrap(e, "keep a download");
	return job_adopt_part(j, e);
}

static void job_close(struct job *j)
{
	fd_close(&j->fd);
	free(take_ptr(j->url));
	free(take_ptr(j->part_path));
}

/* ------------------------------------------------------------------ outcomes */

static int fail_missing(struct job *j, struct err *e)
{
	j->session->missing = true;
	fail(e, ERR_HOST, 0, "'%s' has left the mirror", j->url);
	return hint(e,
		    "archives drop old versions when new ones come; solve anew from today's index "
		    "with --relock, or refresh the committed lock with `labctl image lock "
		    "--update`");
}

static int fail_wrong(const struct job *j, const char *found, struct err *e)
{
	fail(e, ERR_HOST, 0,
	     "'%s' is not the file that was signed for: its SHA-256 is %s, and should be %s",
	     j->url, found, j->item->sha256);
	return hint(e,
		    "a proxy or the mirror hands out damaged bytes; try again, or another mirror "
		    "with --mirror URL");
}

static int fail_stopped(const struct job *j, struct err *e)
{
	if (j->write_errno) {
		fail(e, ERR_HOST, j->write_errno, "write '%s'", j->part_path);
		return hint(e, "free some disk space (`labctl image gc` drops cached packages), or "
			       "move labctl's state with LABCTL_ROOT");
	}
	fail(e, ERR_HOST, 0, "'%s' is longer than the %" PRId64 " bytes that were signed for",
	     j->url, j->item->size);
	return hint(e, "a proxy or the mirror hands out other bytes; try another mirror with "
		       "--mirror URL");
}

static int fail_denied(const struct job *j, struct err *e)
{
	fail(e, ERR_HOST, 0, "fetch '%s': %s", j->url, j->transfer.why);
	return hint(e, "if the mirror or proxy wants a password, give it to apt in "
		       "/etc/apt/auth.conf.d/ (labctl reads it there), or name another mirror with "
		       "--mirror URL");
}

static int fail_broken(const struct job *j, struct err *e)
{
	fail(e, ERR_HOST, 0, "fetch '%s': %s (tried %d times)", j->url, j->transfer.why,
	     j->total_tries);
	return hint(e,
		    "check the network and the proxy (`apt-config dump | grep -i proxy`), then run "
		    "the same command: what has arrived is kept; or use --mirror URL");
}

static int job_complete(struct job *j, struct err *e)
{
	cleanup_free char *path = cache_path(j->item->sha256);
	const struct download_request *r = j->session->request;

	if (fdatasync(j->fd) || rename(j->part_path, path))
		return fail(e, ERR_HOST, errno, "store '%s'", path);
	j->state = JOB_DONE;
	j->session->done++;
	job_close(j);
	return r->on_done ? r->on_done(r->arg, j->item, path, e) : 0;
}

static int job_retry(struct job *j, struct err *e)
{
	if (j->have_bytes > j->start_bytes)
		j->tries = 0;
	if (++j->tries >= TRIES_MAX || j->total_tries >= TRIES_TOTAL_MAX)
		return fail_broken(j, e);
	log_verbose("%s: %s; trying again", j->url, j->transfer.why);
	j->not_before_ns = clock_now_ns() + (first_pause_ns << (j->tries - 1));
	return 0;
}

/* All bytes are here: are they the right ones? */
static int job_check(struct job *j, struct err *e)
{
	struct hash copy = j->hash;
	char found[HASH_HEX_SIZE];

	if (j->item->size >= 0 && j->have_bytes < j->item->size) {
		snprintf(j->transfer.why, sizeof(j->transfer.why),
			 "it ended after %" PRId64 " of %" PRId64 " bytes", j->have_bytes,
			 j->item->size);
		return job_retry(j, e);
	}
	hash_final_hex(&copy, found);
	if (str_eq(found, j->item->sha256))
		return job_complete(j, e);
	j->session->received_bytes -= j->have_bytes;
	if (job_restart(j, e))
		return -1;
	if (j->mismatched)
		return fail_wrong(j, found, e);
	j->mismatched = true;
	j->not_before_ns = 0;
	return 0;
}

static int job_conclude(struct job *j, struct err *e)
{
	j->state = JOB_WAITING;
	switch (j->transfer.outcome) {
	case TRANSFER_WHOLE:
		return job_check(j, e);
	case TRANSFER_MISSING:
		return fail_missing(j, e);
	case TRANSFER_DENIED:
		return fail_denied(j, e);
	case TRANSFER_STOPPED:
		return fail_stopped(j, e);
	case TRANSFER_NO_RANGE:
		j->session->received_bytes -= j->have_bytes;
		return job_restart(j, e) || job_retry(j, e) ? -1 : 0;
	case TRANSFER_BROKEN:
		return job_retry(j, e);
	case TRANSFER_REFUSED:
		break;
	}
	return fail_broken(j, e);
}

/* ---------------------------------------------------------------- the session */

static int job_start(struct session *s, struct job *j, struct err *e)
{
	const struct download_server *server = s->request->server;

	if (j->fd < 0) {
		if (job_open(j, e))
			return -1;
		s->received_bytes += j->have_bytes;
	}
	if (j->item->size >= 0 && j->have_bytes == j->item->size)
		return job_check(j, e);
	j->start_bytes = j->have_bytes;
	j->total_tries++;
	j->transfer = (struct transfer){
	    .url = j->url,
	    .proxy = server->proxy,
	    .userpwd = server->userpwd,
	    .resume_from = j->have_bytes,
	    .sink = job_receive,
	    .arg = j,
	};
	if (transfer_start(s->pool, &j->transfer, e))
		return -1;
	j->state = JOB_RUNNING;
	s->running++;
	return 0;
}

/* Starts what may start now; returns when, at the latest, to look again. */
static int start_waiting(struct session *s, int64_t *next_ns, struct err *e)
{
	int64_t now = clock_now_ns();

	*next_ns = now + POLL_MS * NS_PER_MS;
	while (s->first_waiting < s->count && s->jobs[s->first_waiting].state == JOB_DONE)
		s->first_waiting++;
	for (size_t i = s->first_waiting; i < s->count && s->running < PARALLEL; i++) {
		struct job *j = &s->jobs[i];

		if (j->state != JOB_WAITING)
			continue;
		if (j->not_before_ns > now) {
			if (j->not_before_ns < *next_ns)
				*next_ns = j->not_before_ns;
			continue;
		}
		if (job_start(s, j, e))
			return -1;
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
	while (s->done < s->count) {
		struct transfer *t;
		int64_t next_ns;

		if (download_is_stopped())
			return fail(e, ERR_HOST, EINTR, "%s", s->request->what);
		if (start_waiting(s, &next_ns, e))
			return -1;
		if (s->done == s->count)
			break;
		t = transfer_wait(s->pool, clock_poll_ms(next_ns));
		if (t) {
			struct job *j = t->arg;

			s->running--;
			if (job_conclude(j, e))
				return -1;
		}
		log_progress_update(s->received_bytes, NULL);
	}
	return 0;
}

static void session_done(struct session *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->jobs[i].state == JOB_RUNNING)
			transfer_cancel(s->pool, &s->jobs[i].transfer);
		job_close(&s->jobs[i]);
	}
	transfer_pool_close(s->pool);
	free(s->jobs);
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
	const struct download_request *r = s->request;

	for (size_t i = 0; i < s->count; i++) {
		cleanup_free char *path = cache_path(s->jobs[i].item->sha256);

		if (!path_exists(path))
			continue;
		s->jobs[i].state = JOB_DONE;
		s->done++;
		if (r->on_done && r->on_done(r->arg, s->jobs[i].item, path, e))
			return -1;
	}
	return 0;
}

/* Two jobs must never write one .part. */
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
		if (s->jobs[i].state == JOB_DONE)
			continue;
		if (s->jobs[i].item->size < 0)
			return 0;
		total += s->jobs[i].item->size;
	}
	return total;
}

static int fetch_rest(struct session *s, struct err *e)
{
	int rc;

	s->pool = transfer_pool_open(PARALLEL, e);
	if (!s->pool)
		return -1;
	log_progress_begin(s->request->what, bytes_wanted(s), "B");
	rc = run_session(s, e);
	log_progress_end(rc ? "failed" : "done");
	return rc;
}

int download_items(const struct download_request *r, bool *missing, struct err *e)
{
	cleanup(session_done) struct session s = {.request = r, .count = r->count};
	cleanup(fd_unlock) int lock_fd = -1; /* on_done may fork workers */

	if (missing)
		*missing = false;
	s.jobs = xcalloc(r->count, sizeof(*s.jobs));
	for (size_t i = 0; i < r->count; i++)
		s.jobs[i] = (struct job){.session = &s, .item = &r->items[i], .fd = -1};
	if (check_distinct(r, e) || lock_cache(&lock_fd, e) || take_cached(&s, e))
		return -1;
	if (s.done == s.count)
		return 0;
	if (fetch_rest(&s, e)) {
		if (missing)
			*missing = s.missing;
		return -1;
	}
	return 0;
}
