/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_PAYLOADS_H
#define LABCTL_BENCH_PAYLOADS_H

/* What goes into the calls of one process, or comes out of them, in order. Mostly that is one call;
 * a series (series.h) has many. */

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct payloads {
	struct str *items;
	size_t count, cap;
};

void payloads_init(struct payloads *p);
void payloads_done(struct payloads *p);           /* frees, and leaves it empty and usable */
struct str *payloads_add(struct payloads *p);     /* an empty one; it moves when more come */
int64_t payloads_bytes(const struct payloads *p); /* of all together */
void payloads_digest(const struct payloads *p, char *hex); /* SHA-256 of all, one after the other */

#endif
