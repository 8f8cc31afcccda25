/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SPEC_IMAGE_H
#define LABCTL_SPEC_IMAGE_H

/*
 * images/<name>/image.yaml, and the lock that says which exact packages it is
 * made of. A lock is YAML in one canonical form: the same lock has the same
 * bytes on every host, so its digest names it.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/strv.h"
#include "spec/schema.h"

enum { IMAGE_LOCK_SCHEMA = 1 };

struct image_file {   /* copied from images/<name>/files/ */
	char *path;   /* in the image; first field: the key of the map */
	char *source; /* below files/ */
	int64_t mode;
};

struct image_step { /* one shell command, run in the build sandbox without network, in order */
	char *run;
	char *user; /* default root */
};

struct image_build { /* made beside the image, by tools that the image itself will not hold */
	struct strv packages;
	char *maven; /* the pom.xml that names jars, beside image.yaml; or NULL */
	struct image_step *steps;
	size_t step_count;
	struct strv keep; /* paths that go into the image; the rest is thrown away */
};

struct image_probe {  /* a proof with evidence: `image verify` */
	char *proves; /* first field: the key of the map */
	char *run;    /* its last line of output is the evidence */
};

struct image_spec {
	char *name; /* folder name; not a key */
	char *dir;  /* where image.yaml lies; not a key */
	char *summary;
	char *parent;  /* another image, or NULL */
	char *release; /* "trixie"; a child takes its parent's */
	struct strv components;
	struct strv packages;
	struct image_build build;
	struct image_file *files;
	size_t file_count;
	struct image_step *steps;
	size_t step_count;
	struct strv verify; /* commands that prove the image works: `image verify` */
	struct image_probe *probes;
	size_t probe_count;
};

/* path_data_dir("images")/name/image.yaml */
int image_spec_load(const char *name, struct image_spec *out, struct err *e);
int image_spec_list(struct strv *names, struct err *e); /* all that have an image.yaml; sorted */
void image_spec_done(struct image_spec *s);

struct lock_index {            /* a signed index the packages come from */
	char *suite;           /* "trixie" */
	char *component;       /* "main" */
	char *release_sha256;  /* of the InRelease text */
	char *packages_sha256; /* of the uncompressed Packages file */
	char *date;            /* the Release file's Date: also the build's SOURCE_DATE_EPOCH */
};

struct lock_package {
	char *name;
	char *version;
	char *architecture;
	char *pool; /* path below the mirror: "pool/main/..." */
	int64_t size;
	char *sha256;
	int64_t index; /* into indexes */
};

struct lock_jar { /* what a pom.xml leads to */
	char
	    *path; /* in a Maven repository: "org/x/y/1.0/y-1.0.jar"; says what and which version */
	int64_t size;
	char *sha256;
};

struct image_lock {
	int64_t schema; /* IMAGE_LOCK_SCHEMA; set by image_lock_print */
	char *image;
	char *parent_lock; /* sha256 of the parent's lock file, or NULL */
	char *architecture;
	int64_t source_date_epoch;
	struct strv requested; /* what image.yaml asked for, sorted: so that an edit is noticed */
	struct strv build_requested;
	char *pom; /* sha256 of pom.xml, or NULL */
	struct lock_index *indexes;
	size_t index_count;
	struct lock_package *packages; /* sorted by name */
	size_t package_count;
	struct lock_package *build_packages; /* the same, for `build` alone */
	size_t build_package_count;
	struct lock_jar *jars; /* sorted by path */
	size_t jar_count;
};

/* As Debian policy spells them; pins and architectures are the lock's business. */
bool image_is_package_name(const char *name);

int image_lock_load(const char *path, struct image_lock *out, struct err *e);
int image_lock_parse(const char *name, const char *text, size_t size, struct image_lock *out,
		     struct err *e);
void image_lock_print(const struct image_lock *l, struct str *yaml);
void image_lock_done(struct image_lock *l);

extern const struct schema image_schema, image_lock_schema;

#endif
