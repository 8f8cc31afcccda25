/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/usage.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"

static bool has_options(const struct command *c)
{
	const struct opt *table = c->options ? c->options() : NULL;

	return table && table[0].type != OPT_T_END;
}

/* "labctl exec [OPTION]... -- COMMAND..." without the "labctl" */
static void add_synopsis(const struct command *c, const char *path, struct str *out)
{
	str_add(out, path);
	if (has_options(c))
		str_add(out, " [OPTION]...");
	if (c->synopsis && *c->synopsis)
		str_addf(out, " %s", c->synopsis);
	else if (c->subcommands)
		str_add(out, " COMMAND...");
}

/* Paragraphs are wrapped; lines that begin with a blank (examples) are kept as they are. */
static void add_details(const char *text, struct str *out)
{
	cleanup(str_done) struct str paragraph = STR_INIT;

	while (*text) {
		size_t len = strcspn(text, "\n");
		bool verbatim = *text == ' ';

		if ((len == 0 || verbatim) && paragraph.len) {
			str_add_wrapped(out, paragraph.data, 0, 0);
			str_clear(&paragraph);
		}
		if (len == 0 || verbatim) {
			str_addn(out, text, len);
			str_addc(out, '\n');
		} else {
			if (paragraph.len)
				str_addc(&paragraph, ' ');
			str_addn(&paragraph, text, len);
		}
		text += len + (text[len] == '\n');
	}
	if (paragraph.len)
		str_add_wrapped(out, paragraph.data, 0, 0);
}

/* Tables hold summaries and helps as they were written; shown, they begin alike. */
static char *capital(const char *text)
{
	char *copy = xstrdup(text);

	copy[0] = (char)toupper((unsigned char)copy[0]);
	return copy;
}

static void add_row(const char *name, const char *summary, struct str *out)
{
	enum { COLUMN = 16 };

	str_addf(out, "  %-*s", COLUMN - 2, name);
	if (strlen(name) >= COLUMN - 2)
		str_addf(out, "\n%*s", COLUMN, "");
	cleanup_free char *text = capital(summary);

	str_add_wrapped(out, text, COLUMN, COLUMN);
}

void usage_overview(struct str *out)
{
	static const struct {
		const char *title;
		const char *name;
	} rows[] = {
#define GROUP(title) {title, NULL},
#define COMMAND(name) {NULL, #name},
#include "cmd/commands.def"
#undef COMMAND
#undef GROUP
	};

	str_add(out, "Usage: labctl [OPTION]... COMMAND [ARGUMENT]...\n\n"
		     "Lab images, isolated sandboxes with fixed limits, and measured speedups.\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool last = i + 1 == ARRAY_SIZE(rows);

		if (rows[i].name)
			add_row(rows[i].name, command_find(commands, rows[i].name)->summary, out);
		else if (!last && rows[i + 1].name) /* not for a group that is still empty */
			str_addf(out, "\n%s:\n", rows[i].title);
	}
	str_add(out, "\nOptions:\n");
	opt_print_help(command_global_options, out);
	str_add(out, "\n'labctl help COMMAND' says more about one of them.\n");
}

void usage_help(const struct command *c, const char *path, struct str *out)
{
	str_add(out, "Usage: labctl ");
	add_synopsis(c, path, out);
	str_add(out, "\n\n");
	cleanup(str_done) struct str summary = STR_INIT;

	cleanup_free char *text = capital(c->summary);

	str_addf(&summary, "%s.", text);
	str_add_wrapped(out, summary.data, 0, 0);
	if (c->details) {
		str_addc(out, '\n');
		add_details(c->details, out);
	}
	if (c->subcommands) {
		str_add(out, "\nCommands:\n");
		for (size_t i = 0; c->subcommands[i]; i++)
			add_row(c->subcommands[i]->name, c->subcommands[i]->summary, out);
		str_addf(out, "\n'labctl help %s COMMAND' says more about one of them.\n", path);
	}
	if (has_options(c)) {
		str_add(out, "\nOptions:\n");
		opt_print_help(c->options(), out);
	}
}

/* Text as roff: a backslash, a leading dot or quote and a hyphen mean something there. */
static void add_roff(const char *text, struct str *out)
{
	for (const char *p = text; *p; p++) {
		bool line_start = p == text || p[-1] == '\n';

		if (line_start && (*p == '.' || *p == '\''))
			str_add(out, "\\&");
		if (*p == '\\')
			str_add(out, "\\e");
		else if (*p == '-')
			str_add(out, "\\-");
		else
			str_addc(out, *p);
	}
}

