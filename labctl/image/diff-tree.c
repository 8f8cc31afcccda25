/* SPDX-License-Identifier: Apache-2.0 */
#include "image/diff-tree.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "image/store.h"

enum { LISTING_MAX = 512 << 20 };

void diff_tree_done(struct diff_tree *t)
{
	for (size_t i = 0; i < t->text_count; i++)
		str_done(&t->texts[i]);
	free(t->texts);
	free(t->lines);
	*t = (struct diff_tree){.texts = NULL};
}

int diff_tree_compare(const struct tree_line *a, const struct tree_line *b)
{
	cleanup_free char *x = xstrndup(a->path, a->path_len);
	cleanup_free char *y = xstrndup(b->path, b->path_len);

	return tree_compare_paths(x, y);
}

static void add_line(struct diff_tree *t, const struct tree_line *line)
{
	mem_grow(&t->lines, &t->cap, t->count + 1, sizeof(*t->lines));
	t->lines[t->count++] = *line;
}

static bool is_opaque(const struct tree_line *l)
{
	return memmem(l->xattrs, l->xattrs_len, "trusted.overlay.opaque=", 23) != NULL;
}

static bool lies_below(const struct tree_line *l, const struct tree_line *dir)
{
	return dir && l->path_len > dir->path_len && l->path[dir->path_len] == '/' &&
	       memcmp(l->path, dir->path, dir->path_len) == 0;
}

/* One more layer on top of what lies there: as overlayfs merges them. */
static void merge(struct diff_tree *t, const struct tree_line *upper, size_t upper_count)
{
	struct diff_tree merged = {.texts = t->texts, .text_count = t->text_count};
	const struct tree_line *hider = NULL; /* hides what lies below it in the lower layers */
	size_t i = 0;
	size_t k = 0;

	while (i < t->count || k < upper_count) {
		if (i < t->count && lies_below(&t->lines[i], hider)) {
			i++;
			continue;
		}
		int order = i == t->count      ? 1
			    : k == upper_count ? -1
					       : diff_tree_compare(&t->lines[i], &upper[k]);

		if (order < 0) {
			add_line(&merged, &t->lines[i++]);
			continue;
		}
		if (upper[k].type != 'd' || is_opaque(&upper[k]))
			hider = &upper[k];
		if (upper[k].type != 'w')
			add_line(&merged, &upper[k]);
		k++;
		i += order == 0;
	}
	free(t->lines);
	*t = merged;
}

static int add_layer(struct diff_tree *t, const char *digest, struct err *e)
{
	cleanup_free char *path = store_listing(digest);
	struct diff_tree layer = {.texts = NULL};
	struct tree_line line;
	struct str *text = &t->texts[t->text_count++];
	int more;

	str_init(text);
	if (fd_read_file_at(AT_FDCWD, path, text, LISTING_MAX, e))
		return -1;
	if (!str_starts(text->data, tree_header))
		return fail(e, ERR_SPEC, 0, "'%s' is no layer's listing", path);
	const char *at = text->data + strlen(tree_header);

	while ((more = tree_next_line(&at, text->data + text->len, &line, e)) == 1)
		add_line(&layer, &line);
	if (more == 0)
		merge(t, layer.lines, layer.count);
	free(layer.lines);
	return more;
}

int diff_tree_load(const struct record *r, struct diff_tree *out, struct err *e)
{
	*out = (struct diff_tree){.texts = xcalloc(r->layers.len + 1, sizeof(*out->texts))};
	for (size_t i = r->layers.len; i-- > 0;)
		if (add_layer(out, r->layers.items[i], e))
			return wrap(e, "image '%s'", r->name);
	return 0;
}

const struct tree_line *diff_tree_follow(const struct diff_tree *t, const struct tree_line *l)
{
	struct tree_line key = {.path = l->value, .path_len = l->value_len};
	size_t lo = 0;
	size_t hi = t->count;

	while (l->type == 'h' && lo < hi) {
		size_t mid = (lo + hi) / 2;
		int order = diff_tree_compare(&t->lines[mid], &key);

		if (order == 0)
			return &t->lines[mid];
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return l;
}
