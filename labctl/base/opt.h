/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_OPT_H
#define LABCTL_BASE_OPT_H

/*
 * Options as a table. From one table come parsing, --help, completion and the
 * SYNOPSIS and OPTIONS of the man page, so they cannot disagree. A table ends
 * with OPT_END. Values are written straight to *value when the option is met.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/strv.h"

enum opt_type {
	OPT_T_END = 0,
	OPT_T_FLAG,     /* bool: present sets true; --no-x sets false */
	OPT_T_STRING,   /* char const *: points into argv */
	OPT_T_STRINGS,  /* struct strv: may be given again */
	OPT_T_LIST,     /* struct strv: comma-separated, may be given again */
	OPT_T_INT,      /* int64_t within [min, max] */
	OPT_T_DOUBLE,   /* double within [min, max] */
	OPT_T_BYTES,    /* int64_t, "256M" */
	OPT_T_DURATION, /* int64_t ns, "10s" */
	OPT_T_FRACTION, /* double, "2%" */
	OPT_T_CHOICE,   /* char const *: one of `choices`, "a|b|c" */
};

struct opt {
	enum opt_type type;
	char short_name;       /* 0 for none */
	const char *long_name; /* without the dashes */
	const char *argument;  /* as shown in help: "FILE"; NULL for a flag */
	const char *help;      /* one sentence without a full stop */
	void *value;
	double min, max; /* both 0: no range */
	const char *choices;
};

#define OPT_END                                                                                    \
	{                                                                                          \
		.type = OPT_T_END                                                                  \
	}

/*
 * Parses argv[1..] of a command. What is no option goes to `operands`; "--"
 * ends options; with stop_at_operand the first operand does too (for `exec -- CMD`).
 * An unknown option names the nearest known one. *help is set by -h and --help.
 */
int opt_parse(const struct opt *table, int argc, char **argv, bool stop_at_operand,
	      struct strv *operands, bool *help, struct err *e);

/* The option rows of --help, wrapped at 80 columns. */
void opt_print_help(const struct opt *table, struct str *out);

#endif
