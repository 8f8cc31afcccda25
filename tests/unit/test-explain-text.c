/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "bench/explain-text.h"

static char *print(const char *report)
{
	struct str out = STR_INIT;
	struct err e = {0};

	assert_int_equal(explain_text_print(report, strlen(report), false, &out, &e), 0);
	return str_take(&out);
}

static void numbers_stand_right_and_words_left(void **state)
{
	(void)state;
	cleanup_free char *text = print(
	    "{\"title\": \"profile\", \"sections\": [{\"kind\": \"table\", \"title\": \"hot\","
	    "\"columns\": [\"function\", \"calls\"], \"rows\": [[\"common\", 1900], "
	    "[\"run\", 1]], \"note\": \"how to read it\"}]}");

	assert_string_equal(text, "profile\n"
				  "\n"
				  "  hot\n"
				  "  function  calls\n"
				  "  common     1900\n"
				  "  run           1\n"
				  "  how to read it\n");
}

static void plans_keep_their_indentation(void **state)
{
	(void)state;
	cleanup_free char *text =
	    print("{\"title\": \"plan\", \"sections\": [{\"kind\": \"plan\", \"lines\": "
		  "[\"Seq Scan\", \"  Filter:  x\"]}]}");

	assert_string_equal(text, "plan\n\n  Seq Scan\n    Filter:  x\n");
}

/* A heading over nothing would send who reads it looking for a picture. */
static void a_flame_graph_names_its_page(void **state)
{
	(void)state;
	cleanup_free char *text =
	    print("{\"title\": \"t\", \"sections\": [{\"kind\": \"stacks\", \"title\": "
		  "\"flame graph\", \"stacks\": [[\"run\", 5]], \"note\": \"who called whom\"}]}");

	assert_non_null(strstr(text, "flame graph\n  drawn in the page only: "));
	assert_null(strstr(text, "who called whom"));
}

static void what_a_guest_sends_is_cleaned(void **state)
{
	(void)state;
	cleanup_free char *text =
	    print("{\"title\": \"t\\u001b[2J\", \"sections\": [{\"kind\": \"text\", \"text\": "
		  "\"a\\u0007b\\nc\"}]}");

	assert_string_equal(text, "t [2J\n\n  a b\n  c\n");
}

static void growth_is_fitted_with_an_interval(void **state)
{
	(void)state;
	cleanup_free char *power =
	    print("{\"sections\": [{\"kind\": \"growth\", \"parameter\": \"length\", "
		  "\"sizes\": [10, 20, 40, 80], \"seconds\": [0.01, 0.0401, 0.159, 0.64]}]}");
	cleanup_free char *base =
	    print("{\"sections\": [{\"kind\": \"growth\", \"parameter\": \"length\", "
		  "\"sizes\": [4, 5, 6, 7], \"seconds\": [0.1, 0.3, 0.9, 2.7]}]}");
	cleanup_free char *few =
	    print("{\"sections\": [{\"kind\": \"growth\", \"sizes\": [4, 5, 6], \"seconds\": [1, "
		  "2, 3]}]}");

	assert_string_equal(power,
			    "\n  time ~ length ^ 2.00, 95% interval [1.99, 2.01]; nearest: n^2\n");
	assert_non_null(strstr(base, "exponential: the time grows 3.00 times with each further"));
	assert_non_null(strstr(few, "too few values"));
}

static void odd_shapes_do_no_harm(void **state)
{
	(void)state;
	static const char *const reports[] = {
	    "{}",
	    "{\"title\": 3, \"sections\": 4}",
	    "{\"sections\": [1, null, [], {\"kind\": \"table\"}, {\"kind\": \"plan\"}]}",
	    "{\"sections\": [{\"kind\": \"table\", \"columns\": [\"a\"], \"rows\": [1, [[]], [], "
	    "[1, 2, 3]]}]}",
	    "{\"sections\": [{\"kind\": \"growth\"}, {\"kind\": \"growth\", \"parameter\": 3, "
	    "\"sizes\": [1, 2, 3, 4, 5], \"seconds\": [1, null, {}, \"x\"]}]}",
	};

	for (size_t i = 0; i < ARRAY_SIZE(reports); i++) {
		cleanup_free char *text = print(reports[i]);

		assert_non_null(text);
	}
}

static void no_json_is_an_error(void **state)
{
	(void)state;
	cleanup(str_done) struct str out = STR_INIT;
	struct err e = {0};

	assert_int_equal(explain_text_print("{", 1, false, &out, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
}

UNIT_TESTS(unit(numbers_stand_right_and_words_left), unit(plans_keep_their_indentation),
	   unit(a_flame_graph_names_its_page), unit(what_a_guest_sends_is_cleaned),
	   unit(growth_is_fitted_with_an_interval), unit(odd_shapes_do_no_harm),
	   unit(no_json_is_an_error))
