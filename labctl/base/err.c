/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as values. Text is put together in a second buffer, because callers
 * may pass e->msg itself as an argument. strerrordesc_np() is used instead of
 * strerror(): it is thread-safe, always English, and loads no locale.
 */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

/* Copies text into a field of `size` bytes; what does not fit ends in "...". */
static void put_text(char *to, size_t size, const char *text)
{
	size_t len = strnlen(text, size);

	if (len < size) {
		memcpy(to, text, len + 1);
		return;
	}
	memcpy(to, text, size - 4);
	memcpy(to + size - 4, "...", 4);
}

int fail(struct err *e, enum err_kind kind, int sys, const char *fmt, ...)
{
	char text[ERR_MSG_SIZE + 1];
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	int len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (len < 0)
		len = 0;
	if (sys && (size_t)len < sizeof(text)) {
		const char *why = strerrordesc_np(sys);

		snprintf(text + len, sizeof(text) - (size_t)len, ": %s",
			 why ? why : "unknown error");
	}
	e->kind = kind;
	e->sys = sys;
	e->hint[0] = '\0';
	put_text(e->msg, sizeof(e->msg), text);
	return -1;
}

int wrap(struct err *e, const char *fmt, ...)
{
	char text[2 * ERR_MSG_SIZE];
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	int len = vsnprintf(text, ERR_MSG_SIZE, fmt, ap);
	va_end(ap);
	if (len < 0)
		len = 0;
	if (len >= ERR_MSG_SIZE)
		len = ERR_MSG_SIZE - 1;
	snprintf(text + len, sizeof(text) - (size_t)len, ": %s", e->msg);
	put_text(e->msg, sizeof(e->msg), text);
	return -1;
}

int hint(struct err *e, const char *fmt, ...)
{
	char text[ERR_HINT_SIZE + 1];
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put_text(e->hint, sizeof(e->hint), text);
	return -1;
}

int err_exit_code(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		return 0;
	case ERR_NO:
		return 1;
	case ERR_USAGE:
		return 2;
	case ERR_SPEC:
		return 3;
	case ERR_HOST:
		return 4;
	case ERR_GUEST:
		return 5;
	case ERR_BUG:
		break;
	}
	return 70;
}
