/* SPDX-License-Identifier: Apache-2.0 */

/* The locks that are committed: `labctl image lock`. */

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/ancestry.h"
#include "image/archive.h"
#include "image/lock.h"

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
	    archive_solve(&c->archive, a, n, &text, e) || ancestry_save(change->path, &text, e) ||
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
