/* SPDX-License-Identifier: Apache-2.0 */

/* labctl logs: what a lab's services wrote. */

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/command.h"
#include "lab/lab.h"

static int64_t lines = 50;

static const struct opt *options(void)
{
	static const struct opt table[] = {{OPT_T_INT, 'n', "lines", "N",
					    "only the last N lines (default 50)", &lines, 1,
					    1000000, NULL},
					   OPT_END};

	return table;
}

/* Moves to where the last `lines` lines of the file begin. */
static void seek_last_lines(FILE *f)
{
	int64_t found = 0;
	long at;

	fseek(f, 0, SEEK_END);
	for (at = ftell(f); at > 0; at--) {
		fseek(f, at - 1, SEEK_SET);
		if (fgetc(f) == '\n' && found++ == lines)
			break;
	}
	fseek(f, at, SEEK_SET);
}

static int print_log(struct lab *l, const char *service, bool heading, struct err *e)
{
	cleanup_free char *path = NULL;
	char text[4096];
	size_t n;

	if (lab_service_log(l, service, &path, e))
		return -1;
	if (heading)
		printf("== %s\n", service);
	FILE *f = fopen(path, "re");

	if (!f)
		return 0; /* it has not written anything */
	seek_last_lines(f);
	while ((n = fread(text, 1, sizeof(text), f)) > 0)
		fwrite(text, 1, n, stdout);
	fclose(f);
	return 0;
}

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(lab_closep) struct lab *lab = NULL;
	struct service_status s;

	(void)status;
	if (operands->len < 1 || operands->len > 2)
		return fail(e, ERR_USAGE, 0, "name a lab, and one of its services or none");
	if (lab_open(operands->items[0], &lab, e))
		return -1;
	if (operands->len == 2)
		return print_log(lab, operands->items[1], false, e);
	for (size_t i = 0; i < lab_service_count(lab); i++) {
		if (lab_service_status(lab, i, &s, e) || print_log(lab, s.name, true, e))
			return -1;
	}
	return 0;
}

const struct command cmd_logs = {
    .name = "logs",
    .summary = "Print what a lab's services wrote to their logs",
    .synopsis = "LAB [SERVICE]",
    .details =
	"PostgreSQL's log names every statement that took 100 ms or longer. A role may "
	"choose another bound for itself: SET log_min_duration_statement = '10ms'. A log keeps "
	"its last 4 to 8 MiB; where older lines were dropped, its first line says so.",
    .options = options,
    .needs = NEED_ROOT,
    .run = run,
};
