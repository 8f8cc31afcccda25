/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/spare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

enum { SPARES_MAX = 8, BOOT_ID_SIZE = 36, STAMPS_MAX_BYTES = 4 << 20 };

static char *spare_path(const struct service *s, int number)
{
	return xasprintf("%s/initial/%s/spare-%d", path_state_dir(), s->initial_digest, number);
}

static int read_boot_id(struct str *id, struct err *e)
{
	if (fd_read_file_at(AT_FDCWD, "/proc/sys/kernel/random/boot_id", id, 100, e))
		return -1;
	return id->len >= BOOT_ID_SIZE ? 0 : fail(e, ERR_HOST, 0, "the boot id is too short");
}

/* The boot id, then the stamps as they are in memory. */
static int save_stamps(const struct service *s, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	cleanup_free char *path = path_join(s->dir, "stamps");

	if (read_boot_id(&text, e))
		return -1;
	str_addn(&text, s->hot.stamps, s->hot.paths.len * sizeof(*s->hot.stamps));
	cleanup_fd int fd =
	    fd_open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600, e);

	return fd < 0 ? -1 : fd_write_all(fd, text.data, text.len, e);
}

/* Without them, or with those of another boot, every file is filled again. */
static void load_stamps(struct service *s)
{
	cleanup(str_done) struct str text = STR_INIT;
	cleanup(str_done) struct str boot = STR_INIT;
	cleanup_free char *path = path_join(s->dir, "stamps");
	const size_t size = s->hot.paths.len * sizeof(*s->hot.stamps);
	struct err ignored;

	if (!fd_read_file_at(AT_FDCWD, path, &text, STAMPS_MAX_BYTES, &ignored) &&
	    !read_boot_id(&boot, &ignored) && text.len == boot.len + size &&
	    !memcmp(text.data, boot.data, boot.len)) {
		free(s->hot.stamps);
		s->hot.stamps = xcalloc(s->hot.paths.len + 1, sizeof(*s->hot.stamps));
		memcpy(s->hot.stamps, text.data + boot.len, size);
	}
	unlink(path);
}

int spare_take(struct service *s, struct err *e)
{
	for (int i = 0; s->initial_digest && i < SPARES_MAX; i++) {
		cleanup_free char *spare = spare_path(s, i);

		if (rename(spare, s->dir) == 0) {
			load_stamps(s);
			return 1;
		}
		if (errno != ENOENT)
			return fail(e, ERR_HOST, errno, "take '%s'", spare);
	}
	return 0;
}

int spare_put_by(struct service *s, struct err *e)
{
	if (!s->initial_digest || !path_exists(s->dir))
		return 0;
	if (service_renew(s, e) || service_empty_trash(s, e) || save_stamps(s, e))
		return -1;
	for (int i = 0; i < SPARES_MAX; i++) {
		cleanup_free char *spare = spare_path(s, i);

		/* A directory replaces only an empty one, so nobody's spare is lost. */
		if (rename(s->dir, spare) == 0)
			return 0;
		if (errno != ENOTEMPTY && errno != EEXIST)
			return fail(e, ERR_HOST, errno, "put '%s' by", s->dir);
	}
	return 0;
}
