/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mvn is run in a directory of ours, <state>/cache/maven, with a local
 * repository of its own there: nothing of an earlier run is taken for true,
 * and nothing stays in the user's home. A lock keeps two labctl apart; what a
 * killed one left is removed by the next.
 *
 *	<state>/cache/maven/repository/	Maven's own: plugins, metadata
 *	<state>/cache/maven/jars/	org/x/y/1.0/y-1.0.jar: what pom.xml leads to
 *
 * From there each jar moves into the cache, under the digest it was found to
 * have.
 */
#include "image/maven.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/str.h"
#include "image/cache.h"

enum { DEPTH_MAX = 32 };

static const int64_t MAVEN_NS = 1800 * NS_PER_S;

int maven_pom_digest(const struct image_spec *spec, char digest[HASH_HEX_SIZE], struct err *e)
{
	cleanup_free char *pom = path_join(spec->dir, spec->build.maven);

	return hash_file_hex(AT_FDCWD, pom, digest, e);
}

/* ------------------------------------------------------------------ running mvn */

struct session { /* the directory, ours until session_end */
	char *dir, *jars;
	int lock_fd;
};

static void say_waiting(void *arg)
{
	(void)arg;
	log_info("another labctl is fetching jars: waiting for it to finish");
}

static int session_begin(struct session *s, struct err *e)
{
	cleanup_free char *cache = path_join(path_state_dir(), "cache");
	cleanup_free char *lock = path_join(cache, "maven.lock");

	*s = (struct session){.dir = path_join(cache, "maven"), .lock_fd = -1};
	s->jars = path_join(s->dir, "jars");
	if (path_mkdirs(cache, 0755, e))
		return -1;
	s->lock_fd = fd_lock_at(AT_FDCWD, lock, LOCK_EX, say_waiting, NULL, e);
	if (s->lock_fd < 0 || path_remove_tree_at(AT_FDCWD, s->dir, e))
		return -1;
	return path_mkdirs(s->jars, 0755, e);
}

static void session_end(struct session *s)
{
	struct err ignored;

	if (s->lock_fd >= 0)
		path_remove_tree_at(AT_FDCWD, s->dir, &ignored);
	fd_close(&s->lock_fd);
	free(s->dir);
	free(s->jars);
}

/* The first line of what mvn said that tells of an error, without its mark. */
static char *find_complaint(const struct proc_result *r)
{
	cleanup(strv_done) struct strv lines = STRV_INIT;

	strv_split(&lines, r->out.data ? r->out.data : "", '\n');
	strv_split(&lines, r->errs.data ? r->errs.data : "", '\n');
	for (size_t i = 0; i < lines.len; i++) {
		const char *mark = strstr(lines.items[i], "[ERROR] ");

		if (mark)
			return xstrdup(mark + strlen("[ERROR] "));
	}
	return lines.len ? xstrdup(lines.items[lines.len - 1]) : xstrdup("it said nothing");
}

static int fail_maven(const struct image_spec *spec, const struct proc_result *r, struct err *e)
{
	cleanup_free char *complaint = find_complaint(r);

	fail(e, ERR_HOST, 0, "fetch the jars of image %s: Maven failed: %s", spec->name, complaint);
	return hint(e, "Maven fetches from where its own settings say (~/.m2/settings.xml, "
		       "/etc/maven/settings.xml): is that to be reached? Jars that were fetched "
		       "once are kept, and need no network");
}

static int run_maven(const struct image_spec *spec, const struct session *s, struct err *e)
{
	cleanup_free char *pom = path_join(spec->dir, spec->build.maven);
	cleanup_free char *repository = xasprintf("-Dmaven.repo.local=%s/repository", s->dir);
	cleanup_free char *output = xasprintf("-DoutputDirectory=%s", s->jars);
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	/* The plugin's version is in pom.xml. */
	const char *const argv[] = {"mvn",
				    "-B",
				    "-q",
				    "-f",
				    pom,
				    "dependency:copy-dependencies",
				    repository,
				    output,
				    "-DincludeScope=runtime",
				    "-Dmdep.useRepositoryLayout=true",
				    "-Dstyle.color=never",
				    NULL};

	if (!proc_have(argv[0])) {
		fail(e, ERR_HOST, 0, "fetch the jars of image %s: there is no mvn in PATH",
		     spec->name);
		return hint(e, "apt-get install maven");
	}
	log_progress_begin("fetch jars with Maven", 0, "jars");
	int result = proc_run(argv, NULL, 0, MAVEN_NS, &r, e);

	log_progress_end(result || r.status ? "failed" : "done");
	if (result)
		return wrap(e, "fetch the jars of image %s", spec->name);
	return r.status ? fail_maven(spec, &r, e) : 0;
}

/* ------------------------------------------------------------------ what it fetched */

