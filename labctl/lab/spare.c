/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/spare.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/path.h"

enum { SPARES_MAX = 8, BOOT_ID_SIZE = 36, BOOT_WORD = 8, STAMPS_MAX_BYTES = 4 << 20 };

static int read_boot_id(struct str *id, struct err *e)
{
	if (fd_read_file_at(AT_FDCWD, "/proc/sys/kernel/random/boot_id", id, 100, e))
		return -1;
	return id->len >= BOOT_ID_SIZE ? 0 : fail(e, ERR_HOST, 0, "the boot id is too short");
}

/* Where spares of this kind are, but for the number; *prefix stays NULL where there are none. */
static int find_prefix(const struct spare_kind *k, char **prefix, struct err *e)
{
	cleanup(str_done) struct str boot = STR_INIT;
	cleanup(str_done) struct str text = STR_INIT;
	const char *initial = NULL;
	char key[HASH_HEX_SIZE];

	str_addf(&text, "%lld\n", (long long)k->disk_bytes);
	for (size_t i = 0; i < k->count; i++) {
		const struct service *s = &k->services[i];

		str_addf(&text, "%s %s %s\n", s->type->name, s->image.digest,
			 s->initial_digest ? s->initial_digest : "");
		if (!initial)
			initial = s->initial_digest;
	}
	if (!initial)
		return 0;
	if (read_boot_id(&boot, e))
		return -1;
	hash_hex(text.data, text.len, key);
	*prefix = xasprintf("%s/initial/%s/spare-%.*s-%.12s", path_state_dir(), initial, BOOT_WORD,
			    boot.data, key);
	return 0;
}

int spare_take(const struct spare_kind *kind, const char *path, struct err *e)
{
	cleanup_free char *prefix = NULL;

	if (find_prefix(kind, &prefix, e))
		return -1;
	for (int i = 0; prefix && i < SPARES_MAX; i++) {
		cleanup_free char *spare = xasprintf("%s-%d", prefix, i);

		if (rename(spare, path) == 0)
			return 1;
		/* Where labs have a file system of their own, no spare can be moved there. */
		if (errno != ENOENT && errno != EXDEV)
			return fail(e, ERR_HOST, errno, "take '%s'", spare);
	}
	return 0;
}

/* Nobody's spare is lost: a directory replaces only an empty one, and a file is linked first. */
static int move_new(const char *from, const char *to, bool directory)
{
	if (directory)
		return rename(from, to);
	return link(from, to) ? -1 : unlink(from);
}

int spare_put_by(const struct spare_kind *kind, const char *path, struct err *e)
{
	cleanup_free char *prefix = NULL;

	if (find_prefix(kind, &prefix, e))
		return -1;
	for (int i = 0; prefix && i < SPARES_MAX; i++) {
		cleanup_free char *spare = xasprintf("%s-%d", prefix, i);

		if (move_new(path, spare, !kind->disk_bytes) == 0)
			return 1;
		if (errno != ENOTEMPTY && errno != EEXIST)
			return fail(e, ERR_HOST, errno, "put '%s' by", path);
	}
	return 0;
}

/* ---- stamps ---- */

/* The boot id, then the stamps as they are in memory. */
int spare_save_stamps(const struct service *s, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	cleanup_free char *path = path_join(s->dir, "stamps");

	if (!s->hot.stamps)
		return 0;
	if (read_boot_id(&text, e))
		return -1;
	str_addn(&text, s->hot.stamps, s->hot.paths.len * sizeof(*s->hot.stamps));
	cleanup_fd int fd =
	    fd_open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600, e);

	return fd < 0 ? -1 : fd_write_all(fd, text.data, text.len, e);
}

void spare_load_stamps(struct service *s)
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

/* ---- collecting ---- */

int spare_collect(const char *initial, struct strv *removed, struct err *e)
{
	cleanup(str_done) struct str boot = STR_INIT;
	DIR *d = opendir(initial);
	const struct dirent *entry;
	int result = read_boot_id(&boot, e);

	while (d && !result && (entry = readdir(d))) {
		const char *word = entry->d_name + strlen("spare-");

		if (!str_starts(entry->d_name, "spare-") || !strncmp(word, boot.data, BOOT_WORD))
			continue;
		result = path_remove_tree_at(dirfd(d), entry->d_name, e);
		if (!result)
			strv_addf(removed, "spare disk of initial state %.12s", path_base(initial));
	}
	if (d)
		closedir(d);
	return result;
}
