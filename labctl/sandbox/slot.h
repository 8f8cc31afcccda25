/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_SLOT_H
#define LABCTL_SANDBOX_SLOT_H

/*
 * A slot is the number of one living sandbox among all of this host. It gives
 * the sandbox a range of user ids that nobody else has, and names whatever of
 * it can outlive a kill -9.
 *
 * The one file behind it, /run/labctl-slots, holds no list that could go
 * stale: to own slot n is to hold a lock on its byte n, and the kernel drops
 * the lock when the owner dies, however it dies. Behind the locks each slot has an
 * entry: its generation, one more each time it is taken, and who took it, until it is given back
 * as it should be. So "<slot>-<generation>" in the name of a cgroup says for
 * ever who made it, slot_is_alive() whether that one still lives, and an entry in use
 * whose lock is free that there is something to clear away. (A pid and its
 * start time would say less at the price of reading /proc.)
 *
 * The file is the host's and not below LABCTL_ROOT, because user ids are the
 * host's too: two roots must not hand out the same range.
 */

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum { SLOT_MAX = 4093, SLOT_IDS = 65536 };

struct slot {
	int fd; /* holds the locks; -1: none */
	int number;
	uint64_t generation;
};

#define SLOT_INIT                                                                                  \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/* *remains: somebody of this LABCTL_ROOT died without giving his slot back. */
int slot_take(struct slot *s, bool *remains, struct err *e);
void slot_release(struct slot *s);

/* init has a copy of its supervisor's lock until the guest runs. If the supervisor is killed before
 * that, init dies of it, but a moment later: waits for that, where it is to be seen. */
void slot_await_dying(int64_t deadline_ns);

/* What the dead left has been cleared away: their slots are as if given back. */
void slot_forget_dead(void);

/* A number for this process's LABCTL_ROOT: what is on this host belongs to one root, and the others
 * leave it alone. 0: not moved. */
uint32_t slot_root(void);

/* First of the SLOT_IDS user and group ids of the slot: above 0x70000000, where neither login
 * accounts, /etc/subuid nor systemd's containers have theirs. */
uid_t slot_first_id(const struct slot *s);

/* Reserves `count` of the CPUs in `allowed` for this slot's owner alone, from the highest down
 * (interrupts favour CPU 0). Where too few are free, *chosen is filled up with CPUs that others
 * have too, and false is returned. */
bool slot_reserve_cpus(struct slot *s, const cpu_set_t *allowed, int count, cpu_set_t *chosen);

/* Marks CPUs that were chosen by hand as taken, as far as nobody else has them. */
void slot_claim_cpus(struct slot *s, const cpu_set_t *chosen);

/* Is the owner of this slot and generation alive? If it is not, the slot is locked until
 * slot_release(guard), so that its remains can be cleared away before anybody takes it. One guard
 * (SLOT_INIT at first) serves for any number of questions. */
bool slot_is_alive(int number, uint64_t generation, struct slot *guard);

/* Splits "NAME.SLOT-GENERATION"; false where `name` is no such thing. */
bool slot_parse(const char *name, int *number, uint64_t *generation);

#endif
