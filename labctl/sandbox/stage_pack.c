/* SPDX-License-Identifier: Apache-2.0 */

/* A specification with all that it points to, in one piece of memory. */

#include <stdalign.h>
#include <string.h>

#include "sandbox/stage_private.h"

static void *take(struct stage_order *o, size_t size)
{
	const size_t at = (o->used + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

	if (at > STAGE_ROOM || size > STAGE_ROOM - at)
		return NULL;
	o->used = at + size;
	return o->room + at;
}

/* The text takes the place of *text; NULL stays NULL. */
static bool pack_text(struct stage_order *o, const char **text)
{
	const size_t size = *text ? strlen(*text) + 1 : 0;
	char *copy = size ? take(o, size) : NULL;

	if (size && !copy)
		return false;
	if (size)
		memcpy(copy, *text, size);
	*text = copy;
	return true;
}

static bool pack_list(struct stage_order *o, char *const **list)
{
	size_t count = 0;

	if (!*list)
		return true;
	while ((*list)[count])
		count++;
	const char **copy = take(o, (count + 1) * sizeof(*copy));

	if (!copy)
		return false;
	memcpy(copy, *list, (count + 1) * sizeof(*copy));
	*list = (char *const *)copy;
	for (size_t i = 0; i < count; i++) {
		if (!pack_text(o, &copy[i]))
			return false;
	}
	return true;
}

static bool pack_binds(struct stage_order *o, const struct sandbox_bind **binds, size_t *count)
{
	*count = 0;
	if (!*binds)
		return true;
	while ((*binds)[*count].host_path)
		++*count;
	struct sandbox_bind *copy = take(o, (*count + 1) * sizeof(*copy));

	if (!copy)
		return false;
	memcpy(copy, *binds, (*count + 1) * sizeof(*copy));
	*binds = copy;
	for (size_t i = 0; i < *count; i++) {
		if (!pack_text(o, &copy[i].host_path) || !pack_text(o, &copy[i].guest_path))
			return false;
	}
	return true;
}

bool stage_pack(struct stage_order *o, const struct plan *p)
{
	struct sandbox_spec *s = &o->spec;

	*s = *p->spec;
	o->plan = *p;
	o->plan.spec = s;
	o->used = 0;
	s->layers = NULL;
	s->upper_dir = s->cgroup_parent = s->limits.cpuset = NULL;
	s->kept = NULL;
	return pack_text(o, &s->name) && pack_text(o, &s->hostname) && pack_text(o, &s->cwd) &&
	       pack_list(o, &s->argv) && pack_list(o, &s->envp) &&
	       pack_binds(o, &s->binds, &o->bind_count);
}
