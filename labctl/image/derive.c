/* SPDX-License-Identifier: Apache-2.0 */
#include "image/derive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/record.h"

enum { CPU_DIGITS = 16, OUTPUT_MAX = 1 << 20, CPUINFO_MAX = 1 << 20 };

static char *derived_dir(void)
{
	return path_join(path_state_dir(), "derived");
}

/* ------------------------------------------------------------------ its name */

/* Of the first CPU, what decides which instructions there are. */
static void cpu_facts(const char *cpuinfo, struct str *out)
{
	static const char *const keys[] = {"vendor_id", "cpu family",     "model",
					   "stepping",  "flags",          "Features",
					   "CPU part",  "CPU implementer"};
	const char *end = strstr(cpuinfo, "\n\n");
	cleanup_free char *first =
	    end ? xstrndup(cpuinfo, (size_t)(end - cpuinfo)) : xstrdup(cpuinfo);
	cleanup(strv_done) struct strv lines = STRV_INIT;

	strv_split(&lines, first, '\n');
	for (size_t i = 0; i < lines.len; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
			if (str_starts(lines.items[i], keys[k]))
				str_addf(out, "%s\n", lines.items[i]);
		}
	}
}

static int name_of(const struct image *image, struct str *out, struct err *e)
{
	cleanup(str_done) struct str cpuinfo = STR_INIT;
	cleanup(str_done) struct str facts = STR_INIT;
	char hex[HASH_HEX_SIZE];

	if (fd_read_file_at(AT_FDCWD, "/proc/cpuinfo", &cpuinfo, CPUINFO_MAX, e))
		return -1;
	cpu_facts(cpuinfo.data, &facts);
	hash_hex(facts.data ? facts.data : "", facts.len, hex);
	str_addf(out, "%s-%.*s", image->digest, CPU_DIGITS, hex);
	return 0;
}

/* ------------------------------------------------------------------ making it */

static void say_waiting(void *arg)
{
	(void)arg;
	log_info("another labctl is deriving what an image needs: waiting for it to finish");
}

static int take_lock(const char *dir, struct err *e)
{
	cleanup_free char *path = path_join(dir, "lock");

	if (path_mkdirs(dir, 0755, e))
		return -1;
	return fd_lock_at(AT_FDCWD, path, LOCK_EX, say_waiting, NULL, e);
}

static void quote_end(int output_fd, struct err *e)
{
	cleanup(str_done) struct str output = STR_INIT;
	cleanup(strv_done) struct strv lines = STRV_INIT;
	struct err ignored;

	if (lseek(output_fd, 0, SEEK_SET) < 0 ||
	    fd_read_all(output_fd, &output, OUTPUT_MAX, &ignored) || !output.len)
		return;
	strv_split(&lines, output.data, '\n');
	if (!lines.len)
		return;
	cleanup_free char *words = xstrdup(e->msg);

	fail(e, e->kind, 0, "%s: %s", words, lines.items[lines.len - 1]);
}

