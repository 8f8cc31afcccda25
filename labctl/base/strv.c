/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

void strv_done(struct strv *v)
{
	for (size_t i = 0; i < v->len; i++)
		free(v->items[i]);
	free(v->items);
	*v = (struct strv)STRV_INIT;
}

void strv_take(struct strv *v, char *s)
{
	mem_grow(&v->items, &v->cap, v->len + 2, sizeof(*v->items));
	v->items[v->len++] = s;
	v->items[v->len] = NULL;
}

void strv_add(struct strv *v, const char *s)
{
	strv_take(v, xstrdup(s));
}

void strv_addf(struct strv *v, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	int len = vasprintf(&text, fmt, ap);
	va_end(ap);
	strv_take(v, len < 0 ? xstrdup("") : text);
}

void strv_add_all(struct strv *v, const char *const *items)
{
	for (; items && *items; items++)
		strv_add(v, *items);
}

void strv_split(struct strv *v, const char *s, char separator)
{
	while (*s) {
		const char *end = strchrnul(s, separator);

		if (end > s)
			strv_take(v, xstrndup(s, (size_t)(end - s)));
		s = *end ? end + 1 : end;
	}
}

bool strv_has(const struct strv *v, const char *s)
{
	for (size_t i = 0; i < v->len; i++)
		if (strcmp(v->items[i], s) == 0)
			return true;
	return false;
}

static int compare_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *v)
{
	if (v->len > 1)
		qsort(v->items, v->len, sizeof(*v->items), compare_bytes);
}

void strv_remove(struct strv *v, size_t index)
{
	if (index >= v->len)
		return;
	free(v->items[index]);
	/* the NULL at the end moves too */
	memmove(&v->items[index], &v->items[index + 1], (v->len - index) * sizeof(*v->items));
	v->len--;
}

char *strv_join(const struct strv *v, const char *separator)
{
	struct str s = STR_INIT;

	for (size_t i = 0; i < v->len; i++) {
		if (i)
			str_add(&s, separator);
		str_add(&s, v->items[i]);
	}
	return str_take(&s);
}

char **strv_argv(struct strv *v)
{
	if (!v->items) {
		mem_grow(&v->items, &v->cap, 1, sizeof(*v->items));
		v->items[0] = NULL;
	}
	return v->items;
}
