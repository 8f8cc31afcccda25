/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/strv.h"
#include "spec/json.h"

static json_t *read_text(const char *text, struct err *e)
{
	memset(e, 0, sizeof(*e));
	return json_read_text("j.json", text, strlen(text), e);
}

static void places_syntax_errors(void **state)
{
	struct err e;
	(void)state;

	assert_null(read_text("{\n \"a\": }", &e));
	assert_int_equal(e.kind, ERR_SPEC);
	assert_non_null(strstr(e.msg, "j.json:2:7: not valid JSON"));
	assert_null(read_text("{\"a\":1,\"a\":2}", &e));
	assert_null(read_text("{} x", &e));
	assert_null(read_text("", &e));
}

static void getters_name_the_key(void **state)
{
	struct err e;
	const char *text = NULL;
	int64_t number = 0;
	json_t *inner = NULL;
	(void)state;

	cleanup(json_free) json_t *j = read_text("{\"s\":\"x\",\"i\":4,\"l\":[]}", &e);
	assert_int_equal(json_get_string(j, "s", &text, "READY", &e), 0);
	assert_string_equal(text, "x");
	assert_int_equal(json_get_int(j, "i", &number, "READY", &e), 0);
	assert_int_equal(json_get_array(j, "l", &inner, "READY", &e), 0);
	assert_int_equal(json_get_int(j, "s", &number, "READY", &e), -1);
	assert_string_equal(e.msg, "READY: 's' must be a whole number, but is a text");
	assert_int_equal(json_get_string(j, "z", &text, "READY", &e), -1);
	assert_string_equal(e.msg, "READY: key 'z' (a text) is missing");
	assert_string_equal(json_string_or(j, "z", "preset"), "preset");
	assert_int_equal(json_int_or(j, "i", 9), 4);
}

struct inner {
	char *word;
};

struct outer {
	uint64_t seed;
	double ratio, none;
	int64_t n;
	int ending;
	bool yes;
	struct strv words;
	json_t *free_form;
	struct inner *items;
	size_t item_count;
};

static const struct field inner_fields[] = {
    {.key = "word", .type = FIELD_STRING, .offset = offsetof(struct inner, word), .required = true},
    {.type = FIELD_END},
};
static const struct schema inner_schema = {
    .title = "inner", .size = sizeof(struct inner), .fields = inner_fields};

#define AT(member) offsetof(struct outer, member)
static const struct field outer_fields[] = {
    {.key = "seed", .type = FIELD_SEED, .offset = AT(seed)},
    {.key = "ratio", .type = FIELD_DOUBLE, .offset = AT(ratio)},
    {.key = "none", .type = FIELD_DOUBLE, .offset = AT(none)},
    {.key = "n", .type = FIELD_INT, .offset = AT(n), .min = 0, .max = 10},
    {.key = "ending", .type = FIELD_CHOICE, .offset = AT(ending), .choices = "ok|bad"},
    {.key = "yes", .type = FIELD_BOOL, .offset = AT(yes)},
    {.key = "words", .type = FIELD_STRINGS, .offset = AT(words)},
    {.key = "free", .type = FIELD_JSON, .offset = AT(free_form)},
    {.key = "items",
     .type = FIELD_LIST,
     .offset = AT(items),
     .count_offset = AT(item_count),
     .sub = &inner_schema},
    {.type = FIELD_END},
};
static const struct schema outer_schema = {
    .title = "outer", .size = sizeof(struct outer), .fields = outer_fields};

static void tables_go_both_ways(void **state)
{
	static const char text[] =
	    "{\"seed\":\"0xfffffffffffffffe\",\"ratio\":1.5,\"none\":null,\"n\":3,\"ending\":"
	    "\"bad\",\"yes\":true,\"words\":[\"a\"],\"free\":{\"x\":[1]},\"items\":[{\"word\":"
	    "\"w\"}]}";
	struct outer o;
	struct err e;
	(void)state;

	cleanup(json_free) json_t *j = read_text(text, &e);
	assert_int_equal(json_decode(&outer_schema, j, "o.json", &o, &e), 0);
	assert_true(o.seed == 0xfffffffffffffffeULL);
	assert_true(isnan(o.none));
	assert_int_equal(o.ending, 1);
	cleanup(json_free) json_t *back = json_encode(&outer_schema, &o);
	cleanup_free char *again = json_text(back, false);
	assert_string_equal(again, text);
	schema_done(&outer_schema, &o);
}

static void refuses(const char *text, const char *message)
{
	struct outer o;
	struct err e;

	cleanup(json_free) json_t *j = read_text(text, &e);
	assert_non_null(j);
	assert_int_equal(json_decode(&outer_schema, j, "o.json", &o, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
	assert_string_equal(e.msg, message);
}

static void tables_are_strict(void **state)
{
	(void)state;
	refuses("[]", "o.json: : must be an object: outer");
	refuses("{\"z\":1}", "o.json: z: unknown key in outer");
	refuses("{\"items\":[{\"word\":\"a\"},{}]}", "o.json: items[1].word: is missing in inner");
	refuses("{\"items\":[{\"word\":1}]}", "o.json: items[0].word: has the wrong type");
	refuses("{\"n\":11}", "o.json: n: must be between 0 and 10");
	refuses("{\"n\":\"1\"}", "o.json: n: has the wrong type");
	refuses("{\"yes\":\"true\"}", "o.json: yes: has the wrong type");
	refuses("{\"seed\":12}", "o.json: seed: has the wrong type");
	refuses("{\"words\":\"a\"}", "o.json: words: must be a list of texts");
	refuses("{\"ending\":\"bed\"}",
		"o.json: ending: 'bed' is not one of ok, bad; did you mean 'bad'?");
}

UNIT_TESTS(unit(places_syntax_errors), unit(getters_name_the_key), unit(tables_go_both_ways),
	   unit(tables_are_strict))
