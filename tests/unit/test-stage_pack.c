/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "sandbox/stage_private.h"

static struct stage_order *order;

static int make_order(void **state)
{
	(void)state;
	order = calloc(1, sizeof(*order));
	return order ? 0 : -1;
}

static int free_order(void **state)
{
	(void)state;
	free(order);
	return 0;
}

static bool is_inside(const void *p)
{
	return (const char *)p >= order->room && (const char *)p < order->room + STAGE_ROOM;
}

static void all_that_it_points_to_is_inside(void **state)
{
	char name[] = "worker", word[] = "python3", variable[] = "HOME=/tmp";
	char *argv[] = {word, NULL}, *envp[] = {variable, NULL};
	const struct sandbox_bind binds[] = {
	    {.host_path = "/there", .guest_path = "/here", .writable = true}, {0}};
	const struct sandbox_spec spec = {.name = name,
					  .hostname = "lab",
					  .cwd = "/tmp",
					  .argv = argv,
					  .envp = envp,
					  .binds = binds};
	const struct plan plan = {.spec = &spec, .first_id = 7};

	(void)state;
	assert_true(stage_pack(order, &plan));
	memset(name, 'x', sizeof(name) - 1);
	memset(word, 'x', sizeof(word) - 1);
	memset(variable, 'x', sizeof(variable) - 1);
	argv[0] = envp[0] = NULL;
	const struct sandbox_spec *copy = order->plan.spec;

	assert_ptr_equal(copy, &order->spec);
	assert_int_equal(order->plan.first_id, 7);
	assert_string_equal(copy->name, "worker");
	assert_string_equal(copy->hostname, "lab");
	assert_string_equal(copy->cwd, "/tmp");
	assert_string_equal(copy->argv[0], "python3");
	assert_null(copy->argv[1]);
	assert_string_equal(copy->envp[0], "HOME=/tmp");
	assert_int_equal(order->bind_count, 1);
	assert_string_equal(copy->binds[0].host_path, "/there");
	assert_true(is_inside(copy->binds[0].guest_path) && copy->binds[0].writable);
	assert_null(copy->binds[1].host_path);
}

static void what_is_not_there_stays_so(void **state)
{
	const struct sandbox_spec spec = {.name = "worker"};
	const struct plan plan = {.spec = &spec};

	(void)state;
	assert_true(stage_pack(order, &plan));
	assert_null(order->spec.cwd);
	assert_null(order->spec.binds);
	assert_null(order->spec.envp);
	assert_int_equal(order->bind_count, 0);
}

static void what_is_too_long_is_refused(void **state)
{
	char *word = malloc(STAGE_ROOM + 1);
	char *argv[] = {word, NULL};
	const struct sandbox_spec spec = {.name = "worker", .argv = argv};
	const struct plan plan = {.spec = &spec};

	(void)state;
	memset(word, 'x', STAGE_ROOM);
	word[STAGE_ROOM] = '\0';
	assert_false(stage_pack(order, &plan));
	word[STAGE_ROOM / 2] = '\0';
	assert_true(stage_pack(order, &plan)); /* ... and the room is used again */
	assert_true(stage_pack(order, &plan));
	free(word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(all_that_it_points_to_is_inside, make_order,
					    free_order),
	    cmocka_unit_test_setup_teardown(what_is_not_there_stays_so, make_order, free_order),
	    cmocka_unit_test_setup_teardown(what_is_too_long_is_refused, make_order, free_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
