/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BENCH_NOISE_H
#define LABCTL_BENCH_NOISE_H

/*
 * What else happened on the host while a sample ran. Two readings, one at GO
 * and one at RESULT, and a judgement: the taints, in words that name the cause
 * and its size. A tainted sample is measured again (block.h), and stays in the record.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"
#include "spec/usage.h"

struct noise_watch { /* held open for a run: a reading is two or three pread(2) */
	int stat_fd;
	int memory_pressure_fd; /* -1: this kernel has no PSI */
	int io_pressure_fd;
	uint64_t cpus[16]; /* the CPUs of the samples, as a bit set */
	int cpu_count;
};

struct noise_reading {
	int64_t at_ns;
	int64_t busy_ns;            /* of the watched CPUs, whoever used them; 10 ms steps */
	int64_t steal_ns;           /* taken from them by the hypervisor */
	int64_t memory_pressure_ns; /* host-wide time that somebody waited for memory; -1 unknown */
	int64_t io_pressure_ns;     /* the same for a disk */
};

/* What taints a sample; each also needs to exceed what two readings can tell apart. */
struct noise_rules {
	double steal;      /* fraction of the sample's time on its CPUs */
	double neighbours; /* fraction of it that others used the same CPUs ... */
	double busy;       /* ... if it was itself busy for this fraction, and the CPUs were too */
	double throttled;  /* fraction of it held back though no quota was asked for */
	double memory_pressure; /* fraction of it */
	int64_t major_faults;
	double disk; /* of a sample that overran: fraction of it that somebody waited for a disk */
};

extern const struct noise_rules noise_rules_default;

/* cpuset: "1" or "0-3,6". */
int noise_open(struct noise_watch *w, const char *cpuset, struct err *e);
void noise_close(struct noise_watch *w);
int noise_read(const struct noise_watch *w, struct noise_reading *out, struct err *e);

struct noise_sample {
	struct noise_reading before, after;
	struct usage usage; /* of workspace and services between the two, as a difference */
	int cpu_count;      /* of the sample */
	bool quota;         /* one was asked for: being throttled is part of the measurement */
	bool overran;       /* it was cut off at its time limit */
};

/* Adds the taints. Pure. */
void noise_judge(const struct noise_rules *rules, const struct noise_sample *s,
		 struct strv *taints);

/* How much of the time between two readings was kept from a sample that was ready to run for
 * waited_ns without a CPU: that, and what the hypervisor took. Pure. */
int64_t noise_taken_ns(const struct noise_reading *before, const struct noise_reading *after,
		       int64_t waited_ns, int cpu_count);

/* The text of /proc/stat; the sums over the watched CPUs. Pure, for noise_read and tests. */
void noise_parse_stat(const char *text, const uint64_t *cpus, int64_t tick_ns,
		      struct noise_reading *out);
/* "0-3,6" as a bit set of 1024 CPUs; false where it is not one. */
bool noise_parse_cpus(const char *cpuset, uint64_t cpus[16]);

#endif
