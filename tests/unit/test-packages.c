/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "image/packages.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char text[] =
    "Package: zoo\nVersion: 1\nArchitecture: all\nFilename: pool/z.deb\n"
    "Size: 12\nSHA256: " A64 "\nEssential: yes\n\n"
    "Package: ant\nVersion: 2:1.0-1\nArchitecture: amd64\nPriority: required\n\n"
    "Package: ant\nVersion: 2:1.1-1\nArchitecture: amd64\n"
    "Depends: bee (>= 1) | wasp, cow:any,\n dog | cat\nPre-Depends: ox\n\n"
    "Version: 3\n";

static void finds_by_name_version_and_architecture(void **state)
{
	cleanup(packages_done) struct packages p = {0};
	const struct package *found;

	(void)state;
	packages_add(&p, text, strlen(text), 7);
	packages_sort(&p);
	assert_int_equal(p.count, 3);
	found = packages_find(&p, "ant", NULL, NULL);
	assert_true(packages_text_is(&found->version, "2:1.0-1"));
	assert_true(found->required);
	found = packages_find(&p, "ant", "2:1.1-1", "amd64");
	assert_non_null(found);
	assert_false(found->required);
	assert_null(packages_find(&p, "ant", "2:1.1-1", "all"));
	assert_null(packages_find(&p, "an", NULL, NULL));
	assert_null(packages_find(&p, "zoom", NULL, NULL));
	found = packages_find(&p, "zoo", NULL, NULL);
	assert_true(found->essential);
	assert_int_equal(found->index, 7);
}

static void makes_a_locked_package_or_says_no(void **state)
{
	cleanup(packages_done) struct packages p = {0};
	struct lock_package locked = {0};
	struct err e = {0};

	(void)state;
	packages_add(&p, text, strlen(text), 0);
	packages_sort(&p);
	assert_int_equal(packages_to_lock(packages_find(&p, "zoo", NULL, NULL), &locked, &e), 0);
	assert_string_equal(locked.pool, "pool/z.deb");
	assert_string_equal(locked.sha256, A64);
	assert_int_equal(locked.size, 12);
	free(locked.name);
	free(locked.version);
	free(locked.architecture);
	free(locked.pool);
	free(locked.sha256);
	assert_int_equal(packages_to_lock(packages_find(&p, "ant", NULL, NULL), &locked, &e), -1);
	assert_int_equal(e.kind, ERR_SPEC);
	assert_string_equal(e.msg, "the index garbles package 'ant'");
}

static void knows_the_first_of_alternatives(void **state)
{
	cleanup(packages_done) struct packages p = {0};
	cleanup(strv_done) struct strv firsts = STRV_INIT;
	const struct package *ant;

	(void)state;
	packages_add(&p, text, strlen(text), 0);
	packages_sort(&p);
	ant = packages_find(&p, "ant", "2:1.1-1", NULL);
	packages_first_choices(&ant->depends, &firsts);
	packages_first_choices(&ant->pre_depends, &firsts);
	packages_first_choices(&packages_find(&p, "zoo", NULL, NULL)->depends, &firsts);
	cleanup_free char *all = strv_join(&firsts, " ");

	assert_string_equal(all, "bee dog");
}

UNIT_TESTS(unit(finds_by_name_version_and_architecture), unit(makes_a_locked_package_or_says_no),
	   unit(knows_the_first_of_alternatives))
