/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/state.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "sandbox/cgroup.h"

static const int64_t DYING_NS = 5 * NS_PER_S; /* an init's death takes milliseconds */

int state_collect(struct strv *names, struct err *e)
{
	slot_await_dying(clock_now_ns() + DYING_NS);
	if (cgroup_collect(names, e))
		return -1;
	slot_forget_dead();
	return 0;
}

int state_take_slot(struct slot *s, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	bool remains;

	if (slot_take(s, &remains, e))
		return -1;
	if (!remains)
		return 0;
	if (state_collect(&names, e))
		return -1;
	if (names.len) {
		cleanup_free char *list = strv_join(&names, ", ");

		log_info("cleared away what a killed labctl left: %s", list);
	}
	return 0;
}
