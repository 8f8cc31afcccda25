/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "deb.h"
#include "image/deb.h"

static void finds_both_tars(void **state)
{
	cleanup(str_done) struct str bytes = STR_INIT;
	struct deb deb;
	struct err e;

	(void)state;
	ar_add(&bytes, "debian-binary", "2.0\n", 4);
	ar_add(&bytes, "_gpgorigin", "odd", 3); /* and the next begins at an even offset */
	ar_add(&bytes, "control.tar.xz", "control", 7);
	ar_add(&bytes, "data.tar.zst/", "data", 4);
	assert_int_equal(deb_parse(bytes.data, bytes.len, &deb, &e), 0);
	assert_int_equal(deb.control.size, 7);
	assert_memory_equal(deb.control.data, "control", 7);
	assert_int_equal(deb.data.size, 4);
	assert_memory_equal(deb.data.data, "data", 4);
}

static void refuses(const struct str *bytes, const char *why)
{
	struct deb deb;
	struct err e;

	assert_int_equal(deb_parse(bytes->data, bytes->len, &deb, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
	assert_non_null(strstr(e.msg, why));
}

static void refuses_what_is_no_package(void **state)
{
	cleanup(str_done) struct str bytes = STR_INIT;

	(void)state;
	refuses(&bytes, "no ar archive");
	str_add(&bytes, "<!doctype html> proxies answer so");
	refuses(&bytes, "no ar archive");
	str_clear(&bytes);
	ar_add(&bytes, "debian-binary", "2.0\n", 4);
	refuses(&bytes, "no control.tar");
	ar_add(&bytes, "control.tar", "x", 1);
	refuses(&bytes, "no data.tar");
	ar_add(&bytes, "control.tar.gz", "x", 1);
	refuses(&bytes, "twice");
}

/* At every length: never a read past the end (the sanitizers watch), never taken for whole. */
static void refuses_every_truncation(void **state)
{
	cleanup(str_done) struct str bytes = STR_INIT;
	struct deb deb;
	struct err e;

	(void)state;
	ar_add(&bytes, "debian-binary", "2.0\n", 4);
	ar_add(&bytes, "control.tar", "control", 7);
	ar_add(&bytes, "data.tar", "data", 4);
	for (size_t len = 0; len < bytes.len; len++) {
		cleanup_free char *part = xmemdup(bytes.data, len);

		assert_int_equal(deb_parse(part, len, &deb, &e), -1);
	}
	assert_int_equal(deb_parse(bytes.data, bytes.len, &deb, &e), 0);
}

static void refuses_sizes_that_are_none(void **state)
{
	static const char *const sizes[] = {"          ", "-1        ", "9999999999", "4x        "};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		cleanup(str_done) struct str bytes = STR_INIT;

		ar_add(&bytes, "debian-binary", "2.0\n", 4);
		memcpy(bytes.data + 8 + 48, sizes[i], 10);
		refuses(&bytes, i == 2 ? "in the middle" : "damaged");
	}
}

UNIT_TESTS(unit(finds_both_tars), unit(refuses_what_is_no_package), unit(refuses_every_truncation),
	   unit(refuses_sizes_that_are_none))
