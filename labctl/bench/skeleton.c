/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The skeleton is a folder of the data directory. Its manifest is called
 * exercise.yaml.in there, so that it is not taken for an exercise itself.
 * Half-made copies are not left behind: what was made is removed again.
 */
#include "bench/skeleton.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "bench/desk.h"

static const char NAME_MARK[] = "@NAME@";

enum { FILE_MAX = 1 << 20 };

static void put_name(const struct str *in, const char *name, struct str *out)
{
	const char *at = in->data;

	for (const char *mark; (mark = strstr(at, NAME_MARK)); at = mark + strlen(NAME_MARK)) {
		str_addn(out, at, (size_t)(mark - at));
		str_add(out, name);
	}
	str_add(out, at);
}

static int copy_one(const char *from, const char *to, const char *name, struct err *e)
{
	cleanup(str_done) struct str in = STR_INIT;
	cleanup(str_done) struct str out = STR_INIT;

	if (fd_read_file_at(AT_FDCWD, from, &in, FILE_MAX, e))
		return -1;
	put_name(&in, name, &out);
	cleanup_fd int fd = fd_open_at(AT_FDCWD, to, O_WRONLY | O_CREAT | O_EXCL, 0644, e);

	if (fd < 0)
		return -1;
	desk_give_to_caller(to);
	return fd_write_all(fd, out.data, out.len, e);
}

/* "dir/variants/seen.py" for "skeleton/variants/seen.py"; the caller frees. */
static char *target(const char *dir, const char *inside)
{
	char *path = path_join(dir, inside);

	if (str_ends(path, ".in"))
		path[strlen(path) - strlen(".in")] = '\0';
	return path;
}

static int copy_entry(const FTSENT *entry, size_t root_len, const char *dir, struct err *e)
{
	if (entry->fts_level == 0 || str_ends(entry->fts_name, ".pyc") ||
	    str_eq(entry->fts_name, "__pycache__"))
		return 0;
	cleanup_free char *to = target(dir, entry->fts_path + root_len + 1);

	if (entry->fts_info == FTS_F)
		return copy_one(entry->fts_path, to, path_base(dir), e);
	if (entry->fts_info != FTS_D)
		return 0;
	if (mkdir(to, 0755))
		return fail(e, ERR_HOST, errno, "make the folder '%s'", to);
	desk_give_to_caller(to);
	return 0;
}

static int copy_tree(const char *from, const char *dir, struct err *e)
{
	char *const roots[] = {(char *)from, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const FTSENT *entry;
	int rc = 0;

	if (!tree)
		return fail(e, ERR_HOST, errno, "read the skeleton '%s'", from);
	while (!rc && (entry = fts_read(tree)))
		rc = copy_entry(entry, strlen(from), dir, e);
	fts_close(tree);
	return rc;
}

int skeleton_lay_out(const char *dir, struct err *e)
{
	cleanup_free char *from = path_join(path_data_dir("exercises"), "skeleton");
	struct err ignored;

	if (!path_is_plain_name(path_base(dir))) {
		fail(e, ERR_USAGE, 0, "'%s' can be no exercise's name", path_base(dir));
		return hint(e, "letters, digits, '-', '_' and '.', the first a letter or digit");
	}
	if (str_eq(path_base(dir), "skeleton"))
		return fail(e, ERR_USAGE, 0, "'skeleton' is what new exercises are copied from");
	cleanup_free char *taken = path_join(path_data_dir("exercises"), path_base(dir));

	if (path_exists(taken)) {
		fail(e, ERR_USAGE, 0, "labctl comes with an exercise '%s'", path_base(dir));
		return hint(e,
			    "the commands of your README would find that one: take another name");
	}
	if (!path_exists(from))
		return fail(e, ERR_HOST, ENOENT, "open the skeleton '%s'", from);
	if (mkdir(dir, 0755) && (errno != EEXIST || rmdir(dir) || mkdir(dir, 0755))) {
		fail(e, ERR_USAGE, errno, "make the folder '%s'", dir);
		return hint(e, "nothing is overwritten: name a folder that does not exist yet");
	}
	desk_give_to_caller(dir);
	if (!copy_tree(from, dir, e))
		return 0;
	path_remove_tree_at(AT_FDCWD, dir, &ignored);
	return wrap(e, "lay out exercise '%s'", path_base(dir));
}
