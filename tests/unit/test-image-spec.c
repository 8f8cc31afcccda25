/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "spec/image.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LOCK_HEAD                                                                                  \
	"# The exact packages of image base. Written by `labctl image lock`.\n"                    \
	"schema: 1\nimage: base\narchitecture: amd64\nsource_date_epoch: 1700000000\n"             \
	"indexes:\n  - {suite: trixie, component: main, release_sha256: " HEX                      \
	", packages_sha256: " HEX ", date: \"Sat, 08 Aug 2026 10:00:00 UTC\"}\npackages:\n"
#define PACKAGE(name, version)                                                                     \
	"  - {name: " name ", version: " version ", architecture: amd64, pool: pool/main/" name    \
	".deb, size: 12, sha256: " HEX ", index: 0}\n"

static int parse_image(const char *text, struct image_spec *s, struct err *e)
{
	memset(e, 0, sizeof(*e));
	return schema_parse(&image_schema, "image.yaml", text, strlen(text), s, e);
}

static int parse_lock(const char *text, struct image_lock *l, struct err *e)
{
	memset(e, 0, sizeof(*e));
	return image_lock_parse("image.lock", text, strlen(text), l, e);
}

static void says(const char *message, const char *part)
{
	if (!strstr(message, part))
		print_error("'%s' lacks '%s'\n", message, part);
	assert_non_null(strstr(message, part));
}

static void reads_an_image(void **state)
{
	struct image_spec s;
	struct err e;
	(void)state;

	assert_int_equal(parse_image("summary: x\nparent: base\npackages: [libstdc++6, redis]\n"
				     "files:\n  /etc/a.conf: a.conf\n"
				     "  /usr/bin/b: {source: b, mode: 0755}\n"
				     "steps:\n  - useradd lab\n  - {run: make, user: lab}\n",
				     &s, &e),
			 0);
	assert_int_equal(s.packages.len, 2);
	assert_string_equal(s.files[0].path, "/etc/a.conf");
	assert_int_equal(s.files[0].mode, 0644);
	assert_int_equal(s.files[1].mode, 0755);
	assert_string_equal(s.steps[0].user, "root");
	assert_string_equal(s.steps[1].run, "make");
	image_spec_done(&s);
}

static void refuses_bad_images(void **state)
{
	static const char *const bad[][2] = {
	    {"summary: x\n", "image.yaml:1:1: an image needs a 'parent' or a 'release'"},
	    {"summary: x\nparent: a\nrelease: b\n", "image.yaml:3:10: 'release'"},
	    {"summary: x\nrelease: b\npackages: [\"-o=x\"]\n", "image.yaml:3:11: 'packages'"},
	    {"summary: x\nrelease: b\npackages: [aa, aa]\n", "'aa' stands twice"},
	    {"summary: x\nrelease: b\nfiles: {/etc/../x: y}\n", "must be the absolute path"},
	    {"summary: x\nrelease: b\nfiles: {/etc/x: ../y}\n", "image.yaml:3:17: 'source'"},
	};
	struct image_spec s;
	struct err e;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(parse_image(bad[i][0], &s, &e), -1);
		says(e.msg, bad[i][1]);
	}
}

static void locks_print_as_they_are_read(void **state)
{
	static const char text[] =
	    LOCK_HEAD PACKAGE("libc6", "2.41-12") PACKAGE("redis", "5:8.0~1+b2");
	cleanup(str_done) struct str out = STR_INIT;
	struct image_lock l;
	struct err e;
	(void)state;

	assert_int_equal(parse_lock(text, &l, &e), 0);
	image_lock_print(&l, &out);
	assert_string_equal(out.data, text);
	image_lock_done(&l);
}

static void refuses_bad_locks(void **state)
{
	static const char *const bad[][2] = {
	    {LOCK_HEAD PACKAGE("bb", "1") PACKAGE("aa", "1"), "'aa' is out of order"},
	    {LOCK_HEAD PACKAGE("aa", "1") PACKAGE("aa", "1"), "'aa' is out of order"},
	    {LOCK_HEAD PACKAGE("A", "1"), "image.lock:9:"},
	    {LOCK_HEAD PACKAGE("aa", "\"1 2\""), "is no version"},
	    {"schema: 2\n", "image.lock:1:9: 'schema': 2: must be between 1 and 1"},
	};
	struct image_lock l;
	struct err e;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(parse_lock(bad[i][0], &l, &e), -1);
		says(e.msg, bad[i][1]);
	}
	assert_non_null(strstr(e.hint, "labctl image lock --update"));
}

static void names_the_nearest_image(void **state)
{
	struct image_spec s;
	struct err e = {0};
	(void)state;

	assert_int_equal(image_spec_load("no-such-image", &s, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
}

UNIT_TESTS(unit(reads_an_image), unit(refuses_bad_images), unit(locks_print_as_they_are_read),
	   unit(refuses_bad_locks), unit(names_the_nearest_image))
