/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/counters.h"

#include "base/mem.h"
#include "base/str.h"

static json_t *number_difference(const json_t *before, const json_t *after)
{
	if (json_is_integer(after)) {
		json_int_t change = json_integer_value(after) - json_integer_value(before);

		return change ? json_integer(change) : NULL;
	}
	double change = json_real_value(after) - json_number_value(before);

	return change != 0 ? json_real(change) : NULL;
}

/* Of the text at the top only what tells apart entries of the same kind would be of use, and there
 * are none. */
static json_t *difference(const json_t *before, const json_t *after, bool top)
{
	const char *key;
	json_t *value;
	json_t *out;
	bool changed = false;

	if (json_is_number(after))
		return number_difference(before, after);
	if (!json_is_object(after))
		return NULL;
	out = json_object();
	json_object_foreach((json_t *)after, key, value)
	{
		json_t *change = difference(json_object_get(before, key), value, false);

		changed |= change != NULL;
		if (change)
			json_object_set_new(out, key, change);
		else if (!top && json_is_string(value))
			json_object_set(out, key, value);
	}
	if (changed)
		return out;
	json_decref(out);
	return NULL;
}

json_t *counters_difference(const json_t *before, const json_t *after)
{
	return difference(before, after, true);
}

json_t *counters_sum(const json_t *a, const json_t *b)
{
	const char *key;
	json_t *value;

	if (!a || !b)
		return json_deep_copy(a ? a : b);
	if (json_is_integer(a) && json_is_integer(b))
		return json_integer(json_integer_value(a) + json_integer_value(b));
	if (json_is_number(a) && json_is_number(b))
		return json_real(json_number_value(a) + json_number_value(b));
	json_t *out = json_deep_copy(a);

	if (json_is_object(a) && json_is_object(b))
		json_object_foreach((json_t *)b, key, value)
		    json_object_set_new(out, key, counters_sum(json_object_get(a, key), value));
	return out;
}

static const struct {
	const char *service, *hits, *misses, *evicted;
} caches[] = {
    {"redis", "keyspace_hits", "keyspace_misses", "evicted_keys"},
    {"memcached", "get_hits", "get_misses", "evictions"},
};

double counters_hit_ratio(const struct result_service *service)
{
	for (size_t i = 0; i < ARRAY_SIZE(caches); i++) {
		if (!str_eq(caches[i].service, service->name))
			continue;
		double hits = json_number_value(json_object_get(service->counters, caches[i].hits));
		double misses =
		    json_number_value(json_object_get(service->counters, caches[i].misses));

		return hits + misses > 0 ? hits / (hits + misses) : -1;
	}
	return -1;
}

int64_t counters_evicted(const struct result_service *service)
{
	for (size_t i = 0; i < ARRAY_SIZE(caches); i++)
		if (str_eq(caches[i].service, service->name))
			return json_integer_value(
			    json_object_get(service->counters, caches[i].evicted));
	return 0;
}
