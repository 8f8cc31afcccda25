/* SPDX-License-Identifier: Apache-2.0 */

/* labctl image build: make images that are not there yet. */

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd-image.h"
#include "image/build.h"
#include "image/mirror.h"
#include "lab/builder.h"
#include "spec/json.h"

static struct {
	bool dry_run, locked, relock, force, json;
	const char *mirror;
} o;

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 'n', "dry-run", NULL, "say what would be built, and why", &o.dry_run, 0, 0,
	     NULL},
	    {OPT_T_FLAG, 0, "locked", NULL, "use the committed locks or fail", &o.locked, 0, 0,
	     NULL},
	    {OPT_T_FLAG, 0, "relock", NULL, "solve anew, into local locks", &o.relock, 0, 0, NULL},
	    {OPT_T_FLAG, 'f', "force", NULL, "build also what is there", &o.force, 0, 0, NULL},
	    {OPT_T_STRING, 0, "mirror", "URL", "Debian mirror to use instead of apt's", &o.mirror,
	     0, 0, NULL},
	    {OPT_T_FLAG, 0, "json", NULL, "print the result as JSON", &o.json, 0, 0, NULL},
	    OPT_END};

	return table;
}

static const char *const actions[] = {
    [BUILD_UNCHANGED] = "unchanged", [BUILD_PLANNED] = "planned", [BUILD_BUILT] = "built"};

static void add_json(void *arg, const struct build_report *r)
{
	json_array_append_new(
	    arg, json_pack("{s:s, s:s, s:s?, s:s, s:b, s:I, s:I, s:f, s:s?}", "image", r->name,
			   "action", actions[r->action], "digest", r->digest, "lock",
			   r->lock_digest, "lock_is_local", r->lock_is_local, "packages",
			   (json_int_t)r->packages, "bytes", (json_int_t)r->bytes, "seconds",
			   (double)r->duration_ns / (double)NS_PER_S, "why", r->why));
}

static void print_row(void *arg, const struct build_report *r)
{
	char size[32], duration[32];

	(void)arg;
	printf("%-16s %-10s", r->name, actions[r->action]);
	if (r->digest)
		printf(" %.12s", r->digest);
	if (r->action == BUILD_BUILT)
		printf(" %4zu packages %10s %9s", r->packages,
		       str_human_bytes(r->bytes, size, sizeof(size)),
		       str_human_ns(r->duration_ns, duration, sizeof(duration)));
	if (r->action == BUILD_PLANNED)
		printf(" %s", r->why);
	printf("%s\n", r->lock_is_local ? "  (packages of today, not of the committed lock)" : "");
	fflush(stdout);
}

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(json_free) json_t *list = o.json ? json_array() : NULL;
	const struct build_options options_of_build = {
	    .dry_run = o.dry_run,
	    .locked = o.locked,
	    .relock = o.relock,
	    .force = o.force,
	    .report = o.json ? add_json : print_row,
	    .arg = list,
	};

	(void)status;
	if (o.mirror)
		mirror_override(o.mirror);
	if (o.locked && o.relock)
		return fail(e, ERR_USAGE, 0, "--locked and --relock exclude each other");
	if (build_images(operands, &options_of_build, &builder_runner, e))
		return -1;
	if (o.json) {
		cleanup_free char *text = json_text(list, true);

		puts(text);
	}
	return 0;
}

const struct command cmd_image_build = {
    .name = "build",
    .summary = "build images that are not there yet",
    .synopsis = "[IMAGE...]",
    .details =
	"Builds the named images (without IMAGE, all of them) and their parents, where they are\n"
	"not there already: fetches the packages that image.lock names, unpacks them, configures\n"
	"them in a sandbox without network, takes out what would make two builds differ, and\n"
	"stores the layer under the SHA-256 of its content. The same lock gives the same digest\n"
	"on every machine.\n"
	"\n"
	"Debian's archive drops old versions, so a committed lock goes stale after some weeks. Then\n"
	"the packages are solved anew into a local lock, which is said in one line and in every\n"
	"result; --locked fails instead. `labctl image lock --update` refreshes the committed one.\n",
    .options = options,
    .needs = NEED_SANDBOX,
    .run = run,
};
