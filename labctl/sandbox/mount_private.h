/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_MOUNT_PRIVATE_H
#define LABCTL_SANDBOX_MOUNT_PRIVATE_H

/* The steps of mount.c, for stage_mount.c, which makes some of them once for many guests. */

#include <sys/stat.h>

#include "sandbox/guest.h"

enum { MOUNT_LOWER_SIZE = 4 * MOUNT_LAYERS_MAX };

struct mount_dir {
	const char *name; /* NULL: the last */
	mode_t mode;
};

int mount_detach(struct err *e); /* from the host: nothing mounted here is seen there */
int mount_leave_host(int new_root_fd, struct err *e);
void mount_become(uid_t id); /* whose files are that are made from now on */

int mount_new_memory(const struct plan *p, unsigned attributes, struct err *e);
int mount_new_devpts(const struct plan *p, struct err *e);
int mount_make_dirs(int dir_fd, const struct mount_dir *dirs, struct err *e);
int mount_make_devices(int dir_fd, struct err *e); /* in its dev/ */

/* Copies of the layers' mounts, and these, ids mapped, at "0", "1", ... in a scratch; lower: the
 * overlay's option that names them. */
int mount_open_layers(const char *const *layers, int fds[MOUNT_LAYERS_MAX], struct err *e);
int mount_put_layers(int scratch_fd, const char *const *layers, const int *fds, int userns_fd,
		     char lower[MOUNT_LOWER_SIZE], struct err *e);
int mount_new_overlay(const struct plan *p, const char *lower, const char *upper, const char *work,
		      struct err *e);

/* A directory of the scratch, mounted inside the new root. */
int mount_put_dir(int scratch_fd, const char *name, int root_fd, const char *path,
		  unsigned attributes, struct err *e);
int mount_mask_proc(int scratch_fd, int root_fd, struct err *e);
int mount_put_binds(const struct plan *p, const int *fds, int root_fd, int userns_fd,
		    struct err *e);
int mount_enter(int root_fd, struct err *e); /* last: it is "/" from here on */

#endif
