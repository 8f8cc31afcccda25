/* SPDX-License-Identifier: Apache-2.0 */
#include "base/opt.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* One parse: where it stands in argv, and what it was given. */
struct parse {
	const struct opt *table;
	int argc;
	char **argv;
	int next;
	bool help;
};

static const struct opt *find_long(const struct opt *table, const char *name, size_t len)
{
	for (const struct opt *o = table; o->type != OPT_T_END; o++)
		if (o->long_name && strncmp(o->long_name, name, len) == 0 && !o->long_name[len])
			return o;
	return NULL;
}

static const struct opt *find_short(const struct opt *table, char name)
{
	for (const struct opt *o = table; o->type != OPT_T_END; o++)
		if (o->short_name == name)
			return o;
	return NULL;
}

static int unknown_option(const struct parse *p, const char *arg, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	size_t len = strcspn(arg, "=");

	fail(e, ERR_USAGE, 0, "unknown option '%.*s'", (int)len, arg);
	if (!str_starts(arg, "--"))
		return -1;
	for (const struct opt *o = p->table; o->type != OPT_T_END; o++)
		if (o->long_name)
			strv_add(&names, o->long_name);
	cleanup_free char *word = xstrndup(arg + 2, len - 2);
	const char *nearest = str_nearest(word, (const char *const *)strv_argv(&names));

	if (nearest)
		hint(e, "did you mean '--%s'?", nearest);
	return -1;
}

static bool is_choice(const char *choices, const char *value)
{
	cleanup(strv_done) struct strv words = STRV_INIT;

	strv_split(&words, choices, '|');
	return strv_has(&words, value);
}

static char *in_words(const struct opt *o, double value, char buf[32])
{
	if (o->type == OPT_T_BYTES)
		return str_human_bytes((int64_t)value, buf, 32);
	if (o->type == OPT_T_DURATION)
		return str_human_ns((int64_t)value, buf, 32);
	snprintf(buf, 32, "%.10g", value);
	return buf;
}

static int check_range(const struct opt *o, double value, struct err *e)
{
	char got[32], least[32], most[32];

	if ((o->min == 0 && o->max == 0) || (value >= o->min && value <= o->max))
		return 0;
	return fail(e, ERR_USAGE, 0, "%s is not between %s and %s", in_words(o, value, got),
		    in_words(o, o->min, least), in_words(o, o->max, most));
}

static int set_number(const struct opt *o, const char *text, struct err *e)
{
	int64_t *whole = o->value;
	double *real = o->value;

	switch (o->type) {
	case OPT_T_INT:
		if (str_to_int64(text, INT64_MIN, INT64_MAX, whole, e))
			return -1;
		return check_range(o, (double)*whole, e);
	case OPT_T_BYTES:
		if (str_to_bytes(text, whole, e))
			return -1;
		return check_range(o, (double)*whole, e);
	case OPT_T_DURATION:
		if (str_to_duration_ns(text, whole, e))
			return -1;
		return check_range(o, (double)*whole, e);
	case OPT_T_FRACTION:
		if (str_to_fraction(text, real, e))
			return -1;
		return check_range(o, *real, e);
	default:
		if (str_to_double(text, -DBL_MAX, DBL_MAX, real, e))
			return -1;
		return check_range(o, *real, e);
	}
}

static int set_value(const struct opt *o, const char *text, struct err *e)
{
	switch (o->type) {
	case OPT_T_STRING:
		*(char const **)o->value = text;
		return 0;
	case OPT_T_STRINGS:
		strv_add(o->value, text);
		return 0;
	case OPT_T_LIST:
		strv_split(o->value, text, ',');
		return 0;
	case OPT_T_CHOICE:
		if (!is_choice(o->choices, text))
			return fail(e, ERR_USAGE, 0, "'%s' is none of %s", text, o->choices);
		*(char const **)o->value = text;
		return 0;
	default:
		return set_number(o, text, e);
	}
}

