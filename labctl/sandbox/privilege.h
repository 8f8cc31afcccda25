/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_PRIVILEGE_H
#define LABCTL_SANDBOX_PRIVILEGE_H

/* Giving power up: ids, capabilities, keyring, no_new_privs. Safe after fork. */

#include "base/err.h"
#include "sandbox/sandbox.h"

/* init: into the guest's user namespace, as its 0, with all capabilities there. */
int privilege_enter_userns(int userns_fd, struct err *e);

/* init, when the guest runs: without any capability but to signal the guest, which may be another
 * user; for good. */
int privilege_keep_kill(struct err *e);

/* The guest's first process: becomes uid and gid, with what capabilities its trust allows and no
 * way to more. */
int privilege_drop(enum sandbox_trust trust, uid_t uid, gid_t gid, struct err *e);

#endif