static void add_man_options(const struct opt *table, struct str *out)
{
	for (const struct opt *o = table; o->type != OPT_T_END; o++) {
		str_add(out, ".TP\n");
		if (o->short_name)
			str_addf(out, "\\fB\\-%c\\fR, ", o->short_name);
		str_add(out, "\\fB\\-\\-");
		add_roff(o->long_name, out);
		str_add(out, "\\fR");
		if (o->type != OPT_T_FLAG) {
			str_add(out, " \\fI");
			add_roff(o->argument ? o->argument : "VALUE", out);
			str_add(out, "\\fR");
		}
		str_addc(out, '\n');
		cleanup_free char *help = capital(o->help);

		add_roff(help, out);
		str_add(out, ".\n");
	}
}

/* Examples (indented lines) become .nf blocks, empty lines new paragraphs. */
static void add_man_details(const char *text, struct str *out)
{
	bool verbatim = false;

	while (*text) {
		size_t len = strcspn(text, "\n");
		cleanup_free char *line = xstrndup(text, len);

		if ((*line == ' ') != verbatim) {
			verbatim = !verbatim;
			str_add(out, verbatim ? ".PP\n.nf\n" : ".fi\n");
		}
		if (*line) {
			add_roff(line, out);
			str_addc(out, '\n');
		} else {
			str_add(out, ".PP\n");
		}
		text += len + (text[len] == '\n');
	}
	if (verbatim)
		str_add(out, ".fi\n");
}

void usage_man_overview(struct str *out)
{
	str_add(out, ".\\\" SPDX-License-Identifier: Apache-2.0\n"
		     ".TH LABCTL 1 \"\" labctl \"labctl manual\"\n"
		     ".SH NAME\nlabctl \\- lab images, isolated sandboxes, measured speedups\n"
		     ".SH SYNOPSIS\n.B labctl\n[OPTION]... COMMAND [ARGUMENT]...\n"
		     ".SH COMMANDS\n");
	for (size_t i = 0; commands[i]; i++) {
		str_addf(out, ".TP\n.BR labctl\\-%s (1)\n", commands[i]->name);
		cleanup_free char *summary = capital(commands[i]->summary);

		add_roff(summary, out);
		str_add(out, ".\n");
	}
	str_add(out, ".SH OPTIONS\nThey stand before or behind the command.\n");
	add_man_options(command_global_options, out);
}

static void add_man_header(const struct command *c, const char *path, struct str *out)
{
	str_add(out, ".\\\" SPDX-License-Identifier: Apache-2.0\n.TH LABCTL\\-");
	for (const char *p = path; *p; p++)
		str_addc(out, *p == ' ' ? '-' : (char)toupper((unsigned char)*p));
	str_add(out, " 1 \"\" labctl \"labctl manual\"\n.SH NAME\nlabctl\\-");
	for (const char *p = path; *p; p++)
		str_addc(out, *p == ' ' ? '-' : *p);
	str_add(out, " \\- ");
	add_roff(c->summary, out);
	str_add(out, "\n.SH SYNOPSIS\n.B labctl\n");
	cleanup(str_done) struct str synopsis = STR_INIT;

	add_synopsis(c, path, &synopsis);
	add_roff(synopsis.data, out);
	str_addc(out, '\n');
}

void usage_man(const struct command *c, const char *path, struct str *out)
{
	add_man_header(c, path, out);
	if (c->details) {
		str_add(out, ".SH DESCRIPTION\n");
		add_man_details(c->details, out);
	}
	if (has_options(c)) {
		str_add(out, ".SH OPTIONS\n");
		add_man_options(c->options(), out);
	}
	for (size_t i = 0; c->subcommands && c->subcommands[i]; i++) {
		const struct command *sub = c->subcommands[i];
		cleanup(str_done) struct str sub_path = STR_INIT;
		cleanup(str_done) struct str synopsis = STR_INIT;

		str_addf(&sub_path, "%s %s", path, sub->name);
		add_synopsis(sub, sub_path.data, &synopsis);
		str_add(out, i ? ".SS labctl " : ".SH COMMANDS\n.SS labctl ");
		add_roff(synopsis.data, out);
		str_addc(out, '\n');
		cleanup_free char *summary = capital(sub->summary);

		add_roff(summary, out);
		str_add(out, ".\n");
		if (sub->details) {
			str_add(out, ".PP\n");
			add_man_details(sub->details, out);
		}
		if (has_options(sub))
			add_man_options(sub->options(), out);
	}
}
