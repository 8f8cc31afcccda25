/* SPDX-License-Identifier: Apache-2.0 */
#include "image/solve-lib.h"

struct solv_functions solv;
struct solv_ext_functions solv_ext;

static const struct lib_symbol library_symbols[] = {
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

static struct lib library = {
    .names = {"libsolv.so.1", "libsolv.so"}, .package = "libsolv1", .symbols = library_symbols};

static const struct lib_symbol companion_symbols[] = {
    LIB_SYM(solv_ext, repo_add_debpackages),
    LIB_SYM(solv_ext, solv_xfopen_fd),
    LIB_END,
};

static struct lib companion = {.names = {"libsolvext.so.1", "libsolvext.so"},
			       .package = "libsolvext1",
			       .symbols = companion_symbols};

int solve_lib_open(struct err *e)
{
	return lib_open(&library, e) || solve_lib_open_ext(e) ? -1 : 0;
}

int solve_lib_open_ext(struct err *e)
{
	return lib_open(&companion, e);
}
