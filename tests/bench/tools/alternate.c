/* SPDX-License-Identifier: Apache-2.0 */

/*
 * alternate RUNS -- COMMAND... [-- COMMAND...]...
 *
 * Runs each command RUNS times, one of each in turn and each round beginning
 * with another one, so that whatever disturbs the machine disturbs them alike.
 * Prints a line per command: median, 10th and 90th percentile and minimum of its
 * wall time in microseconds, and the median of its CPU time. The first round is
 * thrown away. A command that fails ends everything.
 */

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS_MAX = 16 };

struct command {
	char **argv;
	double *wall_us, *cpu_us;
};

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double us(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static void run(char **argv, double *wall_us, double *cpu_us)
{
	double begun = now_us();
	struct rusage usage;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || status) {
		fprintf(stderr, "alternate: %s failed\n", argv[0]);
		exit(1);
	}
	*wall_us = now_us() - begun;
	*cpu_us = us(usage.ru_utime) + us(usage.ru_stime);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static size_t split(int argc, char **argv, struct command *commands)
{
	size_t count = 0;

	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		argv[i] = NULL;
		if (count < COMMANDS_MAX && i + 1 < argc)
			commands[count++].argv = argv + i + 1;
	}
	return count;
}

int main(int argc, char **argv)
{
	struct command commands[COMMANDS_MAX] = {{0}};
	size_t count = split(argc, argv, commands),
	       runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;

	if (!count || !runs) {
		fprintf(stderr, "usage: alternate RUNS -- COMMAND... [-- COMMAND...]...\n");
		return 2;
	}
	for (size_t c = 0; c < count; c++) {
		commands[c].wall_us = calloc(runs + 1, sizeof(double));
		commands[c].cpu_us = calloc(runs + 1, sizeof(double));
	}
	for (size_t r = 0; r < runs + 1; r++) {
		for (size_t i = 0; i < count; i++) {
			struct command *c = &commands[(i + r) % count];
			size_t at = r ? r - 1 : 0;

			run(c->argv, &c->wall_us[at], &c->cpu_us[at]);
		}
	}
	for (size_t i = 0; i < count; i++) {
		struct command *c = &commands[i];

		qsort(c->wall_us, runs, sizeof(double), compare);
		qsort(c->cpu_us, runs, sizeof(double), compare);
		printf("%.0f %.0f %.0f %.0f %.0f\n", c->wall_us[runs / 2], c->wall_us[runs / 10],
		       c->wall_us[runs * 9 / 10], c->wall_us[0], c->cpu_us[runs / 2]);
	}
	return 0;
}
