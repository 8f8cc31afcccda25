/* SPDX-License-Identifier: Apache-2.0 */
#include "image/solve-wants.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/strv.h"
#include "image/index.h"

enum { PROVIDERS_MAX = 4 }; /* of a virtual package that a message names */

static void queue_add(Queue *q, Id how, Id what)
{
	const Id pair[2] = {how, what};

	solv.queue_insertn(q, q->count, 2, pair);
}

/* How many solvables a selection matches; the first few names go to *names. */
static int count_matches(struct solve_pool *p, Id select, Id what, struct strv *names)
{
	Queue found;
	int count;

	solv.queue_init(&found);
	solv.pool_job2solvables(p->pool, &found, select, what);
	count = found.count;
	for (int i = 0; names && i < count && i < PROVIDERS_MAX; i++) {
		const Solvable *s = &p->pool->solvables[found.elements[i]];

		strv_add(names, solv.pool_id2str(p->pool, s->name));
	}
	solv.queue_free(&found);
	return count;
}

static char *nearest_package(const struct solve_pool *p, const char *name)
{
	cleanup(strv_done) struct strv names = STRV_INIT;

	for (size_t i = 0; i < p->catalog->packages.count; i++) {
		const struct package_text *t = &p->catalog->packages.items[i].name;

		strv_take(&names, xstrndup(t->at, t->len));
	}
	return xstrdup(str_nearest(name, (const char *const *)strv_argv(&names)));
}

static int fail_unknown(struct solve_pool *p, const char *what, const char *name, Id id,
			struct err *e)
{
	cleanup(strv_done) struct strv providers = STRV_INIT;
	cleanup_free char *nearest = NULL;

	if (id && count_matches(p, SOLVER_SOLVABLE_PROVIDES, id, &providers)) {
		cleanup_free char *list = strv_join(&providers, ", ");

		fail(e, ERR_SPEC, 0, "%s: '%s' is no package but a virtual one", what, name);
		return hint(e, "name one that provides it: %s", list);
	}
	nearest = nearest_package(p, name);
	fail(e, ERR_SPEC, 0, "%s: %s %s has no package '%s'", what, p->catalog->indexes[0].suite,
	     p->catalog->indexes[0].component, name);
	if (nearest)
		return hint(e, "did you mean '%s'?", nearest);
	return hint(e, "check the name with `apt-cache search`, or on a machine that runs %s",
		    p->catalog->indexes[0].suite);
}

static int want(struct solve_pool *p, const char *what, const char *name, Queue *jobs,
		struct err *e)
{
	Id id = solv.pool_str2id(p->pool, name, 0);

	if (!id || !count_matches(p, SOLVER_SOLVABLE_NAME, id, NULL))
		return fail_unknown(p, what, name, id, e);
	queue_add(jobs, SOLVER_INSTALL | SOLVER_SOLVABLE_NAME, id);
	return 0;
}

static int want_package(struct solve_pool *p, const struct package *package, Queue *jobs,
			struct err *e)
{
	cleanup_free char *name = xstrndup(package->name.at, package->name.len);

	return want(p, "the essential set", name, jobs, e);
}

/* A package of a parent: in exactly this version, since the parent's layer has it. */
static int want_exactly(struct solve_pool *p, const struct image_lock *parent,
			const struct lock_package *package, Queue *jobs, struct err *e)
{
	Id name = solv.pool_str2id(p->pool, package->name, 1);
	Id version = solv.pool_str2id(p->pool, package->version, 1);
	Id exact = solv.pool_rel2id(p->pool, name, version, REL_EQ, 1);

	if (!count_matches(p, SOLVER_SOLVABLE_NAME, exact, NULL)) {
		fail(e, ERR_SPEC, 0,
		     "the lock of the parent image %s has %s %s, which today's "
		     "index of %s no longer has",
		     parent->image, package->name, package->version, p->catalog->indexes[0].suite);
		return hint(e, "lock the parent with it: labctl image lock --update %s",
			    parent->image);
	}
	queue_add(jobs, SOLVER_INSTALL | SOLVER_SOLVABLE_NAME, exact);
	return 0;
}

void solve_wants_favour(struct solve_pool *p, const char *name, Queue *jobs)
{
	queue_add(jobs, SOLVER_FAVOR | SOLVER_SOLVABLE_NAME, solv.pool_str2id(p->pool, name, 1));
}

static void favour_required(struct solve_pool *p, Queue *jobs)
{
	for (size_t i = 0; i < p->catalog->packages.count; i++) {
		const struct package *package = &p->catalog->packages.items[i];

		if (!package->required)
			continue;
		cleanup_free char *name = xstrndup(package->name.at, package->name.len);
		solve_wants_favour(p, name, jobs);
	}
}

int solve_wants(struct solve_pool *p, const struct solve_request *r, Queue *jobs, struct err *e)
{
	favour_required(p, jobs);
	for (size_t i = 0; r->essential && i < p->catalog->packages.count; i++) {
		if (p->catalog->packages.items[i].essential &&
		    want_package(p, &p->catalog->packages.items[i], jobs, e))
			return -1;
	}
	for (size_t i = 0; r->parents && r->parents[i]; i++) {
		for (size_t j = 0; j < r->parents[i]->package_count; j++) {
			if (want_exactly(p, r->parents[i], &r->parents[i]->packages[j], jobs, e))
				return -1;
		}
	}
	for (size_t i = 0; i < r->wanted->len; i++) {
		if (want(p, r->what, r->wanted->items[i], jobs, e))
			return -1;
	}
	return 0;
}
