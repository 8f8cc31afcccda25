/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dependencies, by libsolv.
 *
 * libsolv reads the catalog's texts; what it does not keep (Essential, Size,
 * the order of alternatives) is looked up in the catalog's own table. For
 * `a | b` Debian means a unless b is wanted, but libsolv takes either. So a
 * solve is repeated with the first alternatives of all chosen packages
 * favoured, until nothing more comes up, which takes two or three rounds. And
 * of those that provide a virtual package, one that every Debian system has
 * (Priority: required) goes first: mawk for awk, as with apt.
 */
#include "image/solve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "image/packages.h"
#include "image/solve-lib.h"
#include "image/solve-wants.h"

enum {
	INDEX_MAX_BYTES = 1 << 30,
	UNPACK_STEP = 1 << 20,
	ROUNDS_MAX = 20,
	REASONS_MAX = 6, /* of an unsolvable request that a message names */
};

struct chosen { /* packages, in the order of the index */
	const struct package **items;
	size_t count;
	size_t capacity;
};

/* ------------------------------------------------------------------- loading */

int solve_unpack(const char *path, struct str *out, struct err *e)
{
	cleanup_fd int fd = fd_open_at(AT_FDCWD, path, O_RDONLY, 0, e);
	bool damaged;
	size_t n;
	FILE *f;

	if (fd < 0 || solve_lib_open_ext(e))
		return -1;
	/* It goes by the ending of the name, and names in the cache have none. */
	f = solv_ext.solv_xfopen_fd("Packages.xz", fd_take(&fd), "r");
	if (!f)
		return fail(e, ERR_HOST, errno, "unpack '%s'", path);
	do {
		str_reserve(out, UNPACK_STEP);
		n = fread(out->data + out->len, 1, UNPACK_STEP, f);
		out->len += n;
		out->data[out->len] = '\0';
	} while (n > 0 && out->len < INDEX_MAX_BYTES);
	damaged = ferror(f);
	fclose(f);
	if (damaged || n > 0)
		return fail(e, ERR_HOST, 0, "unpack '%s': it is damaged", path);
	return 0;
}

static int load_index(struct solve_pool *p, size_t n, struct err *e)
{
	const struct str *text = &p->catalog->texts[n];
	FILE *f = fmemopen(text->data, text->len, "r");
	Repo *repo;

	if (!f)
		return fail(e, ERR_HOST, errno, "read the index of %s",
			    p->catalog->indexes[n].suite);
	repo = solv.repo_create(p->pool, p->catalog->indexes[n].suite);
	solv_ext.repo_add_debpackages(repo, f, 0);
	fclose(f);
	return 0;
}

struct solve_pool *solve_open(const struct catalog *c, struct err *e)
{
	struct solve_pool *p;

	if (solve_lib_open(e))
		return NULL;
	p = xcalloc(1, sizeof(*p));
	p->pool = solv.pool_create();
	p->catalog = c;
	solv.pool_setdisttype(p->pool, DISTTYPE_DEB);
	solv.pool_setarch(p->pool, index_architecture());
	for (size_t i = 0; i < c->count; i++) {
		if (load_index(p, i, e)) {
			solve_close(p);
			return NULL;
		}
	}
	solv.pool_createwhatprovides(p->pool);
	return p;
}

void solve_close(struct solve_pool *p)
{
	if (!p)
		return;
	solv.pool_free(p->pool);
	free(p);
}

/* ------------------------------------------------------------------- solving */

static int fail_unsolvable(Solver *solver, const char *what, struct err *e)
{
	cleanup(str_done) struct str reasons = STR_INIT;
	Queue rules;
	int told = 0;

	solv.queue_init(&rules);
	solv.solver_findallproblemrules(solver, 1, &rules);
	for (int i = 0; i < rules.count && told < REASONS_MAX; i++) {
		Id from, to, dep;
		SolverRuleinfo type =
		    solv.solver_ruleinfo(solver, rules.elements[i], &from, &to, &dep);

		/* What we asked for ourselves explains nothing. */
		if ((type & SOLVER_RULE_TYPEMASK) == SOLVER_RULE_JOB)
			continue;
		str_addf(&reasons, "\n%s",
			 solv.solver_problemruleinfo2str(solver, type, from, to, dep));
		told++;
	}
	solv.queue_free(&rules);
	fail(e, ERR_SPEC, 0, "%s: its packages cannot be installed together:%s", what,
	     reasons.data);
	return hint(e, "leave out one of the packages that these lines name");
}

static int solve_once(struct solve_pool *p, const char *what, Queue *jobs, Queue *chosen,
		      struct err *e)
{
	Solver *solver = solv.solver_create(p->pool);
	int rc = 0;

