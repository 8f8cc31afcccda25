/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_SOLVE_LIB_H
#define LABCTL_IMAGE_SOLVE_LIB_H

/*
 * libsolv and its companion library, opened when first used (base/lib.h), for
 * solve.c and solve-wants.c. Call solv.X where libsolv's manual says X, and
 * nothing before the library that has it was opened.
 */

#include <solv/pool.h>
#include <solv/repo.h>
#include <solv/repo_deb.h>
#include <solv/solv_xfopen.h>
#include <solv/solver.h>
#include <stdio.h>

#include "base/err.h"
#include "base/lib.h"
#include "image/catalog.h"

extern struct solv_functions {
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

extern struct solv_ext_functions {
	LIB_FN(repo_add_debpackages);
	LIB_FN(solv_xfopen_fd);
} solv_ext;

int solve_lib_open(struct err *e);     /* both */
int solve_lib_open_ext(struct err *e); /* the companion, which reads what is compressed */

struct solve_pool { /* see solve_open */
	Pool *pool;
	const struct catalog *catalog; /* borrowed; it has what libsolv does not keep */
};

#endif
