/* SPDX-License-Identifier: Apache-2.0 */

/* labctl image fetch: bring the packages here, for building later without network. */

#include <stdio.h>

#include "base/mem.h"
#include "cmd/cmd-image.h"
#include "image/fetch.h"
#include "image/lineage.h"
#include "image/lock.h"
#include "image/maven.h"
#include "spec/json.h"

static struct {
	bool locked, relock, json;
	const char *mirror;
} o;

struct tally { /* of one image */
	size_t packages, jars;
	int64_t bytes;
};

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 0, "locked", NULL, "refuse to use another lock than the committed one",
	     &o.locked, 0, 0, NULL},
	    {OPT_T_FLAG, 0, "relock", NULL, "solve anew from today's index first", &o.relock, 0, 0,
	     NULL},
	    {OPT_T_STRING, 0, "mirror", "URL", "Debian mirror to use instead of apt's", &o.mirror,
	     0, 0, NULL},
	    {OPT_T_FLAG, 0, "json", NULL, "print the result as JSON", &o.json, 0, 0, NULL},
	    OPT_END};

	return table;
}

static int count(void *arg, const struct lock_package *package, const char *path, struct err *e)
{
	struct tally *t = arg;

	(void)path;
	(void)e;
	t->packages++;
	t->bytes += package->size;
	return 0;
}

static void print_tally(const struct lock *l, const struct tally *t, json_t *list)
{
	char size[32];

	if (list)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:I, s:I, s:I}", "image",
						      l->packages.image, "lock", l->path, "local",
						      l->local, "packages", (json_int_t)t->packages,
						      "jars", (json_int_t)t->jars, "bytes",
						      (json_int_t)t->bytes));
	else
		printf("%-16s %4zu packages %10s  %s\n", l->packages.image, t->packages,
		       str_human_bytes(t->bytes, size, sizeof(size)),
		       l->local ? "by a local lock" : "by the committed lock");
}

static int fetch_jars(const char *image, const struct image_lock *lock, struct tally *t,
		      struct err *e)
{
	struct image_spec spec;

	if (image_spec_load(image, &spec, e))
		return -1;
	int result = maven_fetch(&spec, lock, e);

	image_spec_done(&spec);
	for (size_t i = 0; i < lock->jar_count; i++)
		t->bytes += lock->jars[i].size;
	t->jars += lock->jar_count;
	return result;
}

static int fetch_one(const char *image, json_t *list, struct err *e)
{
	struct lock_options options = {.locked = o.locked, .relock = o.relock};
	cleanup(lock_done) struct lock l = {0};
	struct tally t = {0};

	if (lock_obtain(image, &options, &l, e) ||
	    fetch_packages(&l.packages, count, &t, NULL, e) ||
	    fetch_jars(image, &l.packages, &t, e))
		return -1;
	print_tally(&l, &t, list);
	return 0;
}

/* The image with its parents, each once. */
static int add_lineage(const char *image, struct strv *all, struct err *e)
{
	cleanup(lineage_done) struct lineage l;

	if (lineage_load(image, &l, e))
		return -1;
	for (size_t i = 0; i < l.count; i++) {
		if (!strv_has(all, l.specs[i].name))
			strv_add(all, l.specs[i].name);
	}
	return 0;
}

static int fetch_all(const struct strv *names, struct err *e)
{
	cleanup(strv_done) struct strv all = STRV_INIT;
	cleanup(json_free) json_t *list = o.json ? json_array() : NULL;

	for (size_t i = 0; i < names->len; i++) {
		if (add_lineage(names->items[i], &all, e))
			return -1;
	}
	for (size_t i = 0; i < all.len; i++) {
		if (fetch_one(all.items[i], list, e))
			return -1;
	}
	if (list) {
		cleanup_free char *text = json_text(list, true);

		puts(text);
	}
	return 0;
}

static int run(struct strv *operands, int *status, struct err *e)
{
	(void)status;
	if (cmd_image_choose(operands, o.mirror, e))
		return -1;
	return fetch_all(operands, e);
}

const struct command cmd_image_fetch = {
    .name = "fetch",
    .summary = "fetch the packages of images, to build them later without network",
    .synopsis = "[IMAGE...]",
    .details =
	"Downloads what the images' locks name into the package cache, several files at a\n"
	"time, and checks each against its SHA-256. What breaks off is taken up where it\n"
	"ended. Without IMAGE, the packages of all images are fetched; `labctl image build`\n"
	"then needs no network.\n",
    .options = options,
    .run = run,
};
