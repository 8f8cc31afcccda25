/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_SETTING_H
#define LABCTL_BENCH_SETTING_H

/*
 * Where the samples of one run happen: the exercise and its size, the images,
 * the limits and CPUs, and the lab whose services the exercise asks for. From
 * it comes the sandbox of each guest: worker, judge, instrument.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"
#include "bench/submission.h"
#include "bench/workdisk.h"
#include "image/image.h"
#include "lab/lab.h"
#include "lab/machines.h"
#include "sandbox/sandbox.h"
#include "spec/exercise.h"
#include "spec/limits.h"
#include "spec/result.h"

enum { SETTING_IMAGES_MAX = 8 };

struct setting {
	const struct exercise *exercise; /* borrowed */
	const struct exercise_size *size;
	struct limits limits;                    /* of the whole lab; cpuset is set */
	char *parameters;                        /* of the size, JSON */
	char *services;                          /* for LABCTL_SERVICES, JSON */
	struct image images[SETTING_IMAGES_MAX]; /* the exercise's first */
	size_t image_count;
	char *index_path; /* the package index on the host; NULL: none asked for */
	struct lab *lab;  /* NULL: the exercise has neither services nor a disk */
	struct workdisk disk;
	struct machines *machines;         /* up for the present sample; NULL: none are */
	struct kept *kept;                 /* of the workers, who come one after the other */
	const struct result_image *pinned; /* use these by digest; set before setting_create */
	size_t pinned_count;
	struct strv warnings; /* pinned images that are no longer here */
};

/* How often the process of a sample is called, each time with an input of its own. */
size_t setting_calls(const struct setting *s);

/* Opens the images, brings the lab up. limits: what was asked, with the plan's cpuset. */
int setting_create(struct setting *s, const struct exercise *exercise,
		   const struct exercise_size *size, const struct limits *limits, struct err *e);
void setting_destroy(struct setting *s);

/* The exercise's machines, for one sample; each starts afresh. What machines_start says of a
 * machine that does not come up is ERR_GUEST. */
int setting_start_machines(struct setting *s, struct err *e);
void setting_stop_machines(struct setting *s);

/* The image of that name, opened once; NULL name: the exercise's. */
int setting_image(struct setting *s, const char *name, const struct image **out, struct err *e);

enum guest_role {
	GUEST_WORKER, /* code under test: inside the lab, under its limits */
	GUEST_JUDGE,  /* trusted files only: reaches the services, but has a budget of its own */
};

struct guest {                    /* a sandbox_spec and all it points to */
	struct sandbox_spec spec; /* complete once guest_spec was called */
	struct sandbox_bind binds[8];
	size_t bind_count;
	struct strv argv, env;
	char *name;
};

#define GUEST_EXERCISE_DIR "/lab/exercise" /* where a guest finds the exercise's folder */
#define GUEST_BUILT_DIR "/lab/built"       /* ... and what was built for it (build.h) */

/*
 * Prepares a guest that runs python3 with harness/program. Add arguments to
 * g->argv and variables to g->env, then call guest_spec.
 */
int guest_init(struct guest *g, struct setting *s, enum guest_role role, const char *image,
	       const char *program, struct err *e);
/* Adds the two last arguments of a worker: the exercise's folder, and the file under test: one of
 * the exercise ("variants/indexed.py"), or a submission's, which is bound at /lab/submission. */
void guest_add_subject(struct guest *g, const char *variant, const struct submission *submission);
/* What was built for the subject: a folder of the host, read-only; NULL: nothing. */
void guest_add_built(struct guest *g, const char *dir);
struct sandbox_spec *guest_spec(struct guest *g);
void guest_done(struct guest *g);

#endif
