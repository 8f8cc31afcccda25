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

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "image/ancestry.h"
#include "image/archive.h"
#include "image/cache.h"

enum { GONE_NAMED_MAX = 3 };

/* Kept between calls of lock_obtain: what one image needed of it, the next one needs too. */
static struct archive today;

void lock_release(void)
{
	archive_close(&today);
}

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

static bool all_cached(const struct lock_package *packages, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!cache_has(packages[i].sha256))
			return false;
	}
	return true;
}

static bool is_needed(const struct lock *l, const struct lock_options *o)
{
	const struct image_lock *p = &l->packages;

	if (o->is_built && o->is_built(l->digest))
		return false;
	return !all_cached(p->packages, p->package_count) ||
	       !all_cached(p->build_packages, p->build_package_count);
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
			g->why = xstrdup(o->gone ? "a package of it has left the mirror"
						 : "to be solved anew, as asked");
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

	if (archive_solve(archive, a, n, &text, e))
		return -1;
	hash_hex(text.data, text.len, digest);
	if (str_eq(digest, g->lock.digest)) {
		g->holds = true;
		return 0;
	}
	local = !str_eq(digest, g->committed);
	path = local ? ancestry_local_path(a, n) : ancestry_committed_path(a, n);
	if (local && ancestry_save(path, &text, e))
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

	*out = (struct lock){0};
	if (o->locked && o->relock)
		return fail(e, ERR_USAGE, 0, "--locked and --relock contradict each other");
	if (ancestry_load(image, o->locked, &a, e) || find_stale(&a, o, &today, e))
		return -1;
	if (!all_hold(&a) && o->locked)
		return fail_locked(&a, e);
	if (relock_stale(&a, &today, e))
		return -1;
	hand_out(&a.generations[a.lineage.count - 1], out);
	return 0;
}
