/* SPDX-License-Identifier: Apache-2.0 */

/* labctl doctor: what this host can enforce, what it lacks, the cure; and the proof. */

#include <jansson.h>
#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "image/image.h"
#include "sandbox/hostcheck.h"
#include "sandbox/probe.h"

static struct {
	bool probe, json;
	const char *image;
} o = {.image = "python"};

static json_t *json; /* what --json prints */
static int bad;      /* limits that a probe found wanting */

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_FLAG, 0, "probe", NULL, "prove each limit by running into it (10 s)", &o.probe,
	     0, 0, NULL},
	    {OPT_T_STRING, 'i', "image", "NAME", "the image the probes run in (default python)",
	     &o.image, 0, 0, NULL},
	    {OPT_T_FLAG, 0, "json", NULL, "print as JSON", &o.json, 0, 0, NULL},
	    OPT_END};

	return table;
}

static const char *verdict_name(enum hostcheck_verdict v)
{
	static const char *const names[] = {
	    [HOSTCHECK_FINE] = "ok", [HOSTCHECK_PARTLY] = "partly", [HOSTCHECK_LACKING] = "NO"};

	return names[v];
}

static int print_host(void)
{
	struct hostcheck_row rows[HOSTCHECK_ROWS_MAX];
	size_t count = hostcheck_all(rows);
	int lacking = 0;

	for (size_t i = 0; i < count; i++) {
		const struct hostcheck_row *r = &rows[i];

		lacking += r->verdict == HOSTCHECK_LACKING;
		if (o.json) {
			json_array_append_new(json_object_get(json, "host"),
					      json_pack("{ssssssss}", "what", r->what, "verdict",
							verdict_name(r->verdict), "found", r->found,
							"cure", r->cure));
			continue;
		}
		printf("%-6s  %-26s  %s\n", verdict_name(r->verdict), r->what, r->found);
		if (r->cure[0])
			printf("        %-26s  -> %s\n", "", r->cure);
	}
	return lacking;
}

static void print_probe(const struct probe_result *r)
{
	bad += !r->good;
	if (o.json) {
		json_array_append_new(json_object_get(json, "probes"),
				      json_pack("{sssssssb}", "what", r->what, "measured",
						r->measured, "error", r->error, "good", r->good));
		return;
	}
	printf("%-6s  %-26s  %s%s%s%s\n", r->good ? "ok" : "NO", r->what, r->measured,
	       r->error[0] ? " (error " : "", r->error, r->error[0] ? ")" : "");
	fflush(stdout);
}

static int probe(struct err *e)
{
	cleanup(image_done) struct image image = {0};

	if (hostcheck_need(NEED_SANDBOX, e) || image_open(o.image, &image, e))
		return -1;
	if (!o.json)
		printf("\nlimits, proven in a sandbox of the image '%s':\n", o.image);
	return probe_all((const char *const *)image.layers.items, print_probe, e);
}

static int run(struct strv *operands, int *status, struct err *e)
{
	if (operands->len)
		return fail(e, ERR_USAGE, 0, "doctor takes no argument, and was given '%s'",
			    operands->items[0]);
	json = json_pack("{s[]s[]}", "host", "probes");
	int lacking = print_host();
	int result = o.probe ? probe(e) : 0;

	if (o.json && !result) {
		json_dumpf(json, stdout, JSON_INDENT(1));
		putchar('\n');
	}
	json_decref(json);
	*status = lacking || bad;
	return result;
}

const struct command cmd_doctor = {
    .name = "doctor",
    .summary = "say what this host can enforce, what it lacks, and the cure",
    .details = "Exit status 0: everything is there. 1: something is lacking, or a probe found a "
	       "limit that does not hold.",
    .options = options,
    .run = run,
};
