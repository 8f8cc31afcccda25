/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/budget.h"

#include <stdio.h>

#include "base/fd.h"
#include "base/mem.h"
#include "sandbox/cgroup.h"
#include "sandbox/cpus.h"
#include "sandbox/ns.h"
#include "sandbox/state.h"

struct budget {
	struct slot slot;
	struct cgroup cgroup;
	int netns_fd;
};

static int create(struct budget *b, const char *name, const struct limits *l, struct err *e)
{
	char cpus[CPUS_SIZE];

	if (state_take_slot(&b->slot, e))
		return -1;
	int n = snprintf(b->cgroup.path, sizeof(b->cgroup.path), "lab-%s.%d-%llu", name,
			 b->slot.number, (unsigned long long)b->slot.generation);

	if (n < 0 || (size_t)n >= sizeof(b->cgroup.path))
		return fail(e, ERR_USAGE, 0, "the name '%s' is too long", name);
	if (cpus_choose(l, &b->slot, cpus, e) ||
	    cgroup_create_parent(&b->cgroup, l, *cpus ? cpus : NULL, e))
		return -1;
	b->netns_fd = ns_new_network(NULL, e);
	return b->netns_fd < 0 ? -1 : 0;
}

int budget_create(const char *name, const struct limits *l, struct budget **out, struct err *e)
{
	struct budget *b = xcalloc(1, sizeof(*b));

	b->slot.fd = b->netns_fd = -1;
	if (create(b, name, l, e)) {
		budget_destroy(b);
		return wrap(e, "budget of '%s'", name);
	}
	*out = b;
	return 0;
}

void budget_destroy(struct budget *b)
{
	if (!b)
		return;
	fd_close(&b->netns_fd);
	cgroup_end(&b->cgroup);
	cgroup_destroy(&b->cgroup);
	slot_release(&b->slot);
	free(b);
}

const char *budget_path(const struct budget *b)
{
	return b->cgroup.path;
}

int budget_netns_fd(const struct budget *b)
{
	return b->netns_fd;
}

int budget_usage(const char *path, struct usage *out, struct err *e)
{
	struct cgroup g;

	cgroup_find(&g, path);
	return cgroup_usage(&g, out, e);
}
