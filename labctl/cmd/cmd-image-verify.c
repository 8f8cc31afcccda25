/* SPDX-License-Identifier: Apache-2.0 */

/* labctl image verify: is it what its digest says, and does it work? */

#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd-image.h"
#include "image/record.h"
#include "image/verify.h"
#include "lab/builder.h"
#include "spec/json.h"

enum { DETAIL_LINES = 10 };

static struct {
	bool json;
} o;

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 0, "json", NULL, "print the result as JSON", &o.json, 0, 0, NULL},
	    OPT_END};

	return table;
}

static const char *verdict(const struct verify_check *c)
{
	return c->skipped ? "skipped" : c->good ? "ok" : "FAILED";
}

static void print_text(const struct verify *v)
{
	printf("%s %.12s\n", v->name, v->digest);
	for (size_t i = 0; i < v->count; i++) {
		const struct verify_check *c = &v->checks[i];

		printf("  %-8s %s\n", verdict(c), c->what);
		for (size_t k = 0; k < c->detail.len && k < DETAIL_LINES; k++)
			printf("           %s\n", c->detail.items[k]);
		if (c->detail.len > DETAIL_LINES)
			printf("           ... and %zu more\n", c->detail.len - DETAIL_LINES);
	}
	fflush(stdout);
}

static json_t *to_json(const struct verify *v)
{
	json_t *checks = json_array();

	for (size_t i = 0; i < v->count; i++) {
		const struct verify_check *c = &v->checks[i];
		json_t *detail = json_array();

		for (size_t k = 0; k < c->detail.len; k++)
			json_array_append_new(detail, json_string(c->detail.items[k]));
		json_array_append_new(checks, json_pack("{s:s, s:s, s:o}", "what", c->what,
							"verdict", verdict(c), "detail", detail));
	}
	return json_pack("{s:s, s:s, s:b, s:o}", "image", v->name, "digest", v->digest, "good",
			 v->good, "checks", checks);
}

/* Without names: all that names mean. */
static int fill_names(struct strv *names, struct err *e)
{
	cleanup(strv_done) struct strv digests = STRV_INIT;

	if (record_list(&digests, e))
		return -1;
	for (size_t i = 0; i < digests.len; i++) {
		cleanup(record_done) struct record r = {.name = NULL};

		if (record_load(digests.items[i], &r, e))
			return -1;
		if (record_is_named(&r))
			strv_add(names, r.name);
	}
	strv_sort(names);
	return 0;
}

static int verify_one(const char *name, json_t *list, bool *good, struct err *e)
{
	cleanup(verify_done) struct verify v = {.name = NULL};

	if (verify_image(name, &builder_runner, &v, e))
		return wrap(e, "verify the image '%s'", name);
	*good &= v.good;
	if (list)
		json_array_append_new(list, to_json(&v));
	else
		print_text(&v);
	return 0;
}

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(json_free) json_t *list = o.json ? json_array() : NULL;
	bool good = true;

	if (!operands->len && fill_names(operands, e))
		return -1;
	for (size_t i = 0; i < operands->len; i++)
		if (verify_one(operands->items[i], list, &good, e))
			return -1;
	if (o.json) {
		cleanup_free char *text = json_text(list, true);

		puts(text);
	}
	*status = good ? 0 : 1;
	return 0;
}

const struct command cmd_image_verify = {
    .name = "verify",
    .summary = "check that images are whole and work",
    .synopsis = "[IMAGE...]",
    .details =
	"Lists and hashes every layer's tree again and says what is not as it was built; looks up\n"
	"every package of the lock in the index that the archive signed; and runs the commands\n"
	"under `verify` and `probes` in image.yaml in a sandbox. A probe shows its evidence: for\n"
	"graalpy, that loops are compiled, and how many were. Without IMAGE, all images that are built. The\n"
	"exit status is 1 where a check failed.\n",
    .options = options,
    .needs = NEED_SANDBOX,
    .run = run,
};
