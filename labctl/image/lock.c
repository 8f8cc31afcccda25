/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locks: which one holds, and making new ones.
 *
 * What holds is decided from files alone (ancestry.h). What the mirror still
 * has is asked only when packages are needed that are not in the cache: one
 * small request tells whether the index is still the one the lock was made
 * from, and only if it is not is the new one fetched and searched.
 *
 * Solving is the same for a local and a committed lock; they differ in where
 * the result goes. Nothing of the time, the place or the order of solving gets
 * into a lock, so two made from one index are equal, byte for byte. That is
 * why two labctl may solve at once: both write the same file.
 */
#include "image/lock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/ancestry.h"
#include "image/archive.h"
#include "image/cache.h"

enum { GONE_NAMED_MAX = 3 };

void lock_done(struct lock *l)
{
	image_lock_done(&l->packages);
	free(l->path);
	*l = (struct lock){0};
}

/* ------------------------------------------------------------ what holds now */

static int fail_stale(const struct image_spec *spec, const char *why, struct err *e)
{
	fail(e, ERR_SPEC, 0, "the lock of image %s is stale: %s", spec->name, why);
	return hint(e, "labctl image lock --update %s", spec->name);
}

static void hand_out(struct generation *g, struct lock *out)
{
	*out = g->lock;
	g->lock = (struct lock){0};
}

int lock_current(const char *image, bool locked, struct lock *out, struct err *e)
{
	cleanup(ancestry_done) struct ancestry a;
	size_t last;

	*out = (struct lock){0};
	if (ancestry_load(image, locked, &a, e))
		return -1;
	last = a.lineage.count - 1;
	if (!a.generations[last].holds)
		return fail_stale(&a.lineage.specs[last], a.generations[last].why, e);
	hand_out(&a.generations[last], out);
	return 0;
}

/* ------------------------------------------------------------- what is stale */

static bool is_needed(const struct lock *l, const struct lock_options *o)
{
	if (o->is_built && o->is_built(l->digest))
		return false;
	for (size_t i = 0; i < l->packages.package_count; i++) {
		if (!cache_has(l->packages.packages[i].sha256))
			return true;
	}
	return false;
}

static char *gone_in_words(const struct strv *gone)
{
	cleanup(str_done) struct str s = STR_INIT;
	size_t named = gone->len <= GONE_NAMED_MAX ? gone->len : GONE_NAMED_MAX - 1;

	for (size_t i = 0; i < named; i++)
		str_addf(&s, "%s%s", i ? ", " : "", gone->items[i]);
	if (named < gone->len)
		str_addf(&s, " and %zu more", gone->len - named);
	str_add(&s, gone->len == 1 ? " as locked has left the mirror"
				   : " as locked have left the mirror");
	return str_take(&s);
}

/* Marks a generation as stale if packages of it are gone. */
static int check_gone(struct ancestry *a, size_t n, struct archive *archive, struct err *e)
{
	cleanup(strv_done) struct strv gone = STRV_INIT;
	struct generation *g = &a->generations[n];

	if (archive_open(archive, &a->lineage, e) ||
	    archive_find_gone(archive, &g->lock.packages, &gone, e))
		return -1;
	if (!gone.len)
		return 0;
	g->holds = false;
	g->why = gone_in_words(&gone);
	return 0;
}

static bool all_hold(const struct ancestry *a)
{
	for (size_t n = 0; n < a->lineage.count; n++) {
		if (!a->generations[n].holds)
			return false;
	}
	return true;
}

/*
 * Marks what cannot be built from. Once something must be solved anew, its parents' packages must
 * all be on offer, since a child is solved beside them.
 */
static int find_stale(struct ancestry *a, const struct lock_options *o, struct archive *archive,
		      struct err *e)
{
	for (size_t n = 0; n < a->lineage.count; n++) {
		struct generation *g = &a->generations[n];

		if (o->relock && g->holds) {
			g->holds = false;
			g->why = xstrdup("to be solved anew, as asked");
		}
		if (g->holds && is_needed(&g->lock, o) && check_gone(a, n, archive, e))
			return -1;
	}
	if (all_hold(a))
		return 0;
	for (size_t n = 0; n < a->lineage.count; n++) {
		if (a->generations[n].holds && check_gone(a, n, archive, e))
			return -1;
	}
	return 0;
}

/* --------------------------------------------------------------- solving anew */

/* Solves generation n from today's index into its lock; where it is kept is not decided yet. */
static int solve(struct ancestry *a, size_t n, struct archive *archive, struct str *text,
		 struct err *e)
{
	const struct image_lock *parents[LINEAGE_MAX] = {NULL};
	struct image_lock solved;

	for (size_t i = 0; i < n; i++)
		parents[i] = &a->generations[i].lock.packages;
	if (archive_open(archive, &a->lineage, e) ||
	    archive_solve(archive, &a->lineage, n, parents, &solved, e))
		return -1;
	if (n)
		solved.parent_lock = xstrdup(a->generations[n - 1].lock.digest);
	image_lock_print(&solved, text);
	image_lock_done(&solved);
	return 0;
}

