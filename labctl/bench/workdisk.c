/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Cold" is made by asking the kernel to drop the pages of each input file
 * (posix_fadvise), "warm" by reading it; mincore(2) then tells which pages are
 * there. A guest that holds a file mapped keeps its pages, so a set-up that
 * reads ahead is found out.
 *
 * The disk is a file of the host's, with pages in the host's cache: these are
 * dropped too.
 *
 * What a power cut would leave is read from that file, beneath the mounted file
 * system, by debugfs(8): it holds what the file system has been made to write, or
 * has written back by chance, and nothing that is dirty in its cache alone.
 */
#include "bench/workdisk.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/proc.h"
#include "lab/lab.h"

static const int64_t DEBUGFS_NS = 30 * NS_PER_S;

enum { OPEN_SHARE = 20 /* one page in so many may be in the other state: readahead, metadata */ };

/* A folder that the guests of the run may write in: ids on this disk are 0-based. */
static int make_folder(const char *path, struct err *e)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		return fail(e, ERR_HOST, errno, "make the folder '%s'", path);
	return 0;
}

int workdisk_create(struct workdisk *d, const struct exercise_disk *what, const struct lab *lab,
		    struct err *e)
{
	*d = (struct workdisk){.what = what, .lab = lab};
	d->input = path_join(lab_home(lab), "input");
	d->output = path_join(lab_home(lab), "output");
	d->after = xasprintf("%s.after", lab_disk_image(lab));
	if (make_folder(d->input, e) || make_folder(d->output, e) || make_folder(d->after, e))
		return wrap(e, "prepare the disk of the exercise");
	return 0;
}

void workdisk_destroy(struct workdisk *d)
{
	free(take_ptr(d->input));
	free(take_ptr(d->output));
	free(take_ptr(d->after));
	d->what = NULL;
}

int workdisk_renew(struct workdisk *d, struct err *e)
{
	if (!d->what)
		return 0;
	if (path_remove_tree_at(AT_FDCWD, d->output, e) || make_folder(d->output, e))
		return wrap(e, "empty the disk of the last sample");
	return 0;
}

/* ---- the page cache ---- */

struct pages {
	size_t all, present;
};

static int bring_into_state(int fd, bool cold, struct err *e)
{
	char buffer[1 << 16];

	if (cold) {
		int code = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);

		return code ? fail(e, ERR_HOST, code, "drop its pages") : 0;
	}
	for (ssize_t n; (n = read(fd, buffer, sizeof(buffer)));)
		if (n < 0)
			return fail(e, ERR_HOST, errno, "read it");
	return 0;
}

static int count_pages(int fd, size_t size, struct pages *pages, struct err *e)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t count = (size + page - 1) / page;
	cleanup_free unsigned char *in = xmalloc(count);
	void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		return fail(e, ERR_HOST, errno, "look at its pages");
	int rc = mincore(map, size, in);

	munmap(map, size);
	if (rc)
		return fail(e, ERR_HOST, errno, "look at its pages");
	pages->all += count;
	for (size_t i = 0; i < count; i++)
		pages->present += in[i] & 1;
	return 0;
}

static int set_file(const char *path, bool cold, struct pages *pages, struct err *e)
{
	cleanup_fd int fd = fd_open_at(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW, 0, e);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st))
		return fail(e, ERR_HOST, errno, "look at '%s'", path);
	if (st.st_size == 0)
		return 0;
	if (bring_into_state(fd, cold, e) || count_pages(fd, (size_t)st.st_size, pages, e))
		return wrap(e, "page cache of '%s'", path);
	return 0;
}

