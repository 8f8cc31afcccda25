/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "bench/figures.h"
#include "bench/overview.h"
#include "record.h"

static void table_names_exercise_variant_and_verdict(void **state)
{
	(void)state;
	struct str out = STR_INIT;
	struct result r;

	record_init(&r, "faster");
	record_fill(&r, 1, 12, 4);
	figures_compute(&r);
	overview_begin(false, &out);
	overview_add(&r, false, &out);
	assert_non_null(strstr(out.data, "exercise     variant"));
	assert_non_null(strstr(out.data, "\nalgorithm    baseline       1 "));
	assert_non_null(strstr(out.data, "\n             faster         4.0"));
	assert_non_null(strstr(out.data, "  faster\n"));
	assert_null(strstr(out.data, " again"));
	str_done(&out);
	result_done(&r);
}

UNIT_TESTS(unit(table_names_exercise_variant_and_verdict))
