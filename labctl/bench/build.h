/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_BUILD_H
#define LABCTL_BENCH_BUILD_H

/*
 * Foreign code: `build:` of exercise.yaml turns sources into the files that a
 * guest finds at /lab/built. What was built is kept under a digest of all that
 * decides it, so the same sources are built once on a host (lab/made.h).
 *
 * Sources that do not build are a result, like a sample that dies: in *out,
 * with the compiler's own words. An error is only ever the host's, or names a
 * file that is missing.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/strv.h"
#include "bench/setting.h"
#include "spec/exercise.h"
#include "spec/result.h"

struct build_request {
	const struct exercise_build *build;
	bool sanitized;                      /* its `sanitize` commands */
	const struct submission *submission; /* whose sources they are; NULL: the exercise's */
	int64_t memory_bytes;                /* instead of the setting's limit; 0: that */
};

struct built {
	char digest[HASH_HEX_SIZE];
	char *dir; /* for guest_add_built; NULL: it failed */
	bool cached;
	int64_t build_ns; /* what building took, then or now */
	enum result_ending ending;
	char *words; /* where it failed: one line ... */
	char *log;   /* ... and all that the compiler said, cleaned */
};

int build_ensure(struct setting *s, const struct build_request *r, struct built *out,
		 struct err *e);
void built_done(struct built *b);

/* For `labctl gc`: what was left half made, belongs to an image that is gone, or is not used. */
int build_collect(struct strv *removed, struct err *e);

/* ---- pure parts ---- */

struct build_source {
	const char *name;
	const char *digest;
};

/* All that decides what a build gives, one thing a line; its digest is what it is kept under. */
char *build_recipe(const char *image_digest, const struct limits *l, const struct strv *commands,
		   const struct build_source *sources, size_t count);

/* The shell script of the commands. */
char *build_script(const struct strv *commands);

/* The line of a compiler's output that tells most, with its file and line:
 * "kernel.c:12:5: error: expected ';' before 'return'"; NULL: it said nothing. */
char *build_first_error(const char *log);

/* What may reach a terminal of a compiler's output: whole lines, not many. */
char *build_clean_log(const char *log);

#endif
