/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "base/opt.h"

static bool all;
static const char *name, *color;
static struct strv files, words;
static int64_t count, bytes;
static double part;

static const struct opt table[] = {
    {OPT_T_FLAG, 'a', "all", NULL, "everything", &all, 0, 0, NULL},
    {OPT_T_STRING, 'n', "name", "NAME", "a name", &name, 0, 0, NULL},
    {OPT_T_STRINGS, 'f', "file", "FILE", "a file", &files, 0, 0, NULL},
    {OPT_T_LIST, 0, "words", "A,B", "words", &words, 0, 0, NULL},
    {OPT_T_INT, 0, "count", "N", "a number", &count, 1, 10, NULL},
    {OPT_T_BYTES, 0, "memory", "SIZE", "a size", &bytes, 0, 0, NULL},
    {OPT_T_FRACTION, 0, "precision", "PART", "a part", &part, 0, 0, NULL},
    {OPT_T_CHOICE, 0, "color", "WHICH",
     "a color that must be one of three, which takes a long "
     "sentence to say, longer than a line",
     &color, 0, 0, "red|green|blue"},
    OPT_END,
};

static struct strv operands;
static struct err e;
static bool help;

/* Splits a command line at blanks and parses it. The words live until the next call. */
static int parse(const char *line, bool stop)
{
	static struct strv argv;

	strv_done(&argv);
	strv_done(&operands);
	strv_done(&files);
	strv_done(&words);
	all = help = false;
	name = color = NULL;
	count = bytes = 0;
	e = (struct err){0};
	strv_add(&argv, "command");
	strv_split(&argv, line, ' ');
	return opt_parse(table, (int)argv.len, argv.items, stop, &operands, &help, &e);
}

static void all_forms(void **state)
{
	(void)state;
	assert_int_equal(parse("-a -nx --file=a --file b -fc one --words a,b --words c "
			       "--count 7 --memory 2M --precision 5% --color green two",
			       false),
			 0);
	assert_true(all);
	assert_string_equal(name, "x");
	assert_int_equal(files.len, 3);
	assert_int_equal(words.len, 3);
	assert_int_equal(count, 7);
	assert_int_equal(bytes, 2 << 20);
	assert_true(part > 0.049 && part < 0.051);
	assert_string_equal(color, "green");
	assert_int_equal(operands.len, 2);
	assert_int_equal(parse("-an x", false), 0);
	assert_true(all);
	assert_string_equal(name, "x");
	assert_int_equal(parse("--all --no-all", false), 0);
	assert_false(all);
}

static void what_ends_options(void **state)
{
	(void)state;
	assert_int_equal(parse("-a -- -n --", false), 0);
	assert_int_equal(operands.len, 2);
	assert_string_equal(operands.items[0], "-n");
	assert_string_equal(operands.items[1], "--");
	assert_int_equal(parse("ls -a -- -l", true), 0);
	assert_false(all);
	assert_int_equal(operands.len, 4);
	assert_int_equal(parse("-", false), 0);
	assert_string_equal(operands.items[0], "-");
}

static void assert_refused(const char *line, const char *why)
{
	assert_int_equal(parse(line, false), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.msg, why);
}

static void what_is_refused(void **state)
{
	(void)state;
	assert_refused("--colour red", "unknown option '--colour'");
	assert_string_equal(e.hint, "did you mean '--color'?");
	assert_refused("-x", "unknown option '-x'");
	assert_refused("--name", "option '--name' needs a value: NAME");
	assert_refused("--all=yes", "option '--all' takes no value");
	assert_refused("--no-name x", "unknown option '--no-name'");
	assert_refused("--count 11", "option '--count': 11 is not between 1 and 10");
	assert_refused("--count x", "option '--count': 'x' is not a whole number");
	assert_refused("--memory 2Q", "option '--memory': '2Q': unknown unit 'Q'");
	assert_refused("--color pink", "option '--color': 'pink' is none of red|green|blue");
	assert_refused("--nam x", "unknown option '--nam'");
}

static void help_is_asked_for(void **state)
{
	(void)state;
	assert_int_equal(parse("-h", false), 0);
	assert_true(help);
	assert_int_equal(parse("x --help", false), 0);
	assert_true(help);
	assert_int_equal(parse("x --help", true), 0);
	assert_false(help);
}

static void help_rows_fit_a_terminal(void **state)
{
	cleanup(str_done) struct str out = STR_INIT;

	(void)state;
	opt_print_help(table, &out);
	assert_non_null(strstr(out.data, "  -n, --name NAME         a name\n"));
	for (char *line = strtok(out.data, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) < 80);
}

UNIT_TESTS(unit(all_forms), unit(what_ends_options), unit(what_is_refused), unit(help_is_asked_for),
	   unit(help_rows_fit_a_terminal))
