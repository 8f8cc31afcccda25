/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_WORDS_H
#define LABCTL_SANDBOX_WORDS_H

/* The end of a sandbox in words for its user: which limit, and who held what. */

#include <sys/types.h>

#include "sandbox/sandbox.h"

/* Fills o->words; empty where the guest simply exited with 0. first_id: of the sandbox's ids. */
void words_say(struct sandbox_outcome *o, const struct limits *l, uid_t first_id);

#endif
