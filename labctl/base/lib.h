/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_LIB_H
#define LABCTL_BASE_LIB_H

/*
 * Libraries loaded when first needed. libcurl, libsolv, libpq and their kin
 * bring some sixty shared objects; loading them for every `labctl exec` would
 * cost more than the sandbox itself. So only small libraries are linked, and
 * each large one is opened by the one file of ours that stands before it:
 *
 *	static struct {
 *		LIB_FN(PQconnectdb);
 *		LIB_FN(PQfinish);
 *	} pq;
 *	static const struct lib_symbol symbols[] = {
 *		LIB_SYM(pq, PQconnectdb), LIB_SYM(pq, PQfinish), LIB_END};
 *	static struct lib lib = {
 *		.names = {"libpq.so.5"}, .package = "libpq5", .symbols = symbols};
 *
 *	if (lib_open(&lib, e))
 *		return -1;
 *	pq.PQconnectdb(...)
 *
 * The types come from the library's own header, so a wrong call does not compile.
 */

#include <stddef.h>

#include "base/err.h"

#define LIB_FN(function) __typeof__(function) *function
#define LIB_SYM(table, function) LIB_ROW(#function, &(table).function)
#define LIB_ROW(symbol, where)                                                                     \
	{                                                                                          \
		.name = (symbol), .slot = (void **)(void *)(where)                                 \
	}
#define LIB_END                                                                                    \
	{                                                                                          \
		.name = NULL                                                                       \
	}

struct lib_symbol {
	const char *name;
	void **slot;
};

struct lib {
	const char *names[3]; /* sonames, tried in turn; NULL-ended */
	const char *package;  /* Debian package, for the message */
	const struct lib_symbol *symbols;
	void *handle; /* set by lib_open */
};

/*
 * Opens the library and fills the slots; does nothing when it is open. Not thread-safe: call it
 * before threads start.
 */
int lib_open(struct lib *lib, struct err *e);

#endif
