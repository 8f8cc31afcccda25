/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/overhead.h"

#include "base/clock.h"
#include "base/mem.h"
#include "bench/sample.h"

enum { CALLS = 5 };

static const char EMPTY_PROGRAM[] = "../harness/empty.py"; /* as seen from the exercise's folder */
static const int64_t CALL_NS = 10 * NS_PER_S;

/* GO to RESULT of one; 0: it did not get there. */
static int call(struct run *r, const struct payloads *inputs, uint64_t layout_seed,
		int64_t *wall_ns, struct err *e)
{
	cleanup(result_sample_done) struct result_sample s = {0};
	cleanup(payloads_done) struct payloads outputs = {.items = NULL};
	const struct sample_request request = {
	    .variant = EMPTY_PROGRAM,
	    .inputs = inputs,
	    .layout_seed = layout_seed,
	    .run_begin_ns = r->begin_ns,
	    .time_ns = CALL_NS,
	    .setup_ns = CALL_NS,
	    .quota = r->plan.quota,
	    .watch = &r->watch,
	    .rules = &noise_rules_default,
	};

	if (sample_run(&r->setting, &request, &s, &outputs, NULL, e))
		return wrap(e, "measure an empty program");
	*wall_ns = s.ending == ENDING_OK ? s.wall_ns : 0;
	return 0;
}

int overhead_measure(struct run *r, const struct payloads *inputs, struct err *e)
{
	int64_t least = 0;

	for (size_t i = 0; i < CALLS && r->exercise->measure == MEASURE_TIME; i++) {
		int64_t wall_ns;

		if (call(r, inputs, r->plan.seed + i, &wall_ns, e))
			return -1;
		if (wall_ns > 0 && (least == 0 || wall_ns < least))
			least = wall_ns;
	}
	r->record.overhead_ns = least;
	return 0;
}
