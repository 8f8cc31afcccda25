/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/storage.h"

#include <dirent.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "lab/spare.h"
#include "sandbox/disk.h"

enum { RESERVE_MIN = 64 << 10, RESERVE_MAX = 1 << 20 };

/* ---- from the first day to the last ---- */

static struct spare_kind kind_of(const struct storage *st)
{
	return (struct spare_kind){st->services, st->service_count, st->bytes};
}

/* What becomes a spare: the image, or the directory. */
static const char *keepsake(const struct storage *st)
{
	return st->bytes ? st->place->disk_image : st->place->disk;
}

static int make_anew(const struct storage *st, struct err *e)
{
	cleanup_free char *templates = path_join(path_state_dir(), "disks");

	if (!st->bytes)
		return path_mkdirs(st->place->disk, 0700, e);
	return disk_make(templates, st->place->disk_image, st->bytes, e);
}

int storage_begin(const struct storage *st, struct err *e)
{
	const struct spare_kind kind = kind_of(st);
	const int taken = spare_take(&kind, keepsake(st), e);

	if (taken < 0 || (!taken && make_anew(st, e)))
		return -1;
	if (st->bytes && (path_mkdirs(st->place->disk, 0700, e) ||
			  disk_attach(st->place->disk_image, st->place->disk, e)))
		return -1;
	for (size_t i = 0; taken && i < st->service_count; i++)
		spare_load_stamps(&st->services[i]);
	return path_mkdirs(st->place->home, 0700, e);
}

static char *reserve_path(const struct storage *st)
{
	return path_join(st->place->disk, ".reserve");
}

void storage_reserve(const struct storage *st)
{
	const int64_t part = st->bytes / 128;
	const int64_t size = part < RESERVE_MIN   ? RESERVE_MIN
			     : part > RESERVE_MAX ? RESERVE_MAX
						  : part;
	cleanup_free char *path = reserve_path(st);
	struct err ignored;

	if (!st->bytes)
		return;
	cleanup_fd int fd =
	    fd_open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0600, &ignored);

	if (fd >= 0)
		(void)posix_fallocate(fd, 0, (off_t)size); /* no room: the next time, maybe */
}

bool storage_release(const struct storage *st)
{
	cleanup_free char *path = reserve_path(st);
	struct disk_space space;
	struct err ignored;

	if (!st->bytes || disk_space(st->place->disk, &space, &ignored) || !space.full)
		return false;
	unlink(path);
	return true;
}

static int clean(const struct storage *st, struct err *e)
{
	for (size_t i = 0; i < st->service_count; i++) {
		struct service *s = &st->services[i];

		if (service_renew(s, e) || service_empty_trash(s, e) || spare_save_stamps(s, e))
			return -1;
	}
	return path_remove_tree_at(AT_FDCWD, st->place->home, e);
}

void storage_end(const struct storage *st)
{
	const struct spare_kind kind = kind_of(st);
	bool worth = false;
	struct err ignored;

	for (size_t i = 0; i < st->service_count; i++)
		worth |= st->services[i].initial_digest != NULL;
	if (!worth || !path_exists(keepsake(st)) || clean(st, &ignored))
		return;
	if (st->bytes) {
		disk_trim(st->place->disk);
		if (disk_detach(st->place->disk, &ignored) || !disk_is_idle(st->place->disk_image))
			return;
	}
	spare_put_by(&kind, keepsake(st), &ignored);
}

/* ---- who holds what ---- */

static int64_t bytes_below(const char *dir)
{
	char *const roots[] = {(char *)dir, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);
	const FTSENT *entry;
	int64_t bytes = 0;

	while (tree && (entry = fts_read(tree))) {
		if (entry->fts_info != FTS_DP && entry->fts_statp)
			bytes += (int64_t)entry->fts_statp->st_blocks * 512;
	}
	if (tree)
		fts_close(tree);
	return bytes;
}

static void add_holdings(struct str *words, const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;
	char size[32];

	while (d && (entry = readdir(d))) {
		if (!path_is_plain_name(entry->d_name)) /* as lost+found */
			continue;
		cleanup_free char *path = path_join(dir, entry->d_name);

		str_addf(words, "%s %s holds %s", words->len ? "," : ";", entry->d_name,
			 str_human_bytes(bytes_below(path), size, sizeof(size)));
	}
	if (d)
		closedir(d);
}

char *storage_full_words(const struct place *place, int64_t limit_bytes)
{
	cleanup(str_done) struct str words = STR_INIT;
	struct disk_space space;
	struct err ignored;
	char size[32];

	if (!limit_bytes || !path_exists(place->disk_image) ||
	    disk_space(place->disk, &space, &ignored) || !space.full)
		return NULL;
	add_holdings(&words, place->disk);
	return xasprintf("the disk of lab '%s' is full: its limit of %s is shared by all of its "
			 "parts%s",
			 place->name, str_human_bytes(limit_bytes, size, sizeof(size)),
			 words.len ? words.data : "");
}
