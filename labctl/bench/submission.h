/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_SUBMISSION_H
#define LABCTL_BENCH_SUBMISSION_H

/*
 * What a student hands in: a file, and the sources beside it that the exercise
 * builds. All of it is read once, before anything runs. What is looked at,
 * hashed, built and run from then on is that reading: whoever exchanges or
 * rewrites the files meanwhile changes nothing.
 */

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/strv.h"
#include "spec/exercise.h"

struct submission_source {
	char *name; /* without folders */
	struct str text;
};

struct submission {
	char *path; /* the whole path of the file that was read: its last part is its name inside */
	char digest[HASH_HEX_SIZE]; /* of its bytes */
	char *copy;                 /* a file of ours with these bytes, to be bound */
	struct submission_source *sources;
	size_t source_count;

	int lock_fd; /* private: the copy is in use as long as this is open */
};

/* A regular file that all may read. NULL: it is none, or a source is missing (ERR_USAGE). */
struct submission *submission_take(const char *file, const struct exercise *x, struct err *e);
void submission_free(struct submission *s); /* NULL is fine */

/* The text of a source by its path in the manifest; NULL: the exercise builds no such file. */
const struct str *submission_source(const struct submission *s, const char *path);

/* Copies whose labctl was killed. */
int submission_collect(struct strv *removed, struct err *e);

#endif
