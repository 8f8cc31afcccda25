/* SPDX-License-Identifier: Apache-2.0 */
#include "image/diff.h"

#include <fnmatch.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/diff-tree.h"
#include "image/record.h"

/* Packages whose every version may run at another speed. */
static const struct {
	const char *pattern, *why;
} timing_classes[] = {
    {"libc6", "the C library and its allocator"},
    {"libstdc++6", "the C++ library"},
    {"libgcc-s1", "the compiler's run-time library"},
    {"libjemalloc*", "an allocator"},
    {"python3*", "the interpreter or its modules"},
    {"libpython3*", "the interpreter or its modules"},
    {"pypy3*", "an interpreter"},
    {"openjdk-*", "a virtual machine"},
    {"postgresql*", "the database"},
    {"libpq5", "the database's client library"},
    {"libllvm*", "the database's compiler"},
    {"redis*", "a cache server"},
    {"memcached", "a cache server"},
    {"libevent*", "a server's event loop"},
    {"libssl3*", "cryptography"},
    {"zlib1g", "compression"},
    {"liblz4-1", "compression"},
    {"libzstd1", "compression"},
    {"libicu*", "text comparison in the database"},
    {"gcc-*", "a compiler"},
    {"rustc", "a compiler"},
};

/* Where nothing lies that a program reads while it is measured. */
static const char *const harmless[] = {
    "usr/share/doc/*",
    "usr/share/man/*",
    "usr/share/info/*",
    "usr/share/locale/*",
    "usr/share/lintian/*",
    "usr/share/bug/*",
    "usr/share/common-licenses/*",
    "usr/share/doc-base/*",
    "usr/share/bash-completion/*",
    "usr/share/zoneinfo/*",
    "usr/share/keyrings/*",
    "usr/share/menu/*",
    "var/lib/dpkg/*",
    "var/cache/*",
    "var/lib/ucf/*",
    "var/log/*",
    "etc/alternatives/*.gz",
    "etc/cron*",
    "etc/logrotate.d/*",
    "etc/debian_version",
    "etc/apt/*",
};

const char *diff_timing_class(const char *package)
{
	for (size_t i = 0; i < ARRAY_SIZE(timing_classes); i++)
		if (fnmatch(timing_classes[i].pattern, package, 0) == 0)
			return timing_classes[i].why;
	return NULL;
}

static bool is_harmless(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
		if (fnmatch(harmless[i], path, 0) == 0)
			return true;
	return false;
}

/* ---- comparing ---- */

static bool same_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* What differs between two entries of one name; NULL for nothing but their times. */
static char *describe(const struct tree_line *a, const struct tree_line *b)
{
	cleanup(strv_done) struct strv what = STRV_INIT;

	if (a->type != b->type)
		strv_add(&what, "type");
	else if (!same_bytes(a->value, a->value_len, b->value, b->value_len))
		strv_add(&what, a->type == 'l' ? "target" : "content");
	if (a->mode != b->mode)
		strv_add(&what, "mode");
	if (a->uid != b->uid || a->gid != b->gid)
		strv_add(&what, "owner");
	if (!same_bytes(a->xattrs, a->xattrs_len, b->xattrs, b->xattrs_len))
		strv_add(&what, "attributes");
	return what.len ? strv_join(&what, ", ") : NULL;
}

static void add_file(struct diff *d, enum diff_change change, const struct tree_line *l, char *what)
{
	cleanup_free char *path = xstrndup(l->path, l->path_len);

	mem_grow(&d->files, &d->file_cap, d->file_count + 1, sizeof(*d->files));
	d->files[d->file_count++] = (struct diff_file){
	    .change = change,
	    .path = xasprintf("/%s", path),
	    .what = what,
	    .can_change_timings = l->type != 'd' && !is_harmless(path),
	};
}

static void compare_entry(struct diff *d, const struct diff_tree *a, const struct tree_line *x,
			  const struct diff_tree *b, const struct tree_line *y)
{
	char *what = describe(diff_tree_follow(a, x), diff_tree_follow(b, y));

	if (what)
		add_file(d, DIFF_CHANGED, y, what);
}

static void compare_trees(struct diff *d, const struct diff_tree *a, const struct diff_tree *b)
{
	size_t i = 0;
	size_t k = 0;

	while (i < a->count || k < b->count) {
		int order = i == a->count   ? 1
			    : k == b->count ? -1
					    : diff_tree_compare(&a->lines[i], &b->lines[k]);

		if (order < 0)
			add_file(d, DIFF_REMOVED, &a->lines[i++], NULL);
		else if (order > 0)
			add_file(d, DIFF_ADDED, &b->lines[k++], NULL);
		else
			compare_entry(d, a, &a->lines[i++], b, &b->lines[k++]);
	}
}

