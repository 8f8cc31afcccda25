/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/release.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const char sound[] = "Origin: Debian\nSuite: stable\nCodename: trixie\n"
			    "Date: Sat, 21 Nov 2026 09:15:44 UTC\nAcquire-By-Hash: yes\n"
			    "MD5Sum:\n 0123 7 main/Packages\n"
			    "SHA256:\n " A64 "   12 main/Packages.xz\n " B64 " 7 main/Packages\n";

static void reads_a_release(void **state)
{
	cleanup(release_done) struct release r;
	struct release_file f;
	struct err e = {0};

	(void)state;
	assert_int_equal(release_parse(sound, strlen(sound), &r, &e), 0);
	assert_string_equal(r.codename, "trixie");
	assert_true(r.by_hash);
	assert_int_equal(r.date_s, 1795252544);
	assert_int_equal(r.valid_until_s, 0);
	assert_true(release_find(&r, "main/Packages", &f));
	assert_string_equal(f.sha256, B64);
	assert_int_equal(f.size, 7);
	assert_true(release_find(&r, "main/Packages.xz", &f));
	assert_string_equal(f.sha256, A64);
	assert_false(release_find(&r, "ain/Packages", &f));
	assert_false(release_find(&r, "main/Pack", &f));
	assert_false(release_find(&r, "7", &f));
}

static void refuses(const char *text, const char *why)
{
	struct release r;
	struct err e = {0};

	assert_int_equal(release_parse(text, strlen(text), &r, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
	if (!strstr(e.msg, why))
		fail_msg("'%s' does not say '%s'", e.msg, why);
}

static void says_what_is_missing(void **state)
{
	(void)state;
	refuses("", "no Date");
	refuses("Date: Sat, 21 Nov 2026 09:15:44 UTC\n", "no SHA256");
	refuses("Date: today\nSHA256:\n x\n", "'today' is no date");
	refuses("Date: Sat, 21 Nov 2026 09:15:44 UTC\nValid-Until: soon\nSHA256:\n x\n",
		"Valid-Until 'soon'");
}

static void reads_dates_of_one_form(void **state)
{
	(void)state;
	assert_int_equal(release_date_s("Thu, 01 Jan 1970 00:00:00 UTC"), 0);
	assert_int_equal(release_date_s("Tue, 29 Feb 2028 23:59:59 +0000"), 1835481599);
	assert_int_equal(release_date_s("Tue, 29 Feb 2028 23:59:59 CET"), -1);
	assert_int_equal(release_date_s("Tue, 29 Fev 2028 23:59:59 UTC"), -1);
	assert_int_equal(release_date_s("Tue, 29 ebM 2028 23:59:59 UTC"), -1);
	assert_int_equal(release_date_s("Tue, 29 Feb 2028 25:59:59 UTC"), -1);
	assert_int_equal(release_date_s("Tue, 29 Feb 2028 23:59:59 UTC "), -1);
	assert_int_equal(release_date_s("2028-02-29"), -1);
}

static void finds_the_origin_that_a_signed_text_claims(void **state)
{
	static const char text[] = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
				   "Origin: Somebody\n";
	cleanup_free char *origin = release_claimed_origin(text, strlen(text));

	(void)state;
	assert_string_equal(origin, "Somebody");
	assert_null(release_claimed_origin("A: 1\n\nB: 2\n\nOrigin: x\n", 24));
}

UNIT_TESTS(unit(reads_a_release), unit(says_what_is_missing), unit(reads_dates_of_one_form),
	   unit(finds_the_origin_that_a_signed_text_claims))