	solv.solver_set_flag(solver, SOLVER_FLAG_IGNORE_RECOMMENDED, 1);
	if (solv.solver_solve(solver, jobs))
		rc = fail_unsolvable(solver, what, e);
	else
		solv.solver_get_decisionqueue(solver, chosen);
	solv.solver_free(solver);
	return rc;
}

static bool chosen_has(const struct chosen *c, const struct package *package)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->items[i] == package)
			return true;
	}
	return false;
}

static void chosen_done(struct chosen *c)
{
	free(c->items);
	*c = (struct chosen){0};
}

/* The queue holds what was decided against as well, as negative numbers; 1 is the system. */
static int take_chosen(struct solve_pool *p, const Queue *decided, struct chosen *c, struct err *e)
{
	c->count = 0;
	for (int i = 0; i < decided->count; i++) {
		const Solvable *s;
		const char *name;
		const struct package *package;

		if (decided->elements[i] <= 1)
			continue;
		s = &p->pool->solvables[decided->elements[i]];
		name = solv.pool_id2str(p->pool, s->name);
		package =
		    packages_find(&p->catalog->packages, name, solv.pool_id2str(p->pool, s->evr),
				  solv.pool_id2str(p->pool, s->arch));
		if (!package)
			return fail(e, ERR_SPEC, 0, "the index garbles package '%s'", name);
		mem_grow(&c->items, &c->capacity, c->count + 1, sizeof(*c->items));
		c->items[c->count++] = package;
	}
	return 0;
}

/* Favours the first alternatives of the chosen packages; true if that may change the choice. */
static bool favour_first(struct solve_pool *p, const struct chosen *c, struct strv *favoured,
			 Queue *jobs)
{
	cleanup(strv_done) struct strv firsts = STRV_INIT;
	bool more = false;

	for (size_t i = 0; i < c->count; i++) {
		packages_first_choices(&c->items[i]->pre_depends, &firsts);
		packages_first_choices(&c->items[i]->depends, &firsts);
	}
	for (size_t i = 0; i < firsts.len; i++) {
		const struct package *first =
		    packages_find(&p->catalog->packages, firsts.items[i], NULL, NULL);

		if (!first || strv_has(favoured, firsts.items[i]))
			continue;
		strv_add(favoured, firsts.items[i]);
		solve_wants_favour(p, firsts.items[i], jobs);
		more = more || !chosen_has(c, first);
	}
	return more;
}

static int solve_rounds(struct solve_pool *p, const char *what, Queue *jobs, struct chosen *c,
			struct err *e)
{
	cleanup(strv_done) struct strv favoured = STRV_INIT;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		Queue decided;
		int rc;

		solv.queue_init(&decided);
		rc = solve_once(p, what, jobs, &decided, e);
		if (!rc)
			rc = take_chosen(p, &decided, c, e);
		solv.queue_free(&decided);
		if (rc)
			return -1;
		if (!favour_first(p, c, &favoured, jobs))
			return 0;
	}
	return 0;
}

static bool parents_have(const struct solve_request *r, const struct package *package)
{
	for (size_t i = 0; r->parents && r->parents[i]; i++) {
		for (size_t j = 0; j < r->parents[i]->package_count; j++) {
			if (packages_text_is(&package->name, r->parents[i]->packages[j].name))
				return true;
		}
	}
	return false;
}

static int compare_locked(const void *a, const void *b)
{
	return strcmp(((const struct lock_package *)a)->name,
		      ((const struct lock_package *)b)->name);
}

static int fill_lock(const struct solve_request *r, const struct chosen *c, struct image_lock *out,
		     struct err *e)
{
	out->packages = xcalloc(c->count + 1, sizeof(*out->packages));
	for (size_t i = 0; i < c->count; i++) {
		if (parents_have(r, c->items[i]))
			continue;
		if (packages_to_lock(c->items[i], &out->packages[out->package_count], e))
			return -1;
		out->package_count++;
	}
	qsort(out->packages, out->package_count, sizeof(*out->packages), compare_locked);
	return 0;
}

int solve_run(struct solve_pool *p, const struct solve_request *r, struct image_lock *out,
	      struct err *e)
{
	cleanup(chosen_done) struct chosen c = {0};
	Queue jobs;
	int rc;

	solv.queue_init(&jobs);
	rc = solve_wants(p, r, &jobs, e) || solve_rounds(p, r->what, &jobs, &c, e) ? -1 : 0;
	solv.queue_free(&jobs);
	return rc ? -1 : fill_lock(r, &c, out, e);
}
