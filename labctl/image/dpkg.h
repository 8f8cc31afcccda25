/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_DPKG_H
#define LABCTL_IMAGE_DPKG_H

/*
 * dpkg's database in the tree that is being built. We lay packages down and
 * write what dpkg's own unpack would have left (status "install ok unpacked",
 * info/, triggers/), so that `dpkg --configure -a` can take over from there.
 * This is what makes a build quick: packages are unpacked by several workers,
 * and dpkg reads its database once.
 *
 *	dpkg_unpack	one package; several workers at the same time
 *	dpkg_assemble	once, when all packages are there and the parent is finished
 *
 * Between the two, notes/ beside the tree holds what a package left to decide:
 * <package>.status, .dirs, .clashes.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "base/strv.h"
#include "image/unpack.h"
#include "image/view.h"
#include "spec/image.h"

#define DPKG_DIR "var/lib/dpkg"

/* The directories of an empty database, in upper. */
int dpkg_prepare(struct view *v, struct err *e);

/*
 * Unpacks the package file at path: its content, its control files, its notes. The file must have
 * the digest that the lock says; *damaged (may be NULL) is set where it has not, so that the
 * caller can drop it from the cache.
 */
int dpkg_unpack(struct view *v, int notes_fd, const char *path, const struct lock_package *package,
		const struct diversions *diversions, bool *damaged, struct err *e);

struct dpkg_plan {           /* what is left to do, inside the sandbox */
	struct strv preinst; /* packages ("libc6:amd64") whose preinst must run, in order */
};

/*
 * Decides what the notes left open, and writes status and triggers. `early`: the packages were
 * unpacked before the parent was finished. Where the finished parent turns out to matter to them
 * (a file diverted, a directory that is now a link), *again is set: unpack once more.
 */
int dpkg_assemble(struct view *v, int notes_fd, const struct image_lock *lock,
		  const char *const *paths, bool early, bool *again, struct dpkg_plan *out,
		  struct err *e);
void dpkg_plan_done(struct dpkg_plan *p);

/* The diversions of the trees below. */
int dpkg_diversions(const struct view *v, struct diversions *out, struct err *e);
void dpkg_diversions_done(struct diversions *d);

/* A field of a control stanza; NULL where it has none. The caller frees. */
char *dpkg_field(const char *stanza, const char *name);

/* "libc6:amd64" for packages of which several architectures may be installed, else "adduser". */
char *dpkg_info_name(const char *stanza);

#endif