static int save(const char *path, const struct str *text, struct err *e)
{
	cleanup_free char *dir = path_dir(path);

	if (path_mkdirs(dir, 0755, e))
		return -1;
	return fd_replace_file_at(AT_FDCWD, path, text->data, text->len, 0644, e);
}

static void say_solved(const struct ancestry *a, size_t n, const char *why)
{
	const struct generation *g = &a->generations[n];

	log_info("image %s: %s; solved anew into a local lock of %zu packages, so its digest is "
		 "not the committed one's (labctl image lock --update refreshes that)",
		 a->lineage.specs[n].name, why, g->lock.packages.package_count);
}

/* Makes a local lock for generation n, unless the result is the committed one all the same. */
static int relock(struct ancestry *a, size_t n, struct archive *archive, struct err *e)
{
	struct generation *g = &a->generations[n];
	cleanup(str_done) struct str text = STR_INIT;
	cleanup_free char *why = xstrdup(g->why);
	cleanup_free char *path = NULL;
	char digest[HASH_HEX_SIZE];
	bool local;

	if (solve(a, n, archive, &text, e))
		return -1;
	hash_hex(text.data, text.len, digest);
	local = !str_eq(digest, g->committed);
	path = local ? ancestry_local_path(a, n) : ancestry_committed_path(a, n);
	if (local && save(path, &text, e))
		return -1;
	lock_done(&g->lock);
	if (image_lock_parse(path, text.data, text.len, &g->lock.packages, e))
		return -1;
	memcpy(g->lock.digest, digest, sizeof(digest));
	g->lock.path = take_ptr(path);
	g->lock.local = local;
	g->holds = true;
	if (local)
		say_solved(a, n, why);
	return 0;
}

static int relock_stale(struct ancestry *a, struct archive *archive, struct err *e)
{
	bool changed = false;

	for (size_t n = 0; n < a->lineage.count; n++) {
		struct generation *g = &a->generations[n];

		/* Its parent is another one now; perhaps a lock for that is here already. */
		if (changed && g->holds && ancestry_refresh(a, n, false, e))
			return -1;
		if (g->holds)
			continue;
		changed = true;
		if (relock(a, n, archive, e))
			return -1;
	}
	return 0;
}

static int fail_locked(const struct ancestry *a, struct err *e)
{
	for (size_t n = 0; n < a->lineage.count; n++) {
		if (a->generations[n].holds)
			continue;
		fail(e, ERR_SPEC, 0, "--locked: the committed lock of image %s cannot be used: %s",
		     a->lineage.specs[n].name, a->generations[n].why);
		break;
	}
	return hint(e, "refresh it with `labctl image lock --update`, or leave out --locked to "
		       "build from a lock of this machine's own");
}

int lock_obtain(const char *image, const struct lock_options *o, struct lock *out, struct err *e)
{
	cleanup(ancestry_done) struct ancestry a;
	cleanup(archive_close) struct archive archive = {0};

	*out = (struct lock){0};
	if (ancestry_load(image, o->locked, &a, e) || find_stale(&a, o, &archive, e))
		return -1;
	if (!all_hold(&a) && o->locked)
		return fail_locked(&a, e);
	if (relock_stale(&a, &archive, e))
		return -1;
	hand_out(&a.generations[a.lineage.count - 1], out);
	return 0;
}

/* ------------------------------------------------------------ committed locks */

static const struct lock_package *find_package(const struct image_lock *l, const char *name)
{
	for (size_t i = 0; i < l->package_count; i++) {
		if (str_eq(l->packages[i].name, name))
			return &l->packages[i];
	}
	return NULL;
}

static void compare_locks(const struct image_lock *before, const struct image_lock *after,
			  struct lock_change *c)
{
	for (size_t i = 0; i < after->package_count; i++) {
		const struct lock_package *p = find_package(before, after->packages[i].name);

		c->bytes += after->packages[i].size;
		c->added += !p;
		c->upgraded += p && !str_eq(p->version, after->packages[i].version);
	}
	for (size_t i = 0; i < before->package_count; i++)
		c->removed += !find_package(after, before->packages[i].name);
	c->packages = after->package_count;
}

struct commit {
	struct archive archive;
	bool update;
	struct strv done; /* images that were looked after */
	lock_report_fn *report;
	void *arg;
};

/* An older index than the committed lock's: a mirror that lags, or a replay. */
static int check_not_older(const struct image_lock *before, const struct archive *archive,
			   const char *image, struct err *e)
{
	for (size_t i = 0; i < before->index_count && i < archive->count; i++) {
		if (archive->indexes[i].date_s >= before->source_date_epoch)
			continue;
		fail(e, ERR_HOST, 0,
		     "the mirror's index of %s is of %s, older than the one that image %s is "
		     "locked to (%s)",
		     archive->indexes[i].suite, archive->indexes[i].date, image,
		     before->indexes[i].date);
		return hint(e, "this mirror lags behind: use another one with --mirror URL");
	}
	return 0;
}

