/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/looks.h"

#include "base/clock.h"

static const int64_t FIRST_PAUSE_NS = 8 * NS_PER_MS;
static const int64_t LONGEST_PAUSE_NS = NS_PER_S;

void looks_begin(struct looks_memory *l, int64_t now_ns, int64_t anon_bytes)
{
	*l = (struct looks_memory){
	    .next_ns = now_ns + FIRST_PAUSE_NS,
	    .pause_ns = FIRST_PAUSE_NS,
	    .peak_bytes = anon_bytes,
	};
}

void looks_take(struct looks_memory *l, struct sandbox *s, int64_t now_ns)
{
	if (now_ns < l->next_ns)
		return;
	int64_t anon = sandbox_anon_bytes(s);

	l->peak_bytes = anon > l->peak_bytes ? anon : l->peak_bytes;
	l->next_ns = now_ns + l->pause_ns;
	l->pause_ns = 2 * l->pause_ns < LONGEST_PAUSE_NS ? 2 * l->pause_ns : LONGEST_PAUSE_NS;
}
