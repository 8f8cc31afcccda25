/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_MEM_H
#define LABCTL_BASE_MEM_H

/*
 * Memory. Running out of it ends the process with a message (exit 70): a tool
 * that holds a few megabytes has nothing better to do. So no x-function here
 * ever returns NULL.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size); /* checks the product */
void *xrealloc(void *p, size_t size);
void *xreallocarray(void *p, size_t count, size_t size);
char *xstrdup(const char *s); /* NULL stays NULL */
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));
void *xmemdup(const void *p, size_t size);

/* Grows *items (of item_size) so that it holds at least want; doubles. */
void mem_grow(void *items_ptr, size_t *capacity, size_t want, size_t item_size);

static inline void mem_free_ptr(void *pp)
{
	void *p;

	memcpy(&p, pp, sizeof(p)); /* a void ** must not alias a T ** */
	free(p);
}

/* `cleanup_free char *p = ...;` frees p when its scope ends. */
#define cleanup_free __attribute__((__cleanup__(mem_free_ptr)))

/* Runs fn(&var) when the scope of var ends: `cleanup(str_done) struct str s = STR_INIT;` */
#define cleanup(fn) __attribute__((__cleanup__(fn)))

/* Takes the pointer out of a variable and leaves NULL, so a cleanup finds nothing. */
#define take_ptr(p)                                                                                \
	__extension__({                                                                            \
		__typeof__(p) taken_ = (p);                                                        \
		(p) = NULL;                                                                        \
		taken_;                                                                            \
	})

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
