/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "base/strv.h"
#include "spec/schema.h"

struct part {
	char *name;
	int64_t size;
};

struct thing {
	char *title, *file, *digest;
	struct strv words, colours;
	bool on;
	int64_t count, mode, bytes, wait_ns;
	double weight, share;
	int colour;
	struct part part;
	struct part *list, *map;
	size_t list_count, map_count;
};

#define AT(member) offsetof(struct part, member)
static const struct field part_fields[] = {
    {.key = "name", .type = FIELD_NAME, .offset = AT(name)},
    {.key = "size", .type = FIELD_INT, .offset = AT(size), .preset = "7"},
    {.type = FIELD_END},
};
static const struct schema part_schema = {
    .title = "a part", .size = sizeof(struct part), .fields = part_fields, .short_key = "size"};
#undef AT
#define AT(member) offsetof(struct thing, member)
static const struct field thing_fields[] = {
    {.key = "title", .type = FIELD_STRING, .offset = AT(title), .required = true, .help = "a name"},
    {.key = "file", .type = FIELD_PATH, .offset = AT(file)},
    {.key = "digest", .type = FIELD_DIGEST, .offset = AT(digest)},
    {.key = "words", .type = FIELD_STRINGS, .offset = AT(words)},
    {.key = "colours", .type = FIELD_STRINGS, .offset = AT(colours), .choices = "red|green"},
    {.key = "on", .type = FIELD_BOOL, .offset = AT(on)},
    {.key = "count", .type = FIELD_INT, .offset = AT(count), .preset = "3", .min = 1, .max = 9},
    {.key = "mode", .type = FIELD_MODE, .offset = AT(mode)},
    {.key = "bytes", .type = FIELD_BYTES, .offset = AT(bytes), .min = 1024},
    {.key = "wait", .type = FIELD_DURATION, .offset = AT(wait_ns)},
    {.key = "weight", .type = FIELD_DOUBLE, .offset = AT(weight)},
    {.key = "share", .type = FIELD_FRACTION, .offset = AT(share)},
    {.key = "colour", .type = FIELD_CHOICE, .offset = AT(colour), .choices = "red|green|blue"},
    {.key = "part", .type = FIELD_OBJECT, .offset = AT(part), .sub = &part_schema},
    {.key = "list",
     .type = FIELD_LIST,
     .offset = AT(list),
     .count_offset = AT(list_count),
     .sub = &part_schema},
    {.key = "map",
     .type = FIELD_MAP,
     .offset = AT(map),
     .count_offset = AT(map_count),
     .sub = &part_schema},
    {.type = FIELD_END},
};

static int check_thing(const void *object, const struct schema_where *where, struct err *e)
{
	const struct thing *t = object;

	if (t->title && !strcmp(t->title, "forbidden"))
		return schema_fail(where, "title", e, "not this one");
	return 0;
}

static const struct schema thing_schema = {.title = "thing.yaml",
					   .summary = "A thing.",
					   .size = sizeof(struct thing),
					   .fields = thing_fields,
					   .check = check_thing};

static int parse(const char *text, struct thing *t, struct err *e)
{
	memset(e, 0, sizeof(*e));
	return schema_parse(&thing_schema, "t.yaml", text, strlen(text), t, e);
}

