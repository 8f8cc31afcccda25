/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_BUILD_H
#define LABCTL_IMAGE_BUILD_H

/*
 * Builds images: `labctl image build`. What is done and why it is quick stands
 * at the head of build.c.
 *
 * Set-up steps need a sandbox, and image/ does not know sandboxes; so who
 * calls hands in a runner (lab/builder.h has the one that everybody uses).
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/strv.h"

/* One program to run inside an image, or inside one that is being made. */
struct build_step {
	const char *name;          /* names the sandbox */
	const char *const *layers; /* root trees, topmost first, NULL-ended */
	const char *upper_dir;     /* holds upper/ and work/; NULL: what it writes is thrown away */
	char *const *argv;
	char *const *envp;
	bool privileged; /* as maintainer scripts need it; else as any guest */
	int output_fd;   /* standard output and error */
};

struct build_runner {
	/* 0 when the program ended with status 0. ERR_GUEST with what it did, otherwise. */
	int (*run)(const struct build_step *step, void *arg, struct err *e);
	void *arg;
};

enum build_action {
	BUILD_UNCHANGED, /* is there already */
	BUILD_PLANNED,   /* --dry-run: would be built */
	BUILD_BUILT,
};

struct build_report {
	const char *name;
	enum build_action action;
	const char *digest; /* NULL when only planned */
	const char *lock_digest;
	bool lock_is_local;
	size_t packages;     /* in its own layer */
	int64_t bytes;       /* of its own layer; -1 when only planned */
	int64_t duration_ns; /* of this build */
	const char *why;     /* when planned or built: "the lock has changed" */
};

struct build_options {
	bool dry_run;
	bool locked; /* the committed locks or an error */
	bool relock; /* solve anew */
	bool gone;   /* for build_images itself: relock because a package has left the mirror */
	bool force;  /* build also what is there */
	void (*report)(void *arg, const struct build_report *report); /* per image; may be NULL */
	void *arg;
};

/* Builds the named images (none: all that have an image.yaml) and their parents, where they are
 * not there already. Shows progress. Safe beside another labctl: one waits. */
int build_images(const struct strv *names, const struct build_options *o,
		 const struct build_runner *runner, struct err *e);

#endif
