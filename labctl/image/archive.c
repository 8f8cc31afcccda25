/* SPDX-License-Identifier: Apache-2.0 */
#include "image/archive.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/maven.h"

static bool is_archive_of(const struct archive *a, const struct lineage *lineage)
{
	const struct strv *components = lineage_components(lineage);

	if (!str_eq(a->release, lineage_release(lineage)) || a->count != components->len)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!str_eq(a->indexes[i].component, components->items[i]))
			return false;
	}
	return true;
}

int archive_open(struct archive *a, const struct lineage *lineage, struct err *e)
{
	const struct strv *components = lineage_components(lineage);

	if (a->release && is_archive_of(a, lineage))
		return 0;
	archive_close(a);
	a->indexes = xcalloc(components->len + 1, sizeof(*a->indexes));
	for (size_t i = 0; i < components->len; i++) {
		if (index_open(lineage_release(lineage), components->items[i], &a->indexes[i], e)) {
			archive_close(a);
			return -1;
		}
		a->count++;
	}
	a->release = xstrdup(lineage_release(lineage));
	return 0;
}

void archive_close(struct archive *a)
{
	solve_close(a->pool);
	catalog_close(&a->catalog);
	for (size_t i = 0; i < a->count; i++)
		index_done(&a->indexes[i]);
	free(a->indexes);
	free(a->release);
	*a = (struct archive){0};
}

bool archive_is_index_of(const struct archive *a, const struct image_lock *l)
{
	for (size_t i = 0; i < l->index_count && i < a->count; i++) {
		if (!str_eq(l->indexes[i].release_sha256, a->indexes[i].release_sha256))
			return false;
	}
	return l->index_count == a->count;
}

static int need_catalog(struct archive *a, struct err *e)
{
	if (a->have_catalog)
		return 0;
	for (size_t i = 0; i < a->count; i++) {
		if (index_fetch(&a->indexes[i], e))
			return -1;
	}
	if (catalog_open(a->indexes, a->count, &a->catalog, e))
		return -1;
	a->have_catalog = true;
	return 0;
}

static int need_pool(struct archive *a, struct err *e)
{
	if (a->pool)
		return 0;
	if (need_catalog(a, e))
		return -1;
	a->pool = solve_open(&a->catalog, e);
	return a->pool ? 0 : -1;
}

int archive_find_gone(struct archive *a, const struct image_lock *l, struct strv *gone,
		      struct err *e)
{
	if (archive_is_index_of(a, l))
		return 0;
	if (need_catalog(a, e))
		return -1;
	catalog_find_gone(&a->catalog, l, gone);
	return 0;
}

static void name_indexes(const struct archive *a, struct image_lock *out)
{
	out->indexes = xcalloc(a->count, sizeof(*out->indexes));
	out->index_count = a->count;
	for (size_t i = 0; i < a->count; i++) {
		const struct index *index = &a->indexes[i];

		out->indexes[i] = (struct lock_index){
		    .suite = xstrdup(index->suite),
		    .component = xstrdup(index->component),
		    .release_sha256 = xstrdup(index->release_sha256),
		    .packages_sha256 = xstrdup(index->packages_sha256),
		    .date = xstrdup(index->date),
		};
		if (index->date_s > out->source_date_epoch)
			out->source_date_epoch = index->date_s;
	}
}

/* The packages that only the build needs: beside those of the parents, as its sandbox finds them.
 */
static int solve_build(struct archive *a, const struct image_spec *spec,
		       const struct image_lock *const *parents, struct image_lock *out,
		       struct err *e)
{
	cleanup(image_lock_done) struct image_lock tools = {0};
	cleanup_free char *what = path_join(spec->dir, "image.yaml");
	struct solve_request r = {
	    .what = what, .wanted = &spec->build.packages, .parents = parents};

	if (!spec->build.packages.len)
		return 0;
	if (need_pool(a, e) || solve_run(a->pool, &r, &tools, e))
		return -1;
	out->build_packages = take_ptr(tools.packages);
	out->build_package_count = tools.package_count;
	tools.package_count = 0;
	return 0;
}

static int solve(struct archive *a, const struct image_spec *spec,
		 const struct image_lock *const *parents, struct image_lock *out, struct err *e)
{
	cleanup_free char *what = path_join(spec->dir, "image.yaml");
	struct solve_request r = {
	    .what = what, .wanted = &spec->packages, .essential = !parents[0], .parents = parents};

	return need_pool(a, e) || solve_run(a->pool, &r, out, e) ? -1 : 0;
}

int archive_solve(struct archive *a, const struct ancestry *ancestry, size_t n, struct str *text,
		  struct err *e)
{
	const struct image_spec *spec = &ancestry->lineage.specs[n];
	const struct image_lock *parents[LINEAGE_MAX] = {NULL};
	cleanup(image_lock_done) struct image_lock l = {0};

	l.image = xstrdup(spec->name);
	l.architecture = xstrdup(index_architecture());
	if (n)
		l.parent_lock = xstrdup(ancestry->generations[n - 1].lock.digest);
	for (size_t i = 0; i < spec->packages.len; i++)
		strv_add(&l.requested, spec->packages.items[i]);
	strv_sort(&l.requested);
	for (size_t i = 0; i < spec->build.packages.len; i++)
		strv_add(&l.build_requested, spec->build.packages.items[i]);
	strv_sort(&l.build_requested);
	for (size_t i = 0; i < n; i++)
		parents[i] = &ancestry->generations[i].lock.packages;
	if (archive_open(a, &ancestry->lineage, e) || solve(a, spec, parents, &l, e) ||
	    solve_build(a, spec, parents, &l, e) || (spec->build.maven && maven_lock(spec, &l, e)))
		return -1;
	name_indexes(a, &l);
	image_lock_print(&l, text);
	return 0;
}
