/* SPDX-License-Identifier: Apache-2.0 */

/* labctl image lock: pin the exact packages of images. */

#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd-image.h"
#include "image/lock.h"
#include "spec/json.h"

static struct {
	bool update, json;
	const char *mirror;
} o;

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 'u', "update", NULL, "solve anew from today's index, also what holds",
	     &o.update, 0, 0, NULL},
	    {OPT_T_STRING, 0, "mirror", "URL", "Debian mirror to use instead of apt's", &o.mirror,
	     0, 0, NULL},
	    {OPT_T_FLAG, 0, "json", NULL, "print the result as JSON", &o.json, 0, 0, NULL},
	    OPT_END};

	return table;
}

static void add_json(void *arg, const struct lock_change *c)
{
	json_array_append_new(
	    arg, json_pack("{s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I}", "image", c->image, "path",
			   c->path, "written", c->written, "packages", (json_int_t)c->packages,
			   "bytes", (json_int_t)c->bytes, "added", (json_int_t)c->added, "removed",
			   (json_int_t)c->removed, "upgraded", (json_int_t)c->upgraded));
}

static void print_row(void *arg, const struct lock_change *c)
{
	char size[32];

	(void)arg;
	printf("%-16s %4zu packages %10s  ", c->image, c->packages,
	       str_human_bytes(c->bytes, size, sizeof(size)));
	if (!c->written)
		printf("unchanged\n");
	else
		printf("%zu added, %zu upgraded, %zu removed\n", c->added, c->upgraded, c->removed);
	fflush(stdout);
}

static int lock_all(struct strv *names, struct err *e)
{
	cleanup(json_free) json_t *list = o.json ? json_array() : NULL;
	cleanup_free char *text = NULL;

	if (lock_commit(names, o.update, o.json ? add_json : print_row, list, e))
		return -1;
	if (o.json) {
		text = json_text(list, true);
		puts(text);
	}
	return 0;
}

static int run(struct strv *operands, int *status, struct err *e)
{
	(void)status;
	if (cmd_image_choose(operands, o.mirror, e))
		return -1;
	return lock_all(operands, e);
}

const struct command cmd_image_lock = {
    .name = "lock",
    .summary = "pin the exact packages of images",
    .synopsis = "[IMAGE...]",
    .details =
	"Asks the Debian mirror for its signed index, verifies the signature, works out which\n"
	"packages each image needs, and writes them with their SHA-256 to images/IMAGE/image.lock:\n"
	"from then on the image is made of those files and no others, on every machine. Without\n"
	"IMAGE, all images are locked. A lock that holds is left alone unless --update is given.\n"
	"\n"
	"The mirror is the one of the host's apt configuration, unless --mirror, LABCTL_MIRROR or\n"
	"`mirror:` in labctl.yaml names another. LABCTL_KEYRING, or `keyring:` there, names the\n"
	"keyring of a mirror that signs with a key of its own.\n",
    .options = options,
    .run = run,
};
