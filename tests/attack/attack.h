/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_ATTACK_ATTACK_H
#define TESTS_ATTACK_ATTACK_H

/*
 * A program of several attacks, one a run: `escape chroot /etc/secret`. What
 * it says to its test is its exit status: 0 the attack worked, 1 it was
 * refused, and standard output tells how. The same program runs as the control, outside,
 * so none of them may harm the machine that it runs on: what it takes is bounded, what
 * it opens it does not write.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct attack {
	const char *name;
	int (*run)(char **args); /* args: what stands after the name, NULL-ended */
};

/* The two verdicts. Both print now: what follows may be a death by a limit. */
static inline int __attribute__((format(printf, 1, 2))) worked(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	printf("worked: ");
	vprintf(format, ap);
	printf("\n");
	va_end(ap);
	fflush(stdout);
	return 0;
}

static inline int __attribute__((format(printf, 1, 2))) refused(const char *format, ...)
{
	const char *why = strerror(errno);
	va_list ap;

	va_start(ap, format);
	printf("refused: ");
	vprintf(format, ap);
	printf(": %s\n", why);
	va_end(ap);
	fflush(stdout);
	return 1;
}

/*
 * The verdict on one that takes as much as it can. With HOLD, the last argument, it then says
 * "ready" and keeps what it has until its standard input ends.
 */
static inline int took(const char *what, long got, long wanted, char *hold)
{
	const int status = got >= wanted ? worked("%ld %s", got, what)
					 : refused("%s: %ld of %ld", what, got, wanted);
	char byte;

	if (hold) {
		printf("ready\n");
		fflush(stdout);
		while (read(0, &byte, 1) > 0)
			;
	}
	return status;
}

/* What an attack needs for itself, and not from its victim. */
static inline _Noreturn void broken(const char *what)
{
	printf("broken: %s: %s\n", what, strerror(errno));
	exit(2);
}

static inline int attack_main(const struct attack *attacks, char **argv)
{
	for (; argv[0] && argv[1] && attacks->name; attacks++) {
		if (!strcmp(attacks->name, argv[1]))
			return attacks->run(argv + 2);
	}
	printf("broken: no such attack\n");
	return 2;
}

static inline long number(const char *arg)
{
	return arg ? strtol(arg, NULL, 0) : 0;
}

#endif
