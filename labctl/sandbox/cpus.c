/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/cpus.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void cpus_format(const cpu_set_t *set, char cpus[CPUS_SIZE])
{
	size_t len = 0;

	cpus[0] = '\0';
	for (int first = 0; first < CPU_SETSIZE && len < CPUS_SIZE; first++) {
		int last = first;

		if (!CPU_ISSET(first, set))
			continue;
		while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, set))
			last++;
		len += (size_t)snprintf(cpus + len, CPUS_SIZE - len,
					first == last ? "%s%d" : "%s%d-%d", len ? "," : "", first,
					last);
		first = last;
	}
}

int cpus_choose(const struct limits *l, struct slot *slot, char cpus[CPUS_SIZE], struct err *e)
{
	const int count = (int)l->cpu;
	cpu_set_t allowed, chosen;

	cpus[0] = '\0';
	if (l->cpuset) {
		snprintf(cpus, CPUS_SIZE, "%s", l->cpuset);
		return 0;
	}
	if (count < 1 || l->cpu != (double)count)
		return 0;
	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return fail(e, ERR_HOST, errno, "ask for the usable CPUs");
	if (count > CPU_COUNT(&allowed)) {
		fail(e, ERR_HOST, 0, "the limit asks for %d CPUs, and labctl may use %d here",
		     count, CPU_COUNT(&allowed));
		return hint(e, "ask for fewer: --cpu %d", CPU_COUNT(&allowed));
	}
	slot_reserve_cpus(slot, &allowed, count, &chosen);
	cpus_format(&chosen, cpus);
	return 0;
}
