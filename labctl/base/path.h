/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_PATH_H
#define LABCTL_BASE_PATH_H

/*
 * Paths and trees, and where labctl keeps its things: as root /var/lib/labctl,
 * /run/labctl, /etc/labctl; otherwise the XDG directories. LABCTL_ROOT moves
 * all of it ($LABCTL_ROOT/{lib,run,etc}).
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

char *path_join(const char *a, const char *b); /* the caller frees; an absolute b wins */
const char *path_base(const char *path);       /* what follows the last slash */
char *path_dir(const char *path);              /* the caller frees; "." for none */
bool path_exists(const char *path);
bool path_is_directory(const char *path);
bool path_is_plain_name(
    const char *name); /* [A-Za-z0-9][A-Za-z0-9._-]*, at most 64: safe as a file name */

int path_mkdirs(const char *path, mode_t mode, struct err *e); /* like mkdir -p */
int path_remove_tree_at(int dir_fd, const char *path,
			struct err *e); /* never follows a link, never leaves the file
					  system; a missing path is success */

/* Directories of labctl; each returns a string that lives as long as the process. */
const char *path_state_dir(void); /* images, layers, cache, books: survives a reboot */
const char *path_run_dir(void);   /* labs, locks, undo records: gone with a reboot */
const char *path_config_dir(void);
const char *path_data_dir(
    const char *name); /* "images", "exercises", "cgroups": $LABCTL_DATA/<name>, or beside
			  build/labctl in a checkout, or <prefix>/share/labctl/<name> */

#endif
