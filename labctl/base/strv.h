/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_STRV_H
#define LABCTL_BASE_STRV_H

/*
 * A list of strings that it owns; `items` is NULL-ended, so it can be an argv
 * (items is never NULL after strv_add; use strv_argv for a list that may be empty).
 */

#include <stdbool.h>
#include <stddef.h>

struct strv {
	char **items;
	size_t len;
	size_t cap;
};

#define STRV_INIT                                                                                  \
	{                                                                                          \
		.items = NULL, .len = 0, .cap = 0                                                  \
	}

void strv_done(struct strv *v);
void strv_add(struct strv *v, const char *s); /* copies */
void strv_addf(struct strv *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strv_take(struct strv *v, char *s); /* owns s from here */
void strv_add_all(struct strv *v, const char *const *items);
void strv_split(struct strv *v, const char *s, char separator); /* empty pieces are kept out */
bool strv_has(const struct strv *v, const char *s);
void strv_sort(struct strv *v); /* byte order, whatever the locale */
void strv_remove(struct strv *v, size_t index);
char *strv_join(const struct strv *v, const char *separator); /* the caller frees */
char **strv_argv(struct strv *v);                             /* NULL-ended, owned by v */

#endif
