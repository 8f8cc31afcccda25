/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_DOWNLOAD_FILE_H
#define LABCTL_IMAGE_DOWNLOAD_FILE_H

/*
 * One file on its way into the cache, try after try. For download.c, which
 * says when; `all` is what the files of one download_items() have in common.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "image/download.h"
#include "image/transfer.h"

struct download_session {
	const struct download_request *request; /* borrowed */
	size_t done;
	int64_t received_bytes;
	bool missing; /* the server has no such file: why it failed */
};

enum download_state {
	DOWNLOAD_WAITING, /* for its first try, or its next: not before not_before_ns */
	DOWNLOAD_RUNNING,
	DOWNLOAD_DONE,
};

struct download_file { /* begins as {.all, .item, .fd = -1} */
	struct download_session *all;
	const struct download_item *item;
	enum download_state state;
	char *url;
	char *part_path;
	int fd; /* of the .part; -1: not opened yet */
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

/* Begins a try; what is whole already is done at once. */
int download_file_start(struct download_file *f, struct transfer_pool *pool, struct err *e);

/* Its transfer ended: done, waiting for another try, or -1 where there is no use in one. */
int download_file_conclude(struct download_file *f, struct err *e);

void download_file_close(struct download_file *f); /* no transfer runs; keeps the .part */

#endif
