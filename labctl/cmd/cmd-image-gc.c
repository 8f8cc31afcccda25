/* SPDX-License-Identifier: Apache-2.0 */

/* labctl image gc, labctl image rm: give disk space back. */

#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd-image.h"
#include "image/gc.h"
#include "spec/json.h"

static struct {
	bool dry_run, cache, json;
} o;

static const struct opt *gc_options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 'n', "dry-run", NULL, "say what would be removed", &o.dry_run, 0, 0, NULL},
	    {OPT_T_FLAG, 0, "cache", NULL,
	     "also all downloaded packages and indices, even of locks in use; what needs them "
	     "fetches them again",
	     &o.cache, 0, 0, NULL},
	    {OPT_T_FLAG, 0, "json", NULL, "print the result as JSON", &o.json, 0, 0, NULL},
	    OPT_END};

	return table;
}

static const struct opt *rm_options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 0, "json", NULL, "print the result as JSON", &o.json, 0, 0, NULL},
	    OPT_END};

	return table;
}

static json_t *strings_json(const struct strv *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->len; i++)
		json_array_append_new(list, json_string(v->items[i]));
	return list;
}

static void print_json(const struct gc_report *r)
{
	cleanup(json_free) json_t *j = json_pack(
	    "{s:o, s:o, s:o, s:I, s:I, s:b}", "images", strings_json(&r->images), "layers",
	    strings_json(&r->layers), "in_use", strings_json(&r->in_use), "cache_files",
	    (json_int_t)r->cache_files, "bytes", (json_int_t)r->bytes, "dry_run", o.dry_run);
	cleanup_free char *text = json_text(j, true);

	puts(text);
}

static void print_text(const struct gc_report *r)
{
	const char *verb = o.dry_run ? "would remove" : "removed";
	char size[32];

	for (size_t i = 0; i < r->images.len; i++)
		printf("%s image %s\n", verb, r->images.items[i]);
	for (size_t i = 0; i < r->layers.len; i++)
		printf("%s layer %.12s\n", verb, r->layers.items[i]);
	for (size_t i = 0; i < r->in_use.len; i++)
		printf("kept layer %.12s: a sandbox uses it\n", r->in_use.items[i]);
	if (r->cache_files)
		printf("%s %zu downloaded files\n", verb, r->cache_files);
	printf("%s %s\n", verb, str_human_bytes(r->bytes, size, sizeof(size)));
}

static void print(const struct gc_report *r)
{
	if (o.json)
		print_json(r);
	else
		print_text(r);
}

static int run_gc(struct strv *operands, int *status, struct err *e)
{
	const struct gc_options options = {.dry_run = o.dry_run, .cache = o.cache};
	cleanup(gc_report_done) struct gc_report report = {.bytes = 0};

	(void)status;
	if (operands->len)
		return fail(e, ERR_USAGE, 0, "`image gc` takes no name; `image rm` does");
	if (gc_run(&options, &report, e))
		return -1;
	print(&report);
	return 0;
}

static int run_rm(struct strv *operands, int *status, struct err *e)
{
	cleanup(gc_report_done) struct gc_report report = {.bytes = 0};

	(void)status;
	if (!operands->len)
		return fail(e, ERR_USAGE, 0, "which image shall be removed?");
	if (gc_remove(operands, &report, e))
		return -1;
	print(&report);
	return 0;
}

const struct command cmd_image_gc = {
    .name = "gc",
    .summary = "remove what no image needs any more",
    .synopsis = "",
    .details =
	"Removes earlier builds that no name means any more, layers that neither an image nor a lab\n"
	"needs, and what a labctl that was killed left half-made. A layer that a sandbox uses right\n"
	"now stays.\n",
    .options = gc_options,
    .needs = NEED_ROOT,
    .run = run_gc,
};

const struct command cmd_image_rm = {
    .name = "rm",
    .summary = "remove images",
    .synopsis = "IMAGE...",
    .details =
	"Removes images, by name or by the first digits of a digest, with the layers that\n"
	"were theirs alone. The downloaded packages stay: building again needs no network.\n",
    .options = rm_options,
    .needs = NEED_ROOT,
    .run = run_rm,
};
