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
#include <solv/pool.h>
#include <solv/repo.h>
#include <solv/repo_deb.h>
#include <solv/solv_xfopen.h>
#include <solv/solver.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/lib.h"
#include "base/mem.h"
#include "base/str.h"
#include "image/packages.h"

enum {
	INDEX_MAX_BYTES = 1 << 30,
	UNPACK_STEP = 1 << 20,
	ROUNDS_MAX = 20,
	REASONS_MAX = 6, /* of an unsolvable request that a message names */
	PROVIDERS_MAX = 4,
};

static struct {
	LIB_FN(pool_create);
	LIB_FN(pool_free);
	LIB_FN(pool_setdisttype);
	LIB_FN(pool_setarch);
	LIB_FN(pool_createwhatprovides);
	LIB_FN(pool_str2id);
	LIB_FN(pool_rel2id);
	LIB_FN(pool_id2str);
	LIB_FN(pool_job2solvables);
	LIB_FN(repo_create);
	LIB_FN(queue_init);
	LIB_FN(queue_insertn);
	LIB_FN(queue_free);
	LIB_FN(solver_create);
	LIB_FN(solver_free);
	LIB_FN(solver_set_flag);
	LIB_FN(solver_solve);
	LIB_FN(solver_get_decisionqueue);
	LIB_FN(solver_problem_count);
	LIB_FN(solver_findallproblemrules);
	LIB_FN(solver_ruleinfo);
	LIB_FN(solver_problemruleinfo2str);
} solv;

static const struct lib_symbol solv_symbols[] = {
    LIB_SYM(solv, pool_create),
    LIB_SYM(solv, pool_free),
    LIB_SYM(solv, pool_setdisttype),
    LIB_SYM(solv, pool_setarch),
    LIB_SYM(solv, pool_createwhatprovides),
    LIB_SYM(solv, pool_str2id),
    LIB_SYM(solv, pool_rel2id),
    LIB_SYM(solv, pool_id2str),
    LIB_SYM(solv, pool_job2solvables),
    LIB_SYM(solv, repo_create),
    LIB_SYM(solv, queue_init),
    LIB_SYM(solv, queue_insertn),
    LIB_SYM(solv, queue_free),
    LIB_SYM(solv, solver_create),
    LIB_SYM(solv, solver_free),
    LIB_SYM(solv, solver_set_flag),
    LIB_SYM(solv, solver_solve),
    LIB_SYM(solv, solver_get_decisionqueue),
    LIB_SYM(solv, solver_problem_count),
    LIB_SYM(solv, solver_findallproblemrules),
    LIB_SYM(solv, solver_ruleinfo),
    LIB_SYM(solv, solver_problemruleinfo2str),
    LIB_END,
};

static struct lib solv_lib = {
    .names = {"libsolv.so.1", "libsolv.so"}, .package = "libsolv1", .symbols = solv_symbols};

static struct {
	LIB_FN(repo_add_debpackages);
	LIB_FN(solv_xfopen_fd);
} ext;

static const struct lib_symbol ext_symbols[] = {
    LIB_SYM(ext, repo_add_debpackages),
    LIB_SYM(ext, solv_xfopen_fd),
    LIB_END,
};

static struct lib ext_lib = {.names = {"libsolvext.so.1", "libsolvext.so"},
			     .package = "libsolvext1",
			     .symbols = ext_symbols};

struct solve_pool {
	Pool *pool;
	const struct catalog *catalog;
};

struct chosen { /* packages, in the order of the index */
	const struct package **items;
	size_t count;
	size_t capacity;
};

/* ------------------------------------------------------------------- loading */

static void queue_add(Queue *q, Id how, Id what)
{
	const Id pair[2] = {how, what};

	solv.queue_insertn(q, q->count, 2, pair);
}

int solve_unpack(const char *path, struct str *out, struct err *e)
{
	cleanup_fd int fd = fd_open_at(AT_FDCWD, path, O_RDONLY, 0, e);
	bool damaged;
	size_t n;
	FILE *f;

	if (fd < 0 || lib_open(&ext_lib, e))
		return -1;
	/* It goes by the ending of the name, and names in the cache have none. */
	f = ext.solv_xfopen_fd("Packages.xz", fd_take(&fd), "r");
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
	ext.repo_add_debpackages(repo, f, 0);
	fclose(f);
	return 0;
}

struct solve_pool *solve_open(const struct catalog *c, struct err *e)
{
	struct solve_pool *p;

	if (lib_open(&solv_lib, e) || lib_open(&ext_lib, e))
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

/* ------------------------------------------------------------- what is wanted */

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

static void favour_required(struct solve_pool *p, Queue *jobs)
{
	for (size_t i = 0; i < p->catalog->packages.count; i++) {
		const struct package *package = &p->catalog->packages.items[i];

		if (!package->required)
			continue;
		cleanup_free char *name = xstrndup(package->name.at, package->name.len);
		queue_add(jobs, SOLVER_FAVOR | SOLVER_SOLVABLE_NAME,
			  solv.pool_str2id(p->pool, name, 1));
	}
}

static int add_wants(struct solve_pool *p, const struct solve_request *r, Queue *jobs,
		     struct err *e)
{
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
		queue_add(jobs, SOLVER_FAVOR | SOLVER_SOLVABLE_NAME,
			  solv.pool_str2id(p->pool, firsts.items[i], 1));
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
	favour_required(p, &jobs);
	rc = add_wants(p, r, &jobs, e) || solve_rounds(p, r->what, &jobs, &c, e) ? -1 : 0;
	solv.queue_free(&jobs);
	return rc ? -1 : fill_lock(r, &c, out, e);
}
