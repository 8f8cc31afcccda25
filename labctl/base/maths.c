/* SPDX-License-Identifier: Apache-2.0 */

/*
 * libm, opened when first used. Only the statistics need it, yet as one more
 * shared object it would cost every start of labctl a tenth of a millisecond. So
 * the functions of <math.h> that labctl calls are defined here, each a way to
 * libm's own: who uses them includes <math.h> and need not know. The linker
 * takes these because they stand before -lm, and then needs no libm. A function that
 * is missing here works too, but brings libm back: tests/meta/libraries.sh tells.
 */

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/lib.h"

static struct {
	LIB_FN(erfc);
	LIB_FN(exp);
	LIB_FN(exp2);
	LIB_FN(expm1);
	LIB_FN(fmax);
	LIB_FN(fmin);
	LIB_FN(hypot);
	LIB_FN(lgamma);
	LIB_FN(llround);
	LIB_FN(log);
	LIB_FN(log10);
	LIB_FN(log1p);
	LIB_FN(log2);
	LIB_FN(pow);
	LIB_FN(round);
	LIB_FN(sqrt);
} libm;

static const struct lib_symbol symbols[] = {LIB_SYM(libm, erfc),
					    LIB_SYM(libm, exp),
					    LIB_SYM(libm, exp2),
					    LIB_SYM(libm, expm1),
					    LIB_SYM(libm, fmax),
					    LIB_SYM(libm, fmin),
					    LIB_SYM(libm, hypot),
					    LIB_SYM(libm, lgamma),
					    LIB_SYM(libm, llround),
					    LIB_SYM(libm, log),
					    LIB_SYM(libm, log10),
					    LIB_SYM(libm, log1p),
					    LIB_SYM(libm, log2),
					    LIB_SYM(libm, pow),
					    LIB_SYM(libm, round),
					    LIB_SYM(libm, sqrt),
					    LIB_END};

/* It comes with libc: without it nothing else would have started either. */
static void open_libm(void)
{
	static struct lib lib = {.names = {"libm.so.6"}, .package = "libc6", .symbols = symbols};
	struct err e;

	if (!lib_open(&lib, &e))
		return;
	fprintf(stderr, "labctl: %s\n", e.msg);
	abort();
}

static void need(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, open_libm);
}

#define FORWARD(function)                                                                          \
	double function(double x)                                                                  \
	{                                                                                          \
		need();                                                                            \
		return libm.function(x);                                                           \
	}

#define FORWARD_2(function)                                                                        \
	double function(double x, double y)                                                        \
	{                                                                                          \
		need();                                                                            \
		return libm.function(x, y);                                                        \
	}

FORWARD(erfc)
FORWARD(exp)
FORWARD(exp2)
FORWARD(expm1)
FORWARD_2(fmax)
FORWARD_2(fmin)
FORWARD_2(hypot)
FORWARD(lgamma)
FORWARD(log)
FORWARD(log10)
FORWARD(log1p)
FORWARD(log2)
FORWARD_2(pow)
FORWARD(round)
FORWARD(sqrt)

long long llround(double x)
{
	need();
	return libm.llround(x);
}
