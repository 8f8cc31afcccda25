/* SPDX-License-Identifier: Apache-2.0 */
#include "image/dpkg-assemble.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "image/tree.h"

struct claim { /* what a package says about a directory */
	char *path;
	unsigned mode, uid, gid;
	size_t rank; /* of claims on one path the first counts */
};

struct attributes {
	struct assembly *assembly;
	struct claim *claims; /* in the packages' order, then sorted by path */
	size_t count, cap;
};

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a;
	const struct claim *y = b;
	int order = strcmp(x->path, y->path);

	return order ? order : x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* The first claim on the path, or NULL. */
static const struct claim *find_claim(const struct attributes *t, const char *path)
{
	size_t lo = 0;
	size_t hi = t->count;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (strcmp(t->claims[mid].path, path) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < t->count && str_eq(t->claims[lo].path, path) ? &t->claims[lo] : NULL;
}

static int add_claims(struct attributes *t, const char *text, struct err *e)
{
	cleanup(strv_done) struct strv lines = STRV_INIT;

	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.len; i++) {
		struct claim c = {.rank = t->count};
		int used = 0;

		if (sscanf(lines.items[i], "%o %u %u %n", &c.mode, &c.uid, &c.gid, &used) != 3)
			return fail(e, ERR_BUG, 0, "a note on directories is damaged");
		c.path = xstrdup(lines.items[i] + used);
		mem_grow(&t->claims, &t->cap, t->count + 1, sizeof(*t->claims));
		t->claims[t->count++] = c;
	}
	return 0;
}

static int set_dir(const struct tree_entry *entry, unsigned mode, uid_t uid, gid_t gid,
		   struct err *e)
{
	if (fchownat(entry->parent_fd, entry->name, uid, gid, AT_SYMLINK_NOFOLLOW) ||
	    fchmodat(entry->parent_fd, entry->name, mode & 07777, 0))
		return fail(e, ERR_HOST, errno, "set owner and mode of '/%s'", entry->path);
	return 0;
}

/* A directory keeps what the parent image says of it, else what the first package says. */
static int set_attributes(void *arg, const struct tree_entry *entry, struct err *e)
{
	struct attributes *t = arg;
	struct stat below;
	int found = view_lstat_lower(t->assembly->view, entry->path, &below, e);

	if (found < 0)
		return -1;
	if (found && S_ISDIR(below.st_mode) != S_ISDIR(entry->st.st_mode)) {
		t->assembly->again = true;
		if (!t->assembly->early)
			return fail(e, ERR_SPEC, 0,
				    "'/%s' is a directory on one side only: in the parent image or "
				    "in a package of this one",
				    entry->path);
	}
	if (!S_ISDIR(entry->st.st_mode))
		return 0;
	if (found)
		return set_dir(entry, below.st_mode, below.st_uid, below.st_gid, e);
	const struct claim *c = find_claim(t, entry->path);

	return c ? set_dir(entry, c->mode, c->uid, c->gid, e) : set_dir(entry, 0755, 0, 0, e);
}

int dpkg_settle_dirs(struct assembly *a, struct err *e)
{
	struct attributes t = {.assembly = a};
	int result = 0;

	for (size_t i = 0; i < a->count && result == 0; i++) {
		cleanup(str_done) struct str text = STR_INIT;

		result = dpkg_read_note(a, a->packages[i].locked->name, "dirs", &text, e);
		if (result == 0)
			result = add_claims(&t, text.data, e);
	}
	if (t.count)
		qsort(t.claims, t.count, sizeof(*t.claims), compare_claims);
	if (result == 0 && (fchown(a->view->upper_fd, 0, 0) || fchmod(a->view->upper_fd, 0755)))
		result = fail(e, ERR_HOST, errno, "set owner and mode of '/'");
	if (result == 0)
		result = tree_walk(a->view->upper_fd, set_attributes, NULL, &t, e);
	for (size_t i = 0; i < t.count; i++)
		free(t.claims[i].path);
	free(t.claims);
	return result;
}