/* The text is refused with exactly this message. */
static void refuses(const char *text, const char *message)
{
	struct thing t;
	struct err e;

	assert_int_equal(parse(text, &t, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
	assert_string_equal(e.msg, message);
}

static void reads_every_type(void **state)
{
	struct thing t;
	struct err e;
	(void)state;

	assert_int_equal(parse("title: 'a b'\n"
			       "file: a/b.txt\n"
			       "digest: "
			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"
			       "words: [one, \"two, three\"]\n"
			       "colours:\n- green\n"
			       "on: true\n"
			       "count: 9\n"
			       "mode: 0755\n"
			       "bytes: 2K\n"
			       "wait: 1.5s\n"
			       "weight: -2.5\n"
			       "share: 2%\n"
			       "colour: blue\n"
			       "part: {name: p, size: 4}\n"
			       "list: [{name: x}, 5]\n"
			       "map: {m: {size: 2}, n: 8}\n",
			       &t, &e),
			 0);
	assert_string_equal(t.title, "a b");
	assert_string_equal(t.file, "a/b.txt");
	assert_int_equal(t.words.len, 2);
	assert_string_equal(t.words.items[1], "two, three");
	assert_string_equal(t.colours.items[0], "green");
	assert_true(t.on);
	assert_int_equal(t.count, 9);
	assert_int_equal(t.mode, 0755);
	assert_int_equal(t.bytes, 2048);
	assert_int_equal(t.wait_ns, 1500000000);
	assert_true(t.weight == -2.5);
	assert_true(t.share == 0.02);
	assert_int_equal(t.colour, 2);
	assert_int_equal(t.part.size, 4);
	assert_int_equal(t.list_count, 2);
	assert_int_equal(t.list[0].size, 7);
	assert_int_equal(t.list[1].size, 5);
	assert_int_equal(t.map_count, 2);
	assert_string_equal(t.map[1].name, "n");
	assert_int_equal(t.map[1].size, 8);
	schema_done(&thing_schema, &t);
}

static void fills_defaults(void **state)
{
	struct thing t;
	struct err e;
	(void)state;

	assert_int_equal(parse("title: x\n", &t, &e), 0);
	assert_int_equal(t.count, 3);
	assert_int_equal(t.part.size, 7);
	assert_null(t.file);
	schema_done(&thing_schema, &t);
}

static void names_an_unknown_key(void **state)
{
	struct thing t;
	struct err e;
	(void)state;

	assert_int_equal(parse("title: x\ncuont: 4\n", &t, &e), -1);
	assert_string_equal(e.msg,
			    "t.yaml:2:1: unknown key 'cuont' in thing.yaml; did you mean 'count'?");
	assert_non_null(strstr(e.hint, "title, file, digest"));
	refuses("title: x\npart:\n  zzzzzz: 4\n", "t.yaml:3:3: unknown key 'zzzzzz' in a part");
}

static void refuses_duplicate_and_missing_keys(void **state)
{
	(void)state;
	refuses("title: x\non: true\ntitle: y\n",
		"t.yaml:3:1: key 'title' stands twice (first in line 1)");
	refuses("on: true\n", "t.yaml:1:1: key 'title' is missing in thing.yaml");
	refuses("title: x\nmap: {a: 1, a: 2}\n", "t.yaml:2:13: 'a' stands twice in 'map'");
	refuses("", "t.yaml:1:1: the file is empty, but thing.yaml has keys that must be there");
}

static void refuses_values_out_of_range(void **state)
{
	(void)state;
	refuses("title: x\ncount: 10\n", "t.yaml:2:8: 'count': 10: must be between 1 and 9");
	refuses("title: x\nbytes: 1K\nbytes: 1\n",
		"t.yaml:3:1: key 'bytes' stands twice (first in line 2)");
	refuses("title: x\nbytes: 512B\n", "t.yaml:2:8: 'bytes': 512B: must be at least 1.0 KiB");
	refuses("title: x\nbytes: 512\n", "t.yaml:2:8: 'bytes': '512' needs a unit, as in '512M'");
	refuses("title: x\nwait: 10\n", "t.yaml:2:7: 'wait': '10' needs a unit, as in '10s'");
	refuses("title: x\non: yes\n", "t.yaml:2:5: 'on': 'yes' must be true or false");
	refuses("title: x\nmode: 999\n",
		"t.yaml:2:7: 'mode': '999' is no mode: write it like 0644");
	refuses(
	    "title: x\ncolour: geen\n",
	    "t.yaml:2:9: 'colour': 'geen' is not one of red, green, blue; did you mean 'green'?");
	refuses("title: x\ncolours: [red, red]\n", "t.yaml:2:16: 'colours': 'red' stands twice");
}

static void refuses_paths_that_leave(void **state)
{
	static const char *const paths[] = {"/etc/passwd", "../x", "a/../b", "a//b",
					    "./a",         "a/",   "a/.",    ".."};
	struct thing t;
	struct err e;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		cleanup_free char *text = xasprintf("title: x\nfile: %s\n", paths[i]);
		assert_int_equal(parse(text, &t, &e), -1);
		assert_non_null(strstr(e.msg, "t.yaml:2:7: 'file': '"));
	}
}

static void refuses_wrong_shapes(void **state)
{
	(void)state;
	refuses("- a\n", "t.yaml:1:1: thing.yaml must be a mapping of keys, not a list");
	refuses("title: [a]\n", "t.yaml:1:8: 'title' must be a single value, not a list");
	refuses("title: x\nwords: a\n", "t.yaml:2:8: 'words' must be a list, not a single value");
	refuses("title: x\npart: a\n",
		"t.yaml:2:7: 'part' must be a mapping of keys, not a single value");
	refuses("title: x\n[a]: b\n", "t.yaml:2:1: a key of thing.yaml must be a word, not a list");
	refuses("title:\n", "t.yaml:1:7: 'title' has no value");
	refuses("title: ~\n", "t.yaml:1:8: 'title' is null: leave the key out");
	refuses("title: x\n---\ntitle: y\n",
		"t.yaml:2:1: a second document begins here; thing.yaml is one document");
}

static void refuses_tricks(void **state)
{
	struct thing t;
	struct err e;
	(void)state;

	assert_int_equal(parse("title: &a x\n", &t, &e), -1);
	assert_non_null(strstr(e.msg, "t.yaml:1:8: anchors (&) and aliases (*) are not allowed"));
	assert_int_equal(parse("title: *a\n", &t, &e), -1);
	assert_int_equal(parse("title: !!str x\n", &t, &e), -1);
	assert_non_null(strstr(e.msg, "tags (!) are not allowed"));
	assert_int_equal(parse("title: \"a\\0b\"\n", &t, &e), -1);
	assert_int_equal(parse("title: \xff\xfe\n", &t, &e), -1);
	assert_non_null(strstr(e.hint, "UTF-8"));
}

static void points_at_a_tab(void **state)
{
	struct thing t;
	struct err e;
	(void)state;

	assert_int_equal(parse("title: x\npart:\n\tname: y\n", &t, &e), -1);
	assert_non_null(strstr(e.msg, "t.yaml:3:1: not valid YAML"));
	assert_non_null(strstr(e.hint, "never with tabs"));
}

static void checks_point_at_their_key(void **state)
{
	(void)state;
	refuses("on: true\ntitle: forbidden\n", "t.yaml:2:8: 'title': not this one");
}

static void prints_what_it_reads(void **state)
{
	static const char text[] = "title: \"a: \\\"b\\\" \\n\"\n"
				   "words: [one, \"two, three\"]\n"
				   "on: true\n"
				   "count: 9\n"
				   "mode: 0755\n"
				   "bytes: 2K\n"
				   "wait: 1500ms\n"
				   "weight: 0.1\n"
				   "colour: blue\n"
				   "part: {name: p}\n"
				   "list:\n"
				   "  - {name: x, size: 1}\n"
				   "map:\n"
				   "  m: {size: 2}\n";
	cleanup(str_done) struct str out = STR_INIT;
	struct thing t;
	struct err e;
	(void)state;

	assert_int_equal(parse(text, &t, &e), 0);
	schema_print(&thing_schema, &t, &out);
	assert_string_equal(out.data, text);
	schema_done(&thing_schema, &t);
}

static void documents_each_key(void **state)
{
	cleanup(str_done) struct str out = STR_INIT;
	(void)state;

	schema_document(&thing_schema, &out);
	assert_non_null(strstr(out.data, "### thing.yaml\n\nA thing."));
	assert_non_null(strstr(out.data, "| `title` | text | **required** | a name |"));
	assert_non_null(strstr(out.data, "| `count` | whole number, 1 to 9 | `3` |"));
	assert_non_null(strstr(out.data, "| `colour` | one of `red`, `green`, `blue` |"));
	assert_non_null(strstr(out.data, "### thing.yaml: map: NAME"));
}

UNIT_TESTS(unit(reads_every_type), unit(fills_defaults), unit(names_an_unknown_key),
	   unit(refuses_duplicate_and_missing_keys), unit(refuses_values_out_of_range),
	   unit(refuses_paths_that_leave), unit(refuses_wrong_shapes), unit(refuses_tricks),
	   unit(points_at_a_tab), unit(checks_point_at_their_key), unit(prints_what_it_reads),
	   unit(documents_each_key))
