/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "image/download.h"
#include "image/transfer.h"

enum { TRIES_MAX = 3, POLL_MS = 500 };
static const int64_t first_pause_ns = 250 * NS_PER_MS;

char *download_url(const struct download_server *server, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/";
	struct str url = STR_INIT;

	str_addf(&url, "%s/", server->uri);
	for (; *path; path++) {
		if (strchr(plain, *path))
			str_addc(&url, *path);
		else
			str_addf(&url, "%%%02X", (unsigned char)*path);
	}
	return str_take(&url);
}

struct text_sink {
	struct str *out;
	size_t max_bytes;
};

static bool receive(void *arg, const void *data, size_t size)
{
	const struct text_sink *sink = arg;

	if (sink->out->len + size > sink->max_bytes)
		return false;
	str_addn(sink->out, data, size);
	return true;
}

static int try_once(struct transfer_pool *pool, struct transfer *t, struct err *e)
{
	if (transfer_start(pool, t, e))
		return -1;
	while (!transfer_wait(pool, POLL_MS)) {
		if (!download_is_stopped())
			continue;
		transfer_cancel(pool, t);
		return fail(e, ERR_HOST, EINTR, "fetch '%s'", t->url);
	}
	return 0;
}

static void pause_before(int tries)
{
	int64_t ns = first_pause_ns << (tries - 1);
	struct timespec pause = {.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};

	nanosleep(&pause, NULL);
}

static int try_often(const struct transfer *model, const struct text_sink *sink,
		     struct transfer *last, struct err *e)
{
	struct transfer_pool *pool = transfer_pool_open(1, e);
	int rc = pool ? 0 : -1;

	for (int tries = 0; !rc; tries++) {
		if (tries) {
			log_verbose("%s: %s; trying again", last->url, last->why);
			pause_before(tries);
		}
		*last = *model;
		str_clear(sink->out);
		rc = try_once(pool, last, e);
		if (last->outcome != TRANSFER_BROKEN || tries + 1 == TRIES_MAX)
			break;
	}
	transfer_pool_close(pool);
	return rc;
}

int download_text(const struct download_server *server, const char *path, size_t max_bytes,
		  struct str *out, bool *missing, struct err *e)
{
	cleanup_free char *url = download_url(server, path);
	struct text_sink sink = {.out = out, .max_bytes = max_bytes};
	struct transfer model = {.url = url,
				 .proxy = server->proxy,
				 .userpwd = server->userpwd,
				 .sink = receive,
				 .arg = &sink};
	struct transfer t = {0};

	*missing = false;
	if (try_often(&model, &sink, &t, e))
		return -1;
	if (t.outcome == TRANSFER_STOPPED)
		return fail(e, ERR_HOST, 0,
			    "fetch '%s': it is longer than %zu bytes, which is more "
			    "than it can need",
			    url, max_bytes);
	*missing = t.outcome == TRANSFER_MISSING;
	if (t.outcome == TRANSFER_WHOLE || t.outcome == TRANSFER_MISSING)
		return 0;
	return fail(e, ERR_HOST, 0, "fetch '%s': %s", url, t.why);
}