/* All packages of an image: of its own layer and of its parents'. */
struct packages {
	struct diff_package *items; /* .name and .from */
	size_t count, cap;
};

static int add_packages(struct packages *p, const char *image, struct err *e)
{
	cleanup(record_done) struct record r = {.name = NULL};

	if (record_load(image, &r, e))
		return -1;
	for (size_t i = 0; i < r.package_count; i++) {
		mem_grow(&p->items, &p->cap, p->count + 1, sizeof(*p->items));
		p->items[p->count++] = (struct diff_package){
		    .name = xstrdup(r.packages[i].name), .from = xstrdup(r.packages[i].version)};
	}
	return r.parent ? add_packages(p, r.parent, e) : 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct diff_package *)a)->name,
		      ((const struct diff_package *)b)->name);
}

static void packages_done(struct packages *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->items[i].name);
		free(p->items[i].from);
	}
	free(p->items);
}

static int load_packages(const char *image, struct packages *out, struct err *e)
{
	*out = (struct packages){.items = NULL};
	if (add_packages(out, image, e))
		return -1;
	if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), compare_names);
	return 0;
}

static void add_package(struct diff *d, enum diff_change change, const char *name, const char *from,
			const char *to)
{
	const char *why = diff_timing_class(name);

	mem_grow(&d->packages, &d->package_cap, d->package_count + 1, sizeof(*d->packages));
	d->packages[d->package_count++] = (struct diff_package){
	    .change = change, .name = xstrdup(name), .from = xstrdup(from), .to = xstrdup(to)};
	if (why && change == DIFF_CHANGED)
		strv_addf(&d->timing, "%s: %s", name, why);
}

static void compare_packages(struct diff *d, const struct packages *a, const struct packages *b)
{
	size_t i = 0;
	size_t k = 0;

	while (i < a->count || k < b->count) {
		const struct diff_package *x = &a->items[i];
		const struct diff_package *y = &b->items[k];
		int order = i == a->count ? 1 : k == b->count ? -1 : strcmp(x->name, y->name);

		if (order < 0)
			add_package(d, DIFF_REMOVED, x->name, x->from, NULL);
		else if (order > 0)
			add_package(d, DIFF_ADDED, y->name, NULL, y->from);
		else if (!str_eq(x->from, y->from))
			add_package(d, DIFF_CHANGED, x->name, x->from, y->from);
		i += order <= 0;
		k += order >= 0;
	}
}

/* Files that count although no package whose name counts has changed: one line for all of them. */
static void judge_files(struct diff *d)
{
	size_t count = 0;
	const char *example = NULL;

	for (size_t i = 0; i < d->file_count; i++) {
		bool setting = str_starts(d->files[i].path, "/etc/");

		if (!d->files[i].can_change_timings ||
		    (d->files[i].change != DIFF_CHANGED && !setting))
			continue; /* a program more or less does not slow down the others */
		if (!example)
			example = d->files[i].path;
		count++;
	}
	if (count && !d->timing.len)
		strv_addf(&d->timing, "%zu file%s that programs may run or read, such as %s", count,
			  count == 1 ? "" : "s", example);
}

static int compare_records(const struct record *a, const struct record *b, struct diff *out,
			   struct err *e)
{
	cleanup(diff_tree_done) struct diff_tree x = {.texts = NULL};
	cleanup(diff_tree_done) struct diff_tree y = {.texts = NULL};
	cleanup(packages_done) struct packages p = {.items = NULL};
	cleanup(packages_done) struct packages q = {.items = NULL};

	if (diff_tree_load(a, &x, e) || diff_tree_load(b, &y, e) ||
	    load_packages(a->digest, &p, e) || load_packages(b->digest, &q, e))
		return -1;
	compare_packages(out, &p, &q);
	compare_trees(out, &x, &y);
	judge_files(out);
	return 0;
}

int diff_images(const char *a, const char *b, struct diff *out, struct err *e)
{
	cleanup(record_done) struct record x = {.name = NULL};
	cleanup(record_done) struct record y = {.name = NULL};

	*out = (struct diff){.packages = NULL};
	if (record_load(a, &x, e) || record_load(b, &y, e))
		return -1;
	if (str_eq(x.digest, y.digest))
		return 0;
	return compare_records(&x, &y, out, e);
}

void diff_done(struct diff *d)
{
	for (size_t i = 0; i < d->package_count; i++) {
		free(d->packages[i].name);
		free(d->packages[i].from);
		free(d->packages[i].to);
	}
	for (size_t i = 0; i < d->file_count; i++) {
		free(d->files[i].path);
		free(d->files[i].what);
	}
	free(d->packages);
	free(d->files);
	strv_done(&d->timing);
	*d = (struct diff){.packages = NULL};
}
