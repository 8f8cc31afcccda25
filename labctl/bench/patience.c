/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/patience.h"

#include "base/clock.h"
#include "bench/ready.h"

int patience_wait(struct worker *w, struct patience *p, const char *what, enum worker_event *event,
		  struct err *e)
{
	const int64_t begin = clock_now_ns();
	const int64_t waited_before = sandbox_waited_ns(w->sandbox);
	int64_t more = p->limit_ns;

	while (more > 0) {
		if (worker_wait_shown(w, clock_now_ns() + more, -1, what, event, e))
			return -1;
		if (*event != WORKER_DEADLINE)
			return 0;
		const int64_t wall = clock_now_ns() - begin;
		const int64_t taken = sandbox_waited_ns(w->sandbox) - waited_before;

		p->left_ns = wall - taken;
		more = ready_more_ns(p->limit_ns, wall, taken);
	}
	return 0;
}
