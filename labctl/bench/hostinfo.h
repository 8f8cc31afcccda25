/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_HOSTINFO_H
#define LABCTL_BENCH_HOSTINFO_H

/*
 * The facts of the host that a reader of a result needs in order to judge it,
 * and the noise sources found, in words. What cannot be learnt is left NULL:
 * a missing fact never stops a run.
 */

#include "spec/result.h"

/* root: "" for this host; a directory with proc/ and sys/ below it, for tests. */
void hostinfo_collect(const char *root, struct result_host *out);

/* Host facts that differ so that times (not ratios) cannot be set side by side; for compare and
 * replay. */
void hostinfo_differences(const struct result_host *a, const struct result_host *b,
			  struct strv *words);

#endif