/* Dirty pages are not dropped: first all is written, by the disk and beneath it. */
static int write_back(const struct workdisk *d, bool cold, struct err *e)
{
	const char *image = lab_disk_image(d->lab);
	cleanup_fd int fd = fd_open_at(AT_FDCWD, d->input, O_RDONLY | O_DIRECTORY, 0, e);
	cleanup_fd int image_fd = fd < 0 ? -1 : fd_open_at(AT_FDCWD, image, O_RDONLY, 0, e);

	if (image_fd < 0)
		return -1;
	if (syncfs(fd) || (cold && fdatasync(image_fd)))
		return fail(e, ERR_HOST, errno, "write back '%s'", d->input);
	return cold ? bring_into_state(image_fd, true, e) : 0;
}

static int set_all(const struct workdisk *d, bool cold, struct pages *pages, struct err *e)
{
	char *const roots[] = {d->input, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const FTSENT *entry;
	int rc = 0;

	if (!tree)
		return fail(e, ERR_HOST, errno, "read the folder '%s'", d->input);
	while (!rc && (entry = fts_read(tree)))
		if (entry->fts_info == FTS_F)
			rc = set_file(entry->fts_path, cold, pages, e);
	fts_close(tree);
	return rc;
}

int workdisk_set_cache(const struct workdisk *d, char **words, struct err *e)
{
	struct pages pages = {0};

	if (!d->what)
		return 1;
	const bool cold = d->what->cache == DISK_COLD;

	if (write_back(d, cold, e) || set_all(d, cold, &pages, e))
		return wrap(e, "bring the page cache into the declared state");
	const size_t wrong = cold ? pages.present : pages.all - pages.present;

	if (wrong * OPEN_SHARE <= pages.all)
		return 1;
	*words =
	    xasprintf("the input is declared %s, but at the start %zu of its %zu pages were %s "
		      "the page cache: does setup() hold it mapped?",
		      cold ? "cold" : "warm", wrong, pages.all, cold ? "in" : "not in");
	return 0;
}

/* ---- a power cut ---- */

/* Without -c, debugfs would distrust bitmaps that a mounted file system has not written yet. */
static int run_debugfs(const struct workdisk *d, const char *request, struct proc_result *r,
		       struct err *e)
{
	const char *const argv[] = {"debugfs", "-c", "-R", request, lab_disk_image(d->lab), NULL};

	return proc_must(argv, NULL, 0, DEBUGFS_NS, ERR_HOST, r, e);
}

/* "... Project:     0   Size: 4096"; a file that is not there is no error of debugfs's. */
static int find_size(const struct workdisk *d, const char *file, int64_t *size, struct err *e)
{
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	cleanup_free char *request = xasprintf("stat \"%s\"", file);

	if (run_debugfs(d, request, &r, e))
		return -1;
	const char *found = r.out.len ? strstr(r.out.data, " Size: ") : NULL;

	*size = found ? strtoll(found + strlen(" Size: "), NULL, 10) : 0;
	return 0;
}

/* 1: it is there, or there is none; 0: it is larger than its disk, a hole that nobody could read to
 * the end. */
static int rescue(const struct workdisk *d, const char *name, struct err *e)
{
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	cleanup_free char *file = xasprintf("/%s/output/%s", path_base(lab_home(d->lab)), name);
	cleanup_free char *to = path_join(d->after, name);
	cleanup_free char *request = xasprintf("dump \"%s\" \"%s\"", file, to);
	int64_t size;

	if (unlink(to) && errno != ENOENT)
		return fail(e, ERR_HOST, errno, "remove '%s'", to);
	if (find_size(d, file, &size, e))
		return -1;
	if (size > d->what->size_bytes)
		return 0;
	return run_debugfs(d, request, &r, e) ? -1 : 1;
}

int workdisk_cut_power(const struct workdisk *d, char **words, struct err *e)
{
	for (size_t i = 0; d->what && i < d->what->durable.len; i++) {
		const char *name = d->what->durable.items[i];
		int rc = rescue(d, name, e);

		if (rc < 0)
			return wrap(e, "read '%s' as after a power cut", name);
		if (rc == 0) {
			*words = xasprintf("its file '%s' is larger than the disk that it lies on",
					   name);
			return 0;
		}
	}
	return 1;
}
