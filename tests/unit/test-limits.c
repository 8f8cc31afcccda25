/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "spec/limits.h"

static int parse(const char *text, struct profile *p, struct err *e)
{
	memset(e, 0, sizeof(*e));
	return schema_parse(&profile_schema, "p.yaml", text, strlen(text), p, e);
}

static void every_profile_loads(void **state)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	struct err e = {0};
	(void)state;

	assert_int_equal(profile_list(&names, &e), 0);
	assert_true(strv_has(&names, "lab"));
	for (size_t i = 0; i < names.len; i++) {
		struct profile p;
		assert_int_equal(profile_load(names.items[i], &p, &e), 0);
		assert_true(p.limits.cpu > 0 && p.limits.memory_bytes > 0 && p.limits.pids > 0);
		assert_true(p.limits.cpu_period_ns >= 1000000);
		profile_done(&p);
	}
}

static void names_the_nearest_profile(void **state)
{
	struct profile p;
	struct err e = {0};
	(void)state;

	assert_int_equal(profile_load("smal", &p, &e), -1);
	assert_non_null(strstr(e.hint, "did you mean 'small'?"));
	assert_int_equal(profile_load("../../etc/passwd", &p, &e), -1);
}

static void refuses_bad_limits(void **state)
{
	struct profile p;
	struct err e;
	(void)state;

	assert_int_equal(parse("summary: x\nlimits: {cpu: 0}\n", &p, &e), -1);
	assert_string_equal(e.msg, "p.yaml:2:15: 'cpu': 0: must be between 0.01 and 1024");
	assert_int_equal(parse("summary: x\nlimits: {memory: 1M}\n", &p, &e), -1);
	assert_int_equal(parse("summary: x\nlimits: {cpuset: \"1-\"}\n", &p, &e), -1);
	assert_string_equal(e.msg, "p.yaml:2:18: 'cpuset': '1-' is no list of CPUs such as 0-1,4");
	assert_int_equal(parse("summary: x\nlimits: {cpuset: \"0,2-3\"}\n", &p, &e), 0);
	profile_done(&p);
}

static void what_is_set_overrides(void **state)
{
	struct limits l = LIMITS_INIT, over = LIMITS_NONE;
	(void)state;

	l.cpu = 2;
	l.memory_bytes = 100;
	l.cpuset = xstrdup("0-1");
	l.cpu_period_ns = 5000000;
	over.cpu = 1;
	over.pids = 9;
	limits_override(&l, &over);
	assert_true(l.cpu == 1);
	assert_int_equal(l.memory_bytes, 100);
	assert_int_equal(l.pids, 9);
	assert_int_equal(l.cpu_period_ns, 5000000);
	assert_null(l.cpuset); /* two CPUs by hand do not fit the new number */
	limits_done(&l);
}

static void copies_own_their_strings(void **state)
{
	struct limits a = LIMITS_INIT, b = LIMITS_INIT;
	(void)state;

	a.cpuset = xstrdup("1");
	limits_copy(&b, &a);
	limits_done(&a);
	assert_string_equal(b.cpuset, "1");
	limits_done(&b);
}

UNIT_TESTS(unit(every_profile_loads), unit(names_the_nearest_profile), unit(refuses_bad_limits),
	   unit(what_is_set_overrides), unit(copies_own_their_strings))
