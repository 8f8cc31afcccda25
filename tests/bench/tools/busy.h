/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_TESTS_BENCH_BUSY_H
#define LABCTL_TESTS_BENCH_BUSY_H

/*
 * A small CPU-bound task, timed in a fresh process each time, while another CPU
 * is kept busy: what labctl's samples are without labctl.
 */

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"

struct busy_machine {
	int cpu, other; /* of the samples; of the neighbour and our own, where there is one */
	pid_t neighbour;
};

static inline void busy_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Work that a compiler cannot shorten and a cache cannot swallow whole: some 10 ms. */
static inline uint64_t busy_task(void)
{
	enum { CELLS = 1 << 16, ROUNDS = 2000000 };
	static uint32_t cells[CELLS];
	uint64_t sum = 0, at = 1;

	for (size_t i = 0; i < CELLS; i++)
		cells[i] = (uint32_t)(i * 2654435761U);
	for (size_t i = 0; i < ROUNDS; i++) {
		at = at * 6364136223846793005ULL + cells[(at >> 40) % CELLS];
		sum ^= at;
	}
	return sum;
}

/* GO and RESULT through pipes, a fresh process with its stack elsewhere each time. */
static inline double busy_sample(int cpu, struct rng *rng)
{
	int go[2], result[2];
	char byte = 0;
	size_t pad = rng_below(rng, 4096) + 1;

	if (pipe(go) || pipe(result)) {
		perror("aa: pipe");
		exit(4);
	}
	pid_t pid = fork();
	if (pid < 0) {
		perror("aa: fork");
		exit(4);
	}
	if (pid == 0) {
		volatile char *padding = __builtin_alloca(pad);

		padding[0] = 0;
		busy_pin(cpu);
		if (write(result[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 1)
			_exit(1);
		byte = (char)busy_task();
		_exit(write(result[1], &byte, 1) != 1);
	}
	if (read(result[0], &byte, 1) != 1)
		exit(70);
	int64_t begin = clock_now_ns();
	if (write(go[1], &byte, 1) != 1 || read(result[0], &byte, 1) != 1)
		exit(70);
	int64_t took = clock_now_ns() - begin;
	waitpid(pid, NULL, 0);
	close(go[0]);
	close(go[1]);
	close(result[0]);
	close(result[1]);
	return (double)took;
}

/* Keeps a CPU busy until this process is gone. */
static inline pid_t busy_neighbour(int cpu)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		busy_pin(cpu);
		for (;;)
			busy_task();
	}
	return pid;
}

static inline struct busy_machine busy_start(void)
{
	cpu_set_t allowed;
	int first = -1, last = -1;

	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		first = first < 0 ? cpu : first;
		last = cpu;
	}
	return (struct busy_machine){
	    .cpu = last, .other = first, .neighbour = busy_neighbour(first)};
}

static inline void busy_stop(struct busy_machine *m)
{
	kill(m->neighbour, SIGKILL);
	waitpid(m->neighbour, NULL, 0);
}

#endif