/* Paths of all jars below dir, relative to it. */
static int find_jars(const char *dir, const char *below, int depth, struct strv *out, struct err *e)
{
	cleanup_free char *path = path_join(dir, below);
	DIR *d = opendir(path);
	const struct dirent *entry;
	int result = 0;

	if (!d)
		return fail(e, ERR_HOST, errno, "open the directory '%s'", path);
	while (!result && (entry = readdir(d))) {
		cleanup_free char *name =
		    *below ? path_join(below, entry->d_name) : xstrdup(entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		if (entry->d_type == DT_DIR && depth < DEPTH_MAX)
			result = find_jars(dir, name, depth + 1, out, e);
		else if (entry->d_type == DT_REG && str_ends(name, ".jar"))
			strv_add(out, name);
	}
	closedir(d);
	return result;
}

/* Moves one file, whose digest was just computed, to its place. */
static int keep_jar(const char *path, const char *sha256, struct err *e)
{
	cleanup_free char *kept = cache_path(sha256);
	cleanup_fd int fd = fd_open_at(AT_FDCWD, path, O_RDONLY, 0, e);

	if (fd < 0 || cache_prepare(sha256, e))
		return -1;
	if (fchmod(fd, 0644) || fsync(fd) || rename(path, kept))
		return fail(e, ERR_HOST, errno, "move '%s' into the cache", path);
	return 0;
}

static int lock_jar(const struct session *s, const char *path, struct lock_jar *out, struct err *e)
{
	cleanup_free char *file = path_join(s->jars, path);
	char digest[HASH_HEX_SIZE];
	struct stat st;

	if (stat(file, &st))
		return fail(e, ERR_HOST, errno, "read '%s'", file);
	if (hash_file_hex(AT_FDCWD, file, digest, e) || keep_jar(file, digest, e))
		return -1;
	*out =
	    (struct lock_jar){.path = xstrdup(path), .size = st.st_size, .sha256 = xstrdup(digest)};
	return 0;
}

static int lock_found(const struct image_spec *spec, const struct session *s,
		      struct image_lock *lock, struct err *e)
{
	cleanup(strv_done) struct strv paths = STRV_INIT;

	if (find_jars(s->jars, "", 0, &paths, e))
		return -1;
	if (!paths.len)
		return fail(e, ERR_SPEC, 0, "%s/%s leads to no jar", spec->dir, spec->build.maven);
	strv_sort(&paths);
	lock->jars = xcalloc(paths.len, sizeof(*lock->jars));
	for (size_t i = 0; i < paths.len; i++) {
		if (lock_jar(s, paths.items[i], &lock->jars[i], e))
			return -1;
		lock->jar_count++;
	}
	return 0;
}

/* The jars of the committed lock, if that was made by the same pom.xml. */
static bool take_over(const struct image_spec *spec, struct image_lock *lock)
{
	cleanup_free char *path = path_join(spec->dir, "image.lock");
	cleanup(image_lock_done) struct image_lock committed = {0};
	struct err ignored;

	if (image_lock_load(path, &committed, &ignored) || !str_eq(committed.pom, lock->pom))
		return false;
	lock->jars = take_ptr(committed.jars);
	lock->jar_count = committed.jar_count;
	committed.jar_count = 0;
	return true;
}

int maven_lock(const struct image_spec *spec, struct image_lock *lock, struct err *e)
{
	cleanup(session_end) struct session s = {.lock_fd = -1};
	char pom[HASH_HEX_SIZE];

	if (maven_pom_digest(spec, pom, e))
		return -1;
	lock->pom = xstrdup(pom);
	if (take_over(spec, lock))
		return 0;
	if (session_begin(&s, e) || run_maven(spec, &s, e))
		return -1;
	return lock_found(spec, &s, lock, e);
}

static int fetch_jar(const struct image_spec *spec, const struct session *s,
		     const struct lock_jar *jar, struct err *e)
{
	cleanup_free char *file = path_join(s->jars, jar->path);
	char digest[HASH_HEX_SIZE];

	if (!path_exists(file)) {
		fail(e, ERR_SPEC, 0, "%s/%s does not lead to '%s', which the lock names", spec->dir,
		     spec->build.maven, jar->path);
		return hint(e, "labctl image lock --update %s", spec->name);
	}
	if (hash_file_hex(AT_FDCWD, file, digest, e))
		return -1;
	if (str_eq(digest, jar->sha256))
		return keep_jar(file, digest, e);
	fail(e, ERR_SPEC, 0,
	     "image %s: Maven fetched another '%s' than the one that is locked: its SHA-256 is %s, "
	     "the lock says %s",
	     spec->name, jar->path, digest, jar->sha256);
	return hint(e, "a published jar never changes: do not use this one, and find out what "
		       "stands between Maven and its repository");
}

int maven_fetch(const struct image_spec *spec, const struct image_lock *lock, struct err *e)
{
	cleanup(session_end) struct session s = {.lock_fd = -1};
	size_t missing = 0;

	for (size_t i = 0; i < lock->jar_count; i++)
		missing += !cache_has(lock->jars[i].sha256);
	if (!missing)
		return 0;
	if (session_begin(&s, e) || run_maven(spec, &s, e))
		return -1;
	for (size_t i = 0; i < lock->jar_count; i++) {
		if (!cache_has(lock->jars[i].sha256) && fetch_jar(spec, &s, &lock->jars[i], e))
			return -1;
	}
	return 0;
}
