/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/words.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "sandbox/oom.h"
#include "sandbox/slot.h"

static void say_memory(struct sandbox_outcome *o, const struct limits *l, uid_t first_id)
{
	struct oom_victim victim;
	char limit[32], held[32];

	str_human_bytes(l->memory_bytes, limit, sizeof(limit));
	size_t len = l->memory_bytes
			 ? (size_t)snprintf(o->words, sizeof(o->words),
					    "killed: out of memory at its limit of %s", limit)
			 : (size_t)snprintf(
			       o->words, sizeof(o->words),
			       "killed: out of memory at its lab's limit, which all parts share");

	if (!oom_find_victim(first_id, SLOT_IDS, &victim))
		return;
	str_human_bytes(victim.anon_bytes, held, sizeof(held));
	snprintf(o->words + len, sizeof(o->words) - len, "; %s held %s", victim.name, held);
}

static void say_time(struct sandbox_outcome *o, const struct limits *l)
{
	char limit[32], cpu[32];

	str_human_ns(l->time_ns, limit, sizeof(limit));
	str_human_ns(o->usage.cpu_ns, cpu, sizeof(cpu));
	size_t len = (size_t)snprintf(o->words, sizeof(o->words),
				      "killed: ran longer than its limit of %s", limit);

	if (o->usage.cpu_ns >= 0)
		snprintf(o->words + len, sizeof(o->words) - len, " (it used %s of CPU time)", cpu);
}

static void say_output(struct sandbox_outcome *o, const struct limits *l)
{
	char limit[32];

	str_human_bytes(l->output_bytes, limit, sizeof(limit));
	snprintf(o->words, sizeof(o->words), "killed: wrote more output than its limit of %s",
		 limit);
}

static void say_pids(struct sandbox_outcome *o, const struct limits *l)
{
	size_t len = (size_t)snprintf(
	    o->words, sizeof(o->words),
	    "exit %d after %lld refused attempts to start a process or thread: ", o->status,
	    (long long)o->usage.pids_refused);

	if (l->pids)
		snprintf(o->words + len, sizeof(o->words) - len, "the limit is %lld",
			 (long long)l->pids);
	else
		snprintf(o->words + len, sizeof(o->words) - len,
			 "all parts of its lab share one limit");
}

static void say_disk(struct sandbox_outcome *o, const struct limits *l)
{
	char limit[32];

	str_human_bytes(l->disk_bytes ? l->disk_bytes : l->memory_bytes, limit, sizeof(limit));
	snprintf(o->words, sizeof(o->words), "exit %d with its disk full: the limit is %s",
		 o->status, limit);
}

void words_say(struct sandbox_outcome *o, const struct limits *l, uid_t first_id)
{
	o->words[0] = '\0';
	switch (o->ending) {
	case SANDBOX_EXITED:
		if (o->status)
			snprintf(o->words, sizeof(o->words), "exit %d", o->status);
		break;
	case SANDBOX_SIGNALED:
		snprintf(o->words, sizeof(o->words), "killed by SIG%s (%s)",
			 sigabbrev_np(o->status), strsignal(o->status));
		break;
	case SANDBOX_LIMIT_TIME:
		say_time(o, l);
		break;
	case SANDBOX_LIMIT_MEMORY:
		say_memory(o, l, first_id);
		break;
	case SANDBOX_LIMIT_PIDS:
		say_pids(o, l);
		break;
	case SANDBOX_LIMIT_OUTPUT:
		say_output(o, l);
		break;
	case SANDBOX_LIMIT_DISK:
		say_disk(o, l);
		break;
	case SANDBOX_KILLED:
		snprintf(o->words, sizeof(o->words), "killed by labctl");
		break;
	}
}
