/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/cpus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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

int cpus_parse(const char *text, cpu_set_t *set, struct err *e)
{
	const char *p = text;

	CPU_ZERO(set);
	do {
		char *end;
		long first = strtol(p, &end, 10), last = first;

		if (end != p && *end == '-') {
			p = end + 1;
			last = strtol(p, &end, 10);
		}
		if (end == p || first < 0 || last < first || last >= CPU_SETSIZE ||
		    (*end && *end != ','))
			return fail(e, ERR_SPEC, 0, "'%s' is no list of CPUs such as 0-1,3", text);
		for (long cpu = first; cpu <= last; cpu++)
			CPU_SET((int)cpu, set);
		p = *end ? end + 1 : NULL;
	} while (p);
	return 0;
}

int cpus_allowed(cpu_set_t *allowed, struct err *e)
{
	static cpu_set_t first;
	static bool known;

	if (!known && sched_getaffinity(0, sizeof(first), &first))
		return fail(e, ERR_HOST, errno, "ask for the usable CPUs");
	known = true;
	*allowed = first;
	return 0;
}

/* The host has them, and labctl may use them. */
static int choose_by_hand(const char *text, struct slot *slot, char cpus[CPUS_SIZE], struct err *e)
{
	cpu_set_t allowed, chosen, both;

	if (cpus_parse(text, &chosen, e))
		return -1;
	if (cpus_allowed(&allowed, e))
		return -1;
	CPU_AND(&both, &chosen, &allowed);
	if (!CPU_EQUAL(&both, &chosen)) {
		cpus_format(&allowed, cpus);
		return fail(e, ERR_HOST, 0,
			    "the limit names the CPUs %s, and labctl may use %s here", text, cpus);
	}
	slot_claim_cpus(slot, &chosen);
	cpus_format(&chosen, cpus);
	return 0;
}

int cpus_choose(const struct limits *l, struct slot *slot, char cpus[CPUS_SIZE], struct err *e)
{
	const int count = (int)l->cpu;
	cpu_set_t allowed, chosen;

	cpus[0] = '\0';
	if (l->cpuset)
		return choose_by_hand(l->cpuset, slot, cpus, e);
	if (count < 1 || l->cpu != (double)count)
		return 0;
	if (cpus_allowed(&allowed, e))
		return -1;
	if (count > CPU_COUNT(&allowed)) {
		fail(e, ERR_HOST, 0, "the limit asks for %d CPUs, and labctl may use %d here",
		     count, CPU_COUNT(&allowed));
		return hint(e, "ask for fewer: --cpu %d", CPU_COUNT(&allowed));
	}
	slot_reserve_cpus(slot, &allowed, count, &chosen);
	cpus_format(&chosen, cpus);
	return 0;
}
