/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_PROOF_H
#define LABCTL_BENCH_PROOF_H

/* For the record: what enforces each limit that was asked for, on this host. */

#include "spec/result.h"

/* Fills r->proven from r->limits, and adds what is enforced only in part to r->warnings. */
void proof_collect(struct result *r);

#endif