static int write_lock(struct ancestry *a, size_t n, struct commit *c, struct lock_change *change,
		      struct err *e)
{
	struct generation *g = &a->generations[n];
	cleanup(str_done) struct str text = STR_INIT;
	cleanup(image_lock_done) struct image_lock before = g->lock.packages;

	g->lock.packages = (struct image_lock){0};
	if (archive_open(&c->archive, &a->lineage, e) ||
	    check_not_older(&before, &c->archive, change->image, e) ||
	    solve(a, n, &c->archive, &text, e) || save(change->path, &text, e) ||
	    ancestry_refresh(a, n, true, e))
		return -1;
	compare_locks(&before, &g->lock.packages, change);
	return 0;
}

static int commit_generation(struct ancestry *a, size_t n, struct commit *c, struct err *e)
{
	struct generation *g = &a->generations[n];
	cleanup_free char *path = ancestry_committed_path(a, n);
	struct lock_change change = {.image = a->lineage.specs[n].name, .path = path};
	char before[HASH_HEX_SIZE];

	if (strv_has(&c->done, change.image))
		return 0;
	strv_add(&c->done, change.image);
	memcpy(before, g->committed, sizeof(before));
	if (g->holds && !c->update)
		compare_locks(&g->lock.packages, &g->lock.packages, &change);
	else if (write_lock(a, n, c, &change, e))
		return -1;
	change.written = !str_eq(before, g->committed);
	c->report(c->arg, &change);
	return 0;
}

static int commit_image(const char *name, struct commit *c, struct err *e)
{
	cleanup(ancestry_done) struct ancestry a;

	if (ancestry_load(name, true, &a, e))
		return -1;
	for (size_t n = 0; n < a.lineage.count; n++) {
		if (n && ancestry_refresh(&a, n, true, e))
			return -1;
		if (commit_generation(&a, n, c, e))
			return -1;
	}
	return 0;
}

int lock_commit(const struct strv *names, bool update, lock_report_fn *report, void *arg,
		struct err *e)
{
	struct commit c = {.update = update, .done = STRV_INIT, .report = report, .arg = arg};
	int rc = 0;

	for (size_t i = 0; i < names->len && !rc; i++)
		rc = commit_image(names->items[i], &c, e);
	strv_done(&c.done);
	archive_close(&c.archive);
	return rc;
}

/* ------------------------------------------------------------------ the chain */

static int open_chain(const struct image_lock *l, struct index *indexes, struct err *e)
{
	for (size_t i = 0; i < l->index_count; i++) {
		if (index_open_cached(&l->indexes[i], l->architecture, &indexes[i], e))
			return -1;
		if (!str_eq(indexes[i].packages_sha256, l->indexes[i].packages_sha256))
			return fail(e, ERR_NO, 0, "image %s: its lock names another package index "
				    "than the signed release does", l->image);
		if (!cache_has(indexes[i].compressed_sha256))
			return fail(e, ERR_HOST, 0, "the package index of %s of %s is not in the "
				    "cache", l->indexes[i].suite, l->indexes[i].date);
	}
	return 0;
}

static int verify_packages(const struct image_lock *l, const struct index *indexes, struct err *e)
{
	cleanup(catalog_close) struct catalog catalog = {0};
	cleanup(strv_done) struct strv gone = STRV_INIT;

	if (catalog_open(indexes, l->index_count, &catalog, e))
		return -1;
	catalog_find_gone(&catalog, l, &gone);
	if (!gone.len)
		return 0;
	fail(e, ERR_NO, 0, "image %s: package %s (and %zu more) of its lock is not in the signed "
	     "index of %s", l->image, gone.items[0], gone.len - 1, l->indexes[0].date);
	return hint(e, "somebody changed the lock: make it anew with `labctl image lock --update`");
}

int lock_verify_chain(const struct image_lock *l, struct err *e)
{
	struct index *indexes = xcalloc(l->index_count + 1, sizeof(*indexes));
	int rc = open_chain(l, indexes, e) || verify_packages(l, indexes, e) ? -1 : 0;

	for (size_t i = 0; i < l->index_count; i++)
		index_done(&indexes[i]);
	free(indexes);
	return rc;
}

char *lock_index_path(const struct image_lock *l, size_t index, struct err *e)
{
	const struct lock_index *locked = &l->indexes[index];
	cleanup(index_done) struct index found = {0};
	struct err not_cached = {0};

	if (index_open_cached(locked, l->architecture, &found, &not_cached)) {
		if (index_open(locked->suite, locked->component, &found, e))
			return NULL;
		if (!str_eq(found.release_sha256, locked->release_sha256)) {
			fail(e, ERR_HOST, 0, "the index of %s of %s has left the mirror, which has "
			     "that of %s now", locked->suite, locked->date, found.date);
			hint(e, "labctl image build --relock %s", l->image);
			return NULL;
		}
	}
	if (index_fetch(&found, e))
		return NULL;
	return cache_path(found.compressed_sha256);
}
