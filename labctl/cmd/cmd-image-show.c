/* SPDX-License-Identifier: Apache-2.0 */

/* labctl image show: what one image is made of. */

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd-image.h"
#include "image/record.h"
#include "image/store.h"
#include "spec/json.h"

static struct {
	bool packages, json;
} o;

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 'p', "packages", NULL, "list the packages, parents' included", &o.packages,
	     0, 0, NULL},
	    {OPT_T_FLAG, 0, "json", NULL, "print the result as JSON", &o.json, 0, 0, NULL},
	    OPT_END};

	return table;
}

/* Calls fn for the image's record and those of its parents. */
static int for_each_ancestor(const struct record *r, int (*fn)(void *arg, const struct record *r),
			     void *arg, struct err *e)
{
	cleanup(record_done) struct record parent = {.name = NULL};

	if (fn(arg, r))
		return -1;
	if (!r->parent)
		return 0;
	if (record_load(r->parent, &parent, e))
		return -1;
	return for_each_ancestor(&parent, fn, arg, e);
}

static int print_packages(void *arg, const struct record *r)
{
	(void)arg;
	for (size_t i = 0; i < r->package_count; i++)
		printf("%-36s %-32s %s\n", r->packages[i].name, r->packages[i].version, r->name);
	return 0;
}

static int print_layers(const struct record *r, struct err *e)
{
	for (size_t i = 0; i < r->layers.len; i++) {
		char size[32];
		int64_t bytes;

		if (store_size(r->layers.items[i], &bytes, e))
			return -1;
		cleanup_free char *path = store_root(r->layers.items[i]);

		printf("%-10s %10s  %s\n", i ? "" : "layers",
		       str_human_bytes(bytes, size, sizeof(size)), path);
	}
	return 0;
}

static int print_text(const struct record *r, struct err *e)
{
	char when[32], epoch[32];

	if (o.packages)
		return for_each_ancestor(r, print_packages, NULL, e);
	printf("%-10s %s\n", "image", r->name);
	printf("%-10s %s\n", "digest", r->digest);
	printf("%-10s %s\n", "parent", r->parent ? r->parent : "none");
	printf("%-10s %s%s\n", "lock", r->lock,
	       r->lock_is_local ? "  (local: the committed one has gone stale)" : "");
	printf("%-10s %s\n", "archive of",
	       clock_iso8601(r->source_date_epoch * NS_PER_S, epoch, sizeof(epoch)));
	printf("%-10s %s\n", "built", clock_iso8601(r->built_s * NS_PER_S, when, sizeof(when)));
	printf("%-10s %zu of its own; --packages lists all\n", "packages", r->package_count);
	return print_layers(r, e);
}

static int add_packages(void *list, const struct record *r)
{
	for (size_t i = 0; i < r->package_count; i++)
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s, s:s}", "name", r->packages[i].name,
						"version", r->packages[i].version, "architecture",
						r->packages[i].architecture, "image", r->name));
	return 0;
}

static int print_json(const struct record *r, struct err *e)
{
	json_t *packages = json_array();
	json_t *layers = json_array();
	cleanup(json_free) json_t *j =
	    json_pack("{s:s, s:s, s:s?, s:s, s:b, s:I, s:I, s:o, s:o}", "image", r->name, "digest",
		      r->digest, "parent", r->parent, "lock", r->lock, "lock_is_local",
		      r->lock_is_local, "source_date_epoch", (json_int_t)r->source_date_epoch,
		      "built_s", (json_int_t)r->built_s, "layers", layers, "packages", packages);

	for (size_t i = 0; i < r->layers.len; i++) {
		int64_t bytes;

		if (store_size(r->layers.items[i], &bytes, e))
			return -1;
		json_array_append_new(layers, json_pack("{s:s, s:I}", "digest", r->layers.items[i],
							"bytes", (json_int_t)bytes));
	}
	if (for_each_ancestor(r, add_packages, packages, e))
		return -1;
	cleanup_free char *text = json_text(j, true);

	puts(text);
	return 0;
}

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(record_done) struct record r = {.name = NULL};

	(void)status;
	if (operands->len != 1)
		return fail(e, ERR_USAGE, 0, "`image show` takes one image");
	if (record_load(operands->items[0], &r, e))
		return -1;
	return o.json ? print_json(&r, e) : print_text(&r, e);
}

const struct command cmd_image_show = {
    .name = "show",
    .summary = "what an image is made of",
    .synopsis = "IMAGE",
    .details = "IMAGE is a name, or the first digits (six at least) of a digest.\n",
    .options = options,
    .run = run,
};
