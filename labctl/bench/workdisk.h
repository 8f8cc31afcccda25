/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_WORKDISK_H
#define LABCTL_BENCH_WORKDISK_H

/*
 * The disk of an exercise that has one (`disk:` in exercise.yaml): a file system
 * of that size, the home of the run's lab.
 *
 *	/lab/disk	made by workload.py in the judge, read-only to the worker
 *	/lab/output	the worker's, empty at the beginning of each sample
 *	/lab/after	the judge's: files named in `durable`, as a power cut at the
 *			moment of the answer would have left them
 *
 * Before GO the page cache is brought into the state that the exercise declares,
 * and looked at: a sample on another state than declared does not count.
 */

#include "base/err.h"
#include "base/str.h"
#include "sandbox/sandbox.h"
#include "spec/exercise.h"

struct lab;

struct workdisk {
	const struct exercise_disk *what; /* borrowed; NULL: the exercise has no disk */
	const struct lab *lab;            /* borrowed */
	char *input, *output, *after;     /* folders of the host */
};

int workdisk_create(struct workdisk *d, const struct exercise_disk *what, const struct lab *lab,
		    struct err *e);
void workdisk_destroy(struct workdisk *d);

/* Empties the output; before the worker starts. */
int workdisk_renew(struct workdisk *d, struct err *e);

/* After READY, before GO. 1: as declared; 0: the guest prevents it (*words, the caller frees);
 * -1: the host failed. */
int workdisk_set_cache(const struct workdisk *d, char **words, struct err *e);

/* After RESULT: what is safe goes where the judge sees it. Returns as workdisk_set_cache does. */
int workdisk_cut_power(const struct workdisk *d, char **words, struct err *e);

#endif
