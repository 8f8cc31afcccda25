/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_DOWNLOAD_H
#define LABCTL_IMAGE_DOWNLOAD_H

/*
 * Files of known content into the cache (cache.h): several at a time, resumed
 * where they broke off, tried again with growing pauses, and given their name
 * in the cache only once size and SHA-256 are right.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct download_server {
	char *uri;     /* without a slash at the end */
	char *proxy;   /* URL, "" for none, NULL: libcurl's own rules (http_proxy, ...) */
	char *userpwd; /* "login:password", or NULL; never logged */
};

struct download_item {
	const char *path;   /* below the server's URI */
	const char *sha256; /* lower-case hex */
	int64_t size;       /* bytes; -1: not known */
	const void *tag;    /* the caller's */
};

/* The item is whole and lies at path. Runs on the calling thread; -1 with e set stops the rest. */
typedef int download_done_fn(void *arg, const struct download_item *item, const char *path,
			     struct err *e);

struct download_request {
	const struct download_server *server;
	const struct download_item *items;
	size_t count;
	const char *what; /* names the task in the progress line */
	download_done_fn *on_done;
	void *arg;
};

/*
 * Fetches what is not in the cache, and calls on_done for every item. On failure *missing (may be
 * NULL) says whether it was that the server has no such file.
 */
int download_items(const struct download_request *r, bool *missing, struct err *e);

/* For a signal handler: what is being fetched, and what is asked for later, fails. */
void download_stop(void);
bool download_is_stopped(void);

/*
 * The URL of a path: what is not plain in a URL is written as %XX, "+" too, which some servers
 * read as a blank. The caller frees.
 */
char *download_url(const struct download_server *server, const char *path);

/* A small file of unknown content into memory; *missing is set, and 0 returned, if there is none.
 */
int download_text(const struct download_server *server, const char *path, size_t max_bytes,
		  struct str *out, bool *missing, struct err *e);

#endif
