/* SPDX-License-Identifier: Apache-2.0 */

/* labctl image diff: two images, in packages and files; may runs on them be compared? */

#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd-image.h"
#include "image/diff.h"
#include "spec/json.h"

static struct {
	bool files, json;
} o;

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 'f', "files", NULL, "list the files too", &o.files, 0, 0, NULL},
	    {OPT_T_FLAG, 0, "json", NULL, "print the result as JSON", &o.json, 0, 0, NULL},
	    OPT_END};

	return table;
}

static const char signs[] = {[DIFF_ADDED] = '+', [DIFF_REMOVED] = '-', [DIFF_CHANGED] = '~'};
static const char *const changes[] = {
    [DIFF_ADDED] = "added", [DIFF_REMOVED] = "removed", [DIFF_CHANGED] = "changed"};

static void print_packages(const struct diff *d)
{
	printf("packages: %zu differ\n", d->package_count);
	for (size_t i = 0; i < d->package_count; i++) {
		const struct diff_package *p = &d->packages[i];

		printf("  %c %-32s %s%s%s\n", signs[p->change], p->name, p->from ? p->from : "",
		       p->from && p->to ? " -> " : "", p->to ? p->to : "");
	}
}

static void print_files(const struct diff *d)
{
	size_t counts[3] = {0};

	for (size_t i = 0; i < d->file_count; i++)
		counts[d->files[i].change]++;
	printf("files: %zu added, %zu removed, %zu changed\n", counts[DIFF_ADDED],
	       counts[DIFF_REMOVED], counts[DIFF_CHANGED]);
	for (size_t i = 0; o.files && i < d->file_count; i++) {
		const struct diff_file *f = &d->files[i];

		printf("  %c %s%s%s\n", signs[f->change], f->path, f->what ? ": " : "",
		       f->what ? f->what : "");
	}
}

static void print_timing(const struct diff *d)
{
	printf("can change timings: %s\n",
	       d->timing.len ? "yes; measure both sides on one of the two" : "no");
	for (size_t i = 0; i < d->timing.len; i++)
		printf("  %s\n", d->timing.items[i]);
}

static json_t *packages_json(const struct diff *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->package_count; i++)
		json_array_append_new(
		    list, json_pack("{s:s, s:s, s:s?, s:s?}", "name", d->packages[i].name, "change",
				    changes[d->packages[i].change], "from", d->packages[i].from,
				    "to", d->packages[i].to));
	return list;
}

static json_t *files_json(const struct diff *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->file_count; i++)
		json_array_append_new(
		    list, json_pack("{s:s, s:s, s:s?, s:b}", "path", d->files[i].path, "change",
				    changes[d->files[i].change], "what", d->files[i].what,
				    "can_change_timings", d->files[i].can_change_timings));
	return list;
}

static void print_json(const struct diff *d)
{
	json_t *timing = json_array();
	cleanup(json_free) json_t *j =
	    json_pack("{s:o, s:o, s:b, s:o}", "packages", packages_json(d), "files", files_json(d),
		      "can_change_timings", d->timing.len > 0, "timing", timing);

	for (size_t i = 0; i < d->timing.len; i++)
		json_array_append_new(timing, json_string(d->timing.items[i]));
	cleanup_free char *text = json_text(j, true);

	puts(text);
}

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(diff_done) struct diff d = {.packages = NULL};

	if (operands->len != 2)
		return fail(e, ERR_USAGE, 0, "`image diff` takes two images");
	if (diff_images(operands->items[0], operands->items[1], &d, e))
		return -1;
	*status = d.package_count || d.file_count ? 1 : 0;
	if (o.json) {
		print_json(&d);
		return 0;
	}
	if (!*status) {
		puts("no difference");
		return 0;
	}
	print_packages(&d);
	print_files(&d);
	print_timing(&d);
	return 0;
}

const struct command cmd_image_diff = {
    .name = "diff",
    .summary = "compare two images",
    .synopsis = "IMAGE IMAGE",
    .details =
	"Compares by packages and files (their content, mode and owner, not their times), and\n"
	"says whether the difference can change what a program measures: then runs on the two\n"
	"images may not be compared with each other. An earlier build is named by the first digits\n"
	"of its digest, as `labctl image list --all` shows it. The exit status is 1 where there is\n"
	"a difference.\n",
    .options = options,
    .run = run,
};
