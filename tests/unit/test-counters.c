/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "bench/counters.h"

static void assert_difference(const char *before, const char *after, const char *want)
{
	json_t *a = json_loads(before, 0, NULL);
	json_t *b = json_loads(after, 0, NULL);
	json_t *difference = counters_difference(a, b);
	cleanup_free char *text =
	    difference ? json_dumps(difference, JSON_SORT_KEYS | JSON_COMPACT) : xstrdup("none");

	assert_string_equal(text, want);
	json_decref(a);
	json_decref(b);
	json_decref(difference);
}

static void only_what_changed_is_kept(void **state)
{
	(void)state;
	assert_difference("{\"hits\": 3, \"misses\": 1}", "{\"hits\": 10, \"misses\": 1}",
			  "{\"hits\":7}");
	assert_difference("{\"a\": {\"n\": 1}}", "{\"a\": {\"n\": 1}}", "none");
}

static void new_counters_begin_at_zero(void **state)
{
	(void)state;
	assert_difference("{}", "{\"s\": {\"1\": {\"query\": \"select\", \"calls\": 4}}}",
			  "{\"s\":{\"1\":{\"calls\":4,\"query\":\"select\"}}}");
}

static void a_service_that_was_silent_before_counts_from_zero(void **state)
{
	(void)state;
	json_t *after = json_pack("{s:i}", "n", 5);
	json_t *difference = counters_difference(NULL, after);

	assert_int_equal(json_integer_value(json_object_get(difference, "n")), 5);
	assert_null(counters_difference(after, NULL));
	json_decref(after);
	json_decref(difference);
}

static void hit_ratio_is_the_servers_own(void **state)
{
	(void)state;
	char redis[] = "redis";
	char postgres[] = "postgres";
	struct result_service s = {
	    .name = redis,
	    .counters = json_pack("{s:i, s:i}", "keyspace_hits", 9, "keyspace_misses", 1)};

	assert_true(counters_hit_ratio(&s) > 0.899 && counters_hit_ratio(&s) < 0.901);
	s.name = postgres;
	assert_true(counters_hit_ratio(&s) < 0);
	s.name = redis;
	json_decref(s.counters);
	s.counters = NULL;
	assert_true(counters_hit_ratio(&s) < 0);
}

static void evictions_are_counted_by_cache_servers_only(void **state)
{
	(void)state;
	char memcached[] = "memcached";
	char postgres[] = "postgres";
	struct result_service s = {.name = memcached,
				   .counters = json_pack("{s:i}", "evictions", 7)};

	assert_int_equal(counters_evicted(&s), 7);
	s.name = postgres;
	assert_int_equal(counters_evicted(&s), 0);
	json_decref(s.counters);
}

UNIT_TESTS(unit(only_what_changed_is_kept), unit(new_counters_begin_at_zero),
	   unit(a_service_that_was_silent_before_counts_from_zero),
	   unit(hit_ratio_is_the_servers_own), unit(evictions_are_counted_by_cache_servers_only))
