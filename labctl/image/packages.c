/* SPDX-License-Identifier: Apache-2.0 */
#include "image/packages.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "image/deb822.h"

static bool value_is(const struct deb822_field *f, const char *word)
{
	return f->value_len == strlen(word) && memcmp(f->value, word, f->value_len) == 0;
}

static void read_field(struct package *p, const struct deb822_field *f)
{
	const struct {
		const char *name;
		struct package_text *slot;
	} slots[] = {
	    {"Package", &p->name},
	    {"Version", &p->version},
	    {"Architecture", &p->architecture},
	    {"Filename", &p->filename},
	    {"Size", &p->size},
	    {"SHA256", &p->sha256},
	    {"Depends", &p->depends},
	    {"Pre-Depends", &p->pre_depends},
	};

	for (size_t i = 0; i < ARRAY_SIZE(slots); i++) {
		if (deb822_is(f, slots[i].name)) {
			*slots[i].slot = (struct package_text){f->value, f->value_len};
			return;
		}
	}
	if (deb822_is(f, "Essential"))
		p->essential = value_is(f, "yes");
	else if (deb822_is(f, "Priority"))
		p->required = value_is(f, "required");
}

void packages_add(struct packages *p, const char *text, size_t size, int64_t index)
{
	struct deb822_field f;
	struct deb822 d;

	deb822_init(&d, text, size);
	while (deb822_next_stanza(&d)) {
		struct package one = {.index = index};

		while (deb822_next_field(&d, &f))
			read_field(&one, &f);
		if (!one.name.len)
			continue;
		mem_grow(&p->items, &p->capacity, p->count + 1, sizeof(*p->items));
		p->items[p->count++] = one;
	}
}

static int compare_text(const struct package_text *a, const char *b, size_t b_len)
{
	size_t len = a->len < b_len ? a->len : b_len;
	int order = memcmp(a->at, b, len);

	return order ? order : (a->len > b_len) - (a->len < b_len);
}

static int compare(const void *a, const void *b)
{
	const struct package *x = a;
	const struct package *y = b;
	int order = compare_text(&x->name, y->name.at, y->name.len);

	/* By place in the text where the name is the same: qsort keeps no order of its own. */
	if (!order)
		order = (x->index > y->index) - (x->index < y->index);
	return order ? order : (x->name.at > y->name.at) - (x->name.at < y->name.at);
}

void packages_sort(struct packages *p)
{
	if (p->count)
		qsort(p->items, p->count, sizeof(*p->items), compare);
}

void packages_done(struct packages *p)
{
	free(p->items);
	*p = (struct packages){0};
}

/* The first of that name, or where it would stand. */
static size_t lower_bound(const struct packages *p, const char *name, size_t len)
{
	size_t low = 0;
	size_t high = p->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_text(&p->items[middle].name, name, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct package *packages_find(const struct packages *p, const char *name, const char *version,
				    const char *architecture)
{
	for (size_t i = lower_bound(p, name, strlen(name)); i < p->count; i++) {
		const struct package *one = &p->items[i];

		if (!packages_text_is(&one->name, name))
			break;
		if ((!version || packages_text_is(&one->version, version)) &&
		    (!architecture || packages_text_is(&one->architecture, architecture)))
			return one;
	}
	return NULL;
}

bool packages_text_is(const struct package_text *t, const char *s)
{
	return t->at && t->len == strlen(s) && memcmp(t->at, s, t->len) == 0;
}

static char *copy_text(const struct package_text *t)
{
	return t->at ? xstrndup(t->at, t->len) : xstrdup("");
}

static bool is_digest(const struct package_text *t)
{
	return t->len == HASH_HEX_SIZE - 1 &&
	       strspn(t->at, "0123456789abcdef") >= HASH_HEX_SIZE - 1;
}

int packages_to_lock(const struct package *p, struct lock_package *out, struct err *e)
{
	cleanup_free char *size = copy_text(&p->size);
	struct err ignored;
	int64_t bytes;

	if (!p->version.len || !p->architecture.len || !p->filename.len || !is_digest(&p->sha256) ||
	    str_to_int64(size, 1, INT64_MAX, &bytes, &ignored))
		return fail(e, ERR_SPEC, 0, "the index garbles package '%.*s'", (int)p->name.len,
			    p->name.at);
	*out = (struct lock_package){
	    .name = copy_text(&p->name),
	    .version = copy_text(&p->version),
	    .architecture = copy_text(&p->architecture),
	    .pool = copy_text(&p->filename),
	    .size = bytes,
	    .sha256 = copy_text(&p->sha256),
	    .index = p->index,
	};
	return 0;
}

static void add_first_name(const char *group, size_t len, struct strv *out)
{
	size_t name_len;

	while (len && (*group == ' ' || *group == '\t' || *group == '\n')) {
		group++;
		len--;
	}
	if (!len || !memchr(group, '|', len))
		return;
	name_len = strcspn(group, " \t\n(:|,[");
	if (name_len)
		strv_take(out, xstrndup(group, name_len));
}

void packages_first_choices(const struct package_text *depends, struct strv *out)
{
	const char *at = depends->at;
	const char *end = at ? at + depends->len : at;

	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		const char *stop = comma ? comma : end;

		add_first_name(at, (size_t)(stop - at), out);
		at = comma ? comma + 1 : end;
	}
}