/* The value of an option: what follows "=", or the next word. */
static int take_value(struct parse *p, const struct opt *o, const char *attached, const char *shown,
		      struct err *e)
{
	const char *text = attached;

	if (!text) {
		if (p->next >= p->argc)
			return fail(e, ERR_USAGE, 0, "option '%s' needs a value: %s", shown,
				    o->argument ? o->argument : "VALUE");
		text = p->argv[p->next++];
	}
	if (set_value(o, text, e))
		return wrap(e, "option '%s'", shown);
	return 0;
}

static int parse_long(struct parse *p, const char *arg, struct err *e)
{
	const char *name = arg + 2;
	size_t len = strcspn(name, "=");
	const char *attached = name[len] ? name + len + 1 : NULL;
	const struct opt *o = find_long(p->table, name, len);
	bool yes = true;

	if (!o && str_starts(name, "no-")) {
		o = find_long(p->table, name + 3, len - 3);
		if (o && o->type != OPT_T_FLAG)
			o = NULL;
		yes = false;
	}
	if (!o && strcmp(name, "help") == 0) {
		p->help = true;
		return 0;
	}
	if (!o)
		return unknown_option(p, arg, e);
	if (o->type == OPT_T_FLAG) {
		if (attached)
			return fail(e, ERR_USAGE, 0, "option '--%s' takes no value", o->long_name);
		*(bool *)o->value = yes;
		return 0;
	}
	cleanup_free char *shown = xasprintf("--%s", o->long_name);

	return take_value(p, o, attached, shown, e);
}

/* "-q", "-qv", "-nFILE", "-n FILE" */
static int parse_short(struct parse *p, const char *arg, struct err *e)
{
	for (const char *c = arg + 1; *c; c++) {
		const char shown[] = {'-', *c, '\0'};
		const struct opt *o = find_short(p->table, *c);

		if (!o && *c == 'h') {
			p->help = true;
			continue;
		}
		if (!o)
			return unknown_option(p, shown, e);
		if (o->type != OPT_T_FLAG)
			return take_value(p, o, c[1] ? c + 1 : NULL, shown, e);
		*(bool *)o->value = true;
	}
	return 0;
}

int opt_parse(const struct opt *table, int argc, char **argv, bool stop_at_operand,
	      struct strv *operands, bool *help, struct err *e)
{
	static const struct opt none[] = {OPT_END};
	struct parse p = {.table = table ? table : none, .argc = argc, .argv = argv, .next = 1};
	bool options = true;

	while (p.next < p.argc) {
		const char *arg = p.argv[p.next++];
		int result = 0;

		if (!options || arg[0] != '-' || !arg[1]) {
			strv_add(operands, arg);
			options = options && !stop_at_operand;
		} else if (strcmp(arg, "--") == 0) {
			options = false;
		} else if (arg[1] == '-') {
			result = parse_long(&p, arg, e);
		} else {
			result = parse_short(&p, arg, e);
		}
		if (result)
			return -1;
	}
	*help = p.help;
	return 0;
}

void opt_print_help(const struct opt *table, struct str *out)
{
	enum { HELP_COLUMN = 26 };

	for (const struct opt *o = table; o && o->type != OPT_T_END; o++) {
		cleanup(str_done) struct str left = STR_INIT;

		if (o->short_name)
			str_addf(&left, "  -%c, --%s", o->short_name, o->long_name);
		else
			str_addf(&left, "      --%s", o->long_name);
		if (o->type != OPT_T_FLAG)
			str_addf(&left, " %s", o->argument ? o->argument : "VALUE");
		str_add(out, left.data);
		if (left.len + 2 > HELP_COLUMN)
			str_addf(out, "\n%*s", HELP_COLUMN, "");
		else
			str_addf(out, "%*s", (int)(HELP_COLUMN - left.len), "");
		str_add_wrapped(out, o->help, HELP_COLUMN, HELP_COLUMN);
	}
}
