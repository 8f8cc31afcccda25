/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/kept.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "sandbox/cpus.h"
#include "sandbox/kept_private.h"
#include "sandbox/ns.h"
#include "sandbox/state.h"

static int make_cgroup(struct kept *k, const char *name, const struct limits *l, struct err *e)
{
	char cpus[CPUS_SIZE];
	int n = snprintf(k->cgroup.path, sizeof(k->cgroup.path), "%s.%d-%llu", name, k->slot.number,
			 (unsigned long long)k->slot.generation);

	if (n < 0 || (size_t)n >= sizeof(k->cgroup.path))
		return fail(e, ERR_USAGE, 0, "the name '%s' is too long", name);
	if (cpus_choose(l, &k->slot, cpus, e))
		return -1;
	return cgroup_create_kept(&k->cgroup, l, *cpus ? cpus : NULL, e);
}

static int create(struct kept *k, const char *name, const struct limits *l, struct err *e)
{
	if (state_take_slot(&k->slot, e))
		return -1;
	k->users_fd = ns_new_users(slot_first_id(&k->slot), SLOT_IDS, e);
	return k->users_fd < 0 || (l && make_cgroup(k, name, l, e)) ? -1 : 0;
}

int kept_create(const char *name, const struct limits *limits, struct kept **out, struct err *e)
{
	struct kept *k = xcalloc(1, sizeof(*k));

	k->slot = (struct slot)SLOT_INIT;
	k->users_fd = k->netns_fd = k->sockets_fd = -1;
	if (create(k, name, limits, e)) {
		kept_destroy(k);
		return -1;
	}
	*out = k;
	return 0;
}

void kept_destroy(struct kept *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < KEPT_STAGES; i++)
		stage_destroy(k->stages[i]);
	fd_close(&k->sockets_fd);
	fd_close(&k->netns_fd);
	fd_close(&k->users_fd);
	cgroup_files_close(&k->files);
	cgroup_destroy(&k->cgroup);
	slot_release(&k->slot);
	free(k);
}

/* Where one for the image is, or may be made; NULL: all are in use for others. */
static struct stage **find_place(struct kept *k, const char *const *layers, const char *hostname)
{
	struct stage **empty = NULL;

	for (size_t i = 0; i < KEPT_STAGES; i++) {
		struct stage *st = k->stages[i];

		if (st && !st->pid) { /* it died with its guest */
			stage_destroy(st);
			st = k->stages[i] = NULL;
		}
		if (st && stage_fits(st, layers, hostname))
			return &k->stages[i];
		if (!st && !empty)
			empty = &k->stages[i];
	}
	return empty;
}

int kept_stage(struct kept *k, const char *const *layers, const char *hostname, struct stage **out,
	       struct err *e)
{
	struct stage **place = cgroup_is_unified() ? NULL : find_place(k, layers, hostname);
	struct cgroup cgroup = {0};

	*out = NULL;
	if (!place || (*place && (*place)->busy))
		return 0;
	if (!*place) {
		cgroup_lodge(&cgroup, &k->cgroup, NULL);
		if (stage_create(layers, hostname, slot_first_id(&k->slot), k->users_fd, &cgroup,
				 place, e))
			return -1;
	}
	*out = *place;
	return 0;
}

bool kept_is_quiet(const char *sockstat)
{
	const char *waiting = strstr(sockstat, " tw ");

	return str_starts(sockstat, "sockets: used 0\n") && waiting &&
	       str_starts(waiting, " tw 0 ");
}

static bool network_is_quiet(const struct kept *k)
{
	char text[512];
	ssize_t n = pread(k->sockets_fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return false;
	text[n] = '\0';
	return kept_is_quiet(text);
}

int kept_network(struct kept *k, struct err *e)
{
	if (k->netns_fd >= 0 && network_is_quiet(k))
		return k->netns_fd;
	fd_close(&k->sockets_fd);
	fd_close(&k->netns_fd);
	k->netns_fd = ns_new_network(&k->sockets_fd, e);
	return k->netns_fd;
}
