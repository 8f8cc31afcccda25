/* SPDX-License-Identifier: Apache-2.0 */

/* labctl image list: the images that are here, and those that could be. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd-image.h"
#include "image/lock.h"
#include "image/record.h"
#include "image/store.h"
#include "spec/image.h"
#include "spec/json.h"

static struct {
	bool all, json;
} o;

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 'a', "all", NULL, "also earlier builds, until `image gc` takes them",
	     &o.all, 0, 0, NULL},
	    {OPT_T_FLAG, 0, "json", NULL, "print the result as JSON", &o.json, 0, 0, NULL},
	    OPT_END};

	return table;
}

struct row {
	char *name;
	const char *state; /* "built", "stale", "not built", "earlier" */
	char *digest;
	size_t packages;
	int64_t own_bytes, bytes; /* of its own layer, and with its parents' */
	int64_t built_s;
	bool local;
};

struct table {
	struct row *rows;
	size_t count, cap;
};

static struct row *add_row(struct table *t, const char *name, const char *state)
{
	mem_grow(&t->rows, &t->cap, t->count + 1, sizeof(*t->rows));
	t->rows[t->count] = (struct row){.name = xstrdup(name), .state = state};
	return &t->rows[t->count++];
}

static void table_done(struct table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free(t->rows[i].name);
		free(t->rows[i].digest);
	}
	free(t->rows);
}

static void fill_row(struct row *row, const struct record *r)
{
	struct err ignored;

	row->digest = xstrdup(r->digest);
	row->packages = r->package_count;
	row->built_s = r->built_s;
	row->local = r->lock_is_local;
	for (size_t i = 0; i < r->layers.len; i++) {
		int64_t bytes = 0;

		if (store_size(r->layers.items[i], &bytes, &ignored))
			row->state = "damaged";
		row->bytes += bytes;
		row->own_bytes += i == 0 ? bytes : 0;
	}
}

/* Would `image build` find it as it should be? Only by the lock: files and steps it looks at. */
static const char *state_of(const struct record *r)
{
	struct lock lock = {0};
	struct err ignored;
	bool holds =
	    lock_current(r->name, false, &lock, &ignored) == 0 && str_eq(lock.digest, r->lock);

	lock_done(&lock);
	return holds ? "built" : "stale";
}

static int add_built(struct table *t, struct err *e)
{
	cleanup(strv_done) struct strv digests = STRV_INIT;

	if (record_list(&digests, e))
		return -1;
	for (size_t i = 0; i < digests.len; i++) {
		cleanup(record_done) struct record r = {.name = NULL};

		if (record_load(digests.items[i], &r, e))
			return -1;
		bool named = record_is_named(&r);

		if (named || o.all)
			fill_row(add_row(t, r.name, named ? state_of(&r) : "earlier"), &r);
	}
	return 0;
}

static int add_unbuilt(struct table *t, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;

	if (image_spec_list(&names, e))
		return -1;
	for (size_t i = 0; i < names.len; i++)
		if (!record_exists(names.items[i]))
			add_row(t, names.items[i], "not built");
	return 0;
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a;
	const struct row *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : x->built_s < y->built_s ? 1 : x->built_s > y->built_s ? -1 : 0;
}

static void print_text(const struct table *t)
{
	char own[32], all[32], when[32];

	printf("%-16s %-10s %-12s %8s %10s %10s  %s\n", "image", "state", "digest", "packages",
	       "own size", "size", "built");
	for (size_t i = 0; i < t->count; i++) {
		const struct row *r = &t->rows[i];

		if (!r->digest) {
			printf("%-16s %-10s\n", r->name, r->state);
			continue;
		}
		printf("%-16s %-10s %.12s %8zu %10s %10s  %s%s\n", r->name, r->state, r->digest,
		       r->packages, str_human_bytes(r->own_bytes, own, sizeof(own)),
		       str_human_bytes(r->bytes, all, sizeof(all)),
		       clock_iso8601(r->built_s * NS_PER_S, when, sizeof(when)),
		       r->local ? "  (local lock)" : "");
	}
}

static void print_json(const struct table *t)
{
	cleanup(json_free) json_t *list = json_array();

	for (size_t i = 0; i < t->count; i++) {
		const struct row *r = &t->rows[i];

		json_array_append_new(
		    list, json_pack("{s:s, s:s, s:s?, s:I, s:I, s:I, s:I, s:b}", "image", r->name,
				    "state", r->state, "digest", r->digest, "packages",
				    (json_int_t)r->packages, "own_bytes", (json_int_t)r->own_bytes,
				    "bytes", (json_int_t)r->bytes, "built_s",
				    (json_int_t)r->built_s, "lock_is_local", r->local));
	}
	cleanup_free char *text = json_text(list, true);

	puts(text);
}

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(table_done) struct table table = {.rows = NULL};

	(void)status;
	if (operands->len)
		return fail(e, ERR_USAGE, 0, "`image list` takes no name; `image show` does");
	if (add_built(&table, e) || add_unbuilt(&table, e))
		return -1;
	if (table.count)
		qsort(table.rows, table.count, sizeof(*table.rows), compare_rows);
	if (o.json)
		print_json(&table);
	else
		print_text(&table);
	return 0;
}

const struct command cmd_image_list = {
    .name = "list",
    .summary = "list images, built and not",
    .synopsis = "",
    .details =
	"State is `built`, `stale` (the lock has changed since: `labctl image build` makes it\n"
	"anew), `not built`, or with --all `earlier`: a build that no name means any more.\n"
	"The own size is that of the image's own layer; the layers of its parents are shared.\n",
    .options = options,
    .run = run,
};
