/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_LOOKS_H
#define LABCTL_BENCH_LOOKS_H

/*
 * Looks at the anonymous memory of a guest at work: no kernel keeps a peak of
 * that alone. The pauses between looks double, so a short sample is seen closely
 * and a long one costs us little.
 */

#include <stdint.h>

#include "sandbox/sandbox.h"

struct looks_memory {
	int64_t next_ns, pause_ns;
	int64_t peak_bytes;
};

void looks_begin(struct looks_memory *l, int64_t now_ns, int64_t anon_bytes);

/* Looks, if it is time to. */
void looks_take(struct looks_memory *l, struct sandbox *s, int64_t now_ns);

#endif