static int run_program(const struct image *image, const char *stage,
		       const struct build_runner *runner, struct err *e)
{
	char *const argv[] = {(char *)DERIVE_PROGRAM, (char *)DERIVE_DIR, NULL};
	char *const envp[] = {
	    (char *)"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	    (char *)"HOME=/root", (char *)"LC_ALL=C.UTF-8", NULL};
	cleanup_fd int output_fd = memfd_create("output", MFD_CLOEXEC);
	const struct build_step step = {
	    .name = "derive",
	    .layers = (const char *const *)image->layers.items,
	    .upper_dir = stage,
	    .argv = argv,
	    .envp = envp,
	    .privileged = true,
	    .output_fd = output_fd,
	};

	if (output_fd < 0)
		return fail(e, ERR_HOST, errno, "make a file in memory");
	if (runner->run(&step, runner->arg, e) == 0)
		return 0;
	quote_end(output_fd, e);
	return -1;
}

/* The one directory that is kept, as a tree of its own. */
static int keep_result(const char *stage, const char *place, struct err *e)
{
	cleanup_free char *made = xasprintf("%s/upper%s", stage, DERIVE_DIR);
	cleanup_free char *tree = xasprintf("%s/tree", stage);
	cleanup_free char *into = xasprintf("%s%s", tree, DERIVE_DIR);
	cleanup_free char *above = path_dir(into);

	if (path_mkdirs(above, 0755, e))
		return -1;
	if (rename(made, into))
		return fail(e, ERR_SPEC, errno, "%s left nothing in %s", DERIVE_PROGRAM,
			    DERIVE_DIR);
	cleanup_fd int fd = fd_open_at(AT_FDCWD, tree, O_RDONLY | O_DIRECTORY, 0, e);

	if (fd < 0)
		return -1;
	if (syncfs(fd) || rename(tree, place))
		return fail(e, ERR_HOST, errno, "move '%s' to '%s'", tree, place);
	return 0;
}

/* With the lock held. */
static int make(const struct image *image, const char *dir, const char *place,
		const struct build_runner *runner, struct err *e)
{
	cleanup_free char *stage = path_join(dir, "new");
	cleanup_free char *upper = path_join(stage, "upper");
	cleanup_free char *inside = xasprintf("%s%s", upper, DERIVE_DIR);
	cleanup_free char *work = path_join(stage, "work");
	cleanup_free char *what = xasprintf("prepare image %s for this CPU, once", image->name);
	struct err ignored;

	if (path_remove_tree_at(AT_FDCWD, stage, e) || path_mkdirs(inside, 0755, e) ||
	    path_mkdirs(work, 0755, e))
		return -1;
	log_progress_begin(what, 0, "steps");
	int result = run_program(image, stage, runner, e) || keep_result(stage, place, e) ? -1 : 0;

	log_progress_end(result ? "failed" : "done");
	path_remove_tree_at(AT_FDCWD, stage, &ignored);
	return result;
}

/* ------------------------------------------------------------------ using it */

static bool wants_one(const struct image *image)
{
	cleanup_free char *program =
	    image->layers.len ? xasprintf("%s%s", image->layers.items[0], DERIVE_PROGRAM) : NULL;
	struct stat st;

	return program && lstat(program, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111);
}

/* Held as long as the image is open: derive_gc leaves it alone. -1 where it is not there. */
static int use(const char *place)
{
	cleanup_fd int fd = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || flock(fd, LOCK_SH | LOCK_NB) ? -1 : fd_take(&fd);
}

static void put_on_top(struct image *image, const char *place, int fd)
{
	size_t count = image->layers.len;

	strv_add(&image->layers, place);
	char *added = image->layers.items[count];

	memmove(image->layers.items + 1, image->layers.items, count * sizeof(char *));
	memmove(image->use_fds + 1, image->use_fds, count * sizeof(int));
	image->layers.items[0] = added;
	image->use_fds[0] = fd;
	image->derived = true;
}

static int open_or_make(const struct image *image, const struct build_runner *runner, char **place,
			struct err *e)
{
	cleanup(str_done) struct str name = STR_INIT;
	cleanup_free char *dir = derived_dir();

	if (name_of(image, &name, e))
		return -1;
	*place = path_join(dir, name.data);
	int fd = use(*place);

	if (fd >= 0)
		return fd;
	cleanup_fd int lock_fd = take_lock(dir, e);

	if (lock_fd < 0)
		return -1;
	fd = use(*place); /* another labctl may have made it meanwhile */
	if (fd >= 0)
		return fd;
	if (make(image, dir, *place, runner, e))
		return -1;
	fd = use(*place);
	return fd >= 0 ? fd : fail(e, ERR_HOST, errno, "open '%s'", *place);
}

void derive_add(struct image *image, const struct build_runner *runner)
{
	cleanup_free char *place = NULL;
	struct err why = {0};

	if (image->derived || !wants_one(image))
		return;
	int fd = open_or_make(image, runner, &place, &why);

	if (fd < 0)
		log_warn("image %s is used without what could be derived from it, and starts "
			 "slower: %s",
			 image->name, why.msg);
	else
		put_on_top(image, place, fd);
}

/* ------------------------------------------------------------------ removing it */

static int64_t size_of(char *path)
{
	char *const paths[] = {path, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_XDEV, NULL);
	const FTSENT *entry;
	int64_t bytes = 0;

	while (tree && (entry = fts_read(tree)))
		bytes += entry->fts_info == FTS_F ? entry->fts_statp->st_size : 0;
	if (tree)
		fts_close(tree);
	return bytes;
}

static int remove_one(const char *dir, const char *name, bool dry_run, int64_t *bytes,
		      struct err *e)
{
	cleanup_free char *path = path_join(dir, name);
	cleanup_fd int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB))
		return 0;
	*bytes += size_of(path);
	return dry_run ? 0 : path_remove_tree_at(AT_FDCWD, path, e);
}

int derive_gc(bool dry_run, int64_t *bytes, struct err *e)
{
	cleanup_free char *dir = derived_dir();
	cleanup(strv_done) struct strv images = STRV_INIT;
	const struct dirent *entry;
	int result = 0;

	if (!path_exists(dir))
		return 0;
	cleanup_fd int lock_fd = take_lock(dir, e);
	DIR *d = lock_fd < 0 || record_list(&images, e) ? NULL : opendir(dir);

	while (d && !result && (entry = readdir(d))) {
		cleanup_free char *digest = xstrndup(entry->d_name, HASH_HEX_SIZE - 1);

		if (entry->d_name[0] != '.' && entry->d_type == DT_DIR &&
		    !strv_has(&images, digest))
			result = remove_one(dir, entry->d_name, dry_run, bytes, e);
	}
	if (d)
		closedir(d);
	return lock_fd < 0 || !d ? -1 : result;
}
