/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_JUDGE_H
#define LABCTL_BENCH_JUDGE_H

/*
 * The judge: a guest with trusted files only that makes inputs from seeds and
 * says whether an output is right. Every output is asked about once: equal
 * output for an equal input has been judged before.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "bench/fault.h"
#include "bench/payloads.h"
#include "bench/setting.h"
#include "bench/worker.h"

struct judged { /* one output that was judged */
	char input[HASH_HEX_SIZE], output[HASH_HEX_SIZE];
	bool right;
	char *reason;
};

struct judge {
	struct setting *setting; /* borrowed */
	struct worker worker;
	bool running;
	struct judged *known;
	size_t known_count, known_cap;
	struct fault
	    blamed; /* what the exercise's file raised, if it did: the owner's to release */
};

void judge_init(struct judge *j, struct setting *s); /* starts nothing yet */
void judge_destroy(struct judge *j);

/* The input of a seed. The services must be in their initial state: the oracle answers now. */
int judge_workload(struct judge *j, uint64_t seed, struct str *input, struct err *e);

/* The seed of call `call`, from 0, of a process whose first call has this one. Pure. */
uint64_t judge_call_seed(uint64_t seed, size_t call);

/* As many inputs as the process of a sample is called; services are brought to their initial state
 * before. What *inputs held is gone. */
int judge_inputs(struct judge *j, uint64_t seed, struct payloads *inputs, struct err *e);

/* Is the output right? *reason, owned by j, says why not. The output is untrusted. */
int judge_check(struct judge *j, const struct str *input, const struct str *output, bool *right,
		const char **reason, struct err *e);

/* The same for all calls of a process. *words, the caller's, says what the first wrong one was;
 * NULL: all are right. */
int judge_check_all(struct judge *j, const struct payloads *inputs, const struct payloads *outputs,
		    char **words, struct err *e);

#endif
