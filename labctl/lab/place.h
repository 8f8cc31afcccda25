/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_LAB_PLACE_H
#define LABCTL_LAB_PLACE_H

/*
 * Where a lab's files are, and its record.
 *
 *	<run>/labs/NAME/lab.json	the record below, rewritten whole at each change
 *	<run>/labs/NAME/control		the supervisor's socket (control.h)
 *	<run>/labs/.NAME.lock		held while a lab goes up, is reset or goes down
 *	<state>/labs/NAME/disk/		a file system of its own, where the lab has a disk limit:
 *	       .../disk/SERVICE/	upper/ and work/ of its root, run/ (bound at /run/labctl)
 *	       .../disk/home/		the workspace's /root; a reset leaves it alone
 *	<state>/labs/NAME/disk.ext4	what is mounted there
 *	<state>/labs/NAME/log/		what services and supervisor had to say
 *
 * A lab lives as long as its supervisor: its pid with that pid's start time
 * stand in the record, so a recycled pid is not mistaken for it. Besides, it
 * holds a lock on the directory of the lab's files (place_hold), for these may
 * be shared by those who cannot see its record: another LABCTL_ROOT whose lib/
 * leads to the same place. Files whose supervisor is dead are remains:
 * place_collect removes them.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/strv.h"
#include "spec/limits.h"

struct place {
	char *name, *run_dir, *data_dir, *disk, *disk_image, *log_dir, *home, *record, *lock;
};

struct lab_service { /* as recorded */
	char *name;
	char *image_digest, *initial_digest;
	char *cgroup; /* for budget_usage */
	int64_t pid;
	int64_t started_ns; /* monotonic, at exec */
	int64_t ready_ns;   /* from exec until it said so itself; -1: it does not say */
	char *ended;        /* in words, if it is not running */
};

struct lab_record {
	char *name, *image, *dataset, *created;
	int64_t supervisor, supervisor_start;
	int64_t netns_fd; /* among the supervisor's descriptors */
	char *cgroup;
	int64_t resets;
	bool attached;
	struct limits limits;
	struct lab_service *services;
	size_t service_count;
};

int place_init(struct place *p, const char *name, struct err *e); /* checks the name */
void place_done(struct place *p);

int place_lock(const struct place *p, struct err *e);   /* a descriptor; waits, and says so */
int place_make(const struct place *p, struct err *e);   /* the directories but disk/, empty */
int place_hold(const struct place *p, struct err *e);   /* a descriptor, to be kept open */
int place_remove(const struct place *p, struct err *e); /* all but the lock */

int place_read(const struct place *p, struct lab_record *out, struct err *e); /* ERR_SPEC: none */
int place_write(const struct place *p, const struct lab_record *r, struct err *e);
void lab_record_done(struct lab_record *r);

bool place_is_alive(const struct lab_record *r);
int place_list(struct strv *names, struct err *e); /* of labs with files, dead ones too; sorted */

/* Removes what a dead supervisor left of this lab, if it is dead: 1, else 0; the lock is held. */
int place_collect(const struct place *p, struct err *e);

#endif
