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
};

void judge_init(struct judge *j, struct setting *s); /* starts nothing yet */
void judge_destroy(struct judge *j);

/* The input of a seed. The services must be in their initial state: the oracle answers now. */
int judge_workload(struct judge *j, uint64_t seed, struct str *input, struct err *e);

/* Is the output right? *reason, owned by j, says why not. The output is untrusted. */
int judge_check(struct judge *j, const struct str *input, const struct str *output, bool *right,
		const char **reason, struct err *e);

#endif
