/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char str_empty[1] = "";

void str_init(struct str *s)
{
	*s = (struct str)STR_INIT;
}

void str_done(struct str *s)
{
	if (s->cap)
		free(s->data);
	str_init(s);
}

void str_clear(struct str *s)
{
	s->len = 0;
	if (s->cap)
		s->data[0] = '\0';
}

void str_reserve(struct str *s, size_t extra)
{
	char *data = s->cap ? s->data : NULL;
	bool fresh = !data;

	/* A zeroed struct str (as schema_load leaves it) works too: cap 0 never reads data. */
	mem_grow(&data, &s->cap, s->len + extra + 1, 1);
	s->data = data;
	if (fresh)
		data[0] = '\0';
}

void str_addn(struct str *s, const void *data, size_t n)
{
	str_reserve(s, n);
	if (n)
		memcpy(s->data + s->len, data, n);
	s->len += n;
	s->data[s->len] = '\0';
}

void str_add(struct str *s, const char *text)
{
	str_addn(s, text, strlen(text));
}

void str_addc(struct str *s, char c)
{
	str_addn(s, &c, 1);
}

void str_addf(struct str *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n <= 0)
		return;
	str_reserve(s, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(s->data + s->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	s->len += (size_t)n;
}

void str_add_wrapped(struct str *s, const char *text, size_t column, size_t indent)
{
	bool line_begins = true;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (!line_begins && column + 1 + word > 79) {
			str_addf(s, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!line_begins) {
			str_addc(s, ' ');
			column++;
		}
		line_begins = false;
		str_addn(s, text, word);
		column += word;
		text += word;
		text += strspn(text, " ");
	}
	str_addc(s, '\n');
}

char *str_take(struct str *s)
{
	char *data = s->cap ? s->data : xstrdup("");

	str_init(s);
	return data;
}

bool str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

bool str_eq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int str_to_int64(const char *s, int64_t min, int64_t max, int64_t *out, struct err *e)
{
	const char *digits = s + (*s == '-');
	char *end = NULL;

	errno = 0;
	long long value = is_digit(*digits) ? strtoll(s, &end, 10) : 0;
	if (!end || *end)
		return fail(e, ERR_USAGE, 0, "'%s' is not a whole number", s);
	if (errno == ERANGE || value < min || value > max)
		return fail(e, ERR_USAGE, 0, "%s is not between %lld and %lld", s, (long long)min,
			    (long long)max);
	*out = value;
	return 0;
}

/*
 * Reads a plain decimal number and leaves *rest behind it. strtod alone would
 * also take "inf", "nan", hexadecimal and leading blanks.
 */
static int parse_decimal(const char *s, double *out, const char **rest)
{
	const char *p = s + (*s == '-');
	char *end;

	if (!is_digit(*p) && !(*p == '.' && is_digit(p[1])))
		return -1;
	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
		return -1;
	*out = strtod(s, &end);
	*rest = end;
	return isfinite(*out) ? 0 : -1;
}

int str_to_double(const char *s, double min, double max, double *out, struct err *e)
{
	const char *rest;
	double value;

	if (parse_decimal(s, &value, &rest) || *rest)
		return fail(e, ERR_USAGE, 0, "'%s' is not a number", s);
	if (value < min || value > max)
		return fail(e, ERR_USAGE, 0, "%s is not between %g and %g", s, min, max);
	*out = value;
	return 0;
}

struct unit {
	const char *name;
	int64_t factor;
};

/* Multiplies exactly where the number is whole, so that large sizes keep their last digit. */
static int scale(const char *s, const char *rest, double value, int64_t factor, int64_t *out)
{
	char *end;

	errno = 0;
	long long whole = strtoll(s, &end, 10);
	if (end == rest && errno == 0) {
		int64_t product;

		if (__builtin_mul_overflow((int64_t)whole, factor, &product))
			return -1;
		*out = product;
		return 0;
	}
	value = value * (double)factor;
	if (value >= 9223372036854774784.0)
		return -1;
	*out = (int64_t)llround(value);
	return 0;
}

static int parse_units(const char *s, const struct unit *units, const char *what, int64_t *out,
		       struct err *e)
{
	const char *rest;
	double value;

	if (*s == '-' || parse_decimal(s, &value, &rest))
		return fail(e, ERR_USAGE, 0, "'%s' is not a %s", s, what);
	for (const struct unit *u = units; u->name; u++) {
		if (strcmp(rest, u->name) != 0)
			continue;
		if (scale(s, rest, value, u->factor, out))
			return fail(e, ERR_USAGE, 0, "'%s' is too large for a %s", s, what);
		return 0;
	}
	if (*rest)
		return fail(e, ERR_USAGE, 0, "'%s': unknown unit '%s'", s, rest);
	return fail(e, ERR_USAGE, 0, "'%s' has no unit", s);
}

int str_to_bytes(const char *s, int64_t *out, struct err *e)
{
	static const struct unit units[] = {
	    {"", 1},
	    {"B", 1},
	    {"K", 1LL << 10},
	    {"KB", 1LL << 10},
	    {"k", 1LL << 10},
	    {"M", 1LL << 20},
	    {"G", 1LL << 30},
	    {"T", 1LL << 40},
	    {"MB", 1LL << 20},
	    {"GB", 1LL << 30},
	    {"TB", 1LL << 40},
	    {"KiB", 1LL << 10},
	    {"MiB", 1LL << 20},
	    {"GiB", 1LL << 30},
	    {"TiB", 1LL << 40},
	    {NULL, 0},
	};

	if (parse_units(s, units, "size", out, e)) {
		if (e && !e->hint[0])
			hint(e, "write a size such as 65536, 256M or 1.5G (units K M G T)");
		return -1;
	}
	return 0;
}

int str_to_duration_ns(const char *s, int64_t *out, struct err *e)
{
	static const struct unit units[] = {
	    {"ns", 1},
	    {"us", 1000},
	    {"ms", 1000000},
	    {"s", 1000000000},
	    {"m", 60 * 1000000000LL},
	    {"h", 3600 * 1000000000LL},
	    {NULL, 0},
	};

	if (strcmp(s, "0") == 0) {
		*out = 0;
		return 0;
	}
	if (parse_units(s, units, "duration", out, e)) {
		if (e && !e->hint[0])
			hint(e, "write a duration such as 500ms, 10s or 2m (units ns us ms s m h)");
		return -1;
	}
	return 0;
}

int str_to_fraction(const char *s, double *out, struct err *e)
{
	const char *rest;
	double value;

	if (*s == '-' || parse_decimal(s, &value, &rest) || (*rest && strcmp(rest, "%") != 0))
		return fail(e, ERR_USAGE, 0, "'%s' is not a fraction such as 2%% or 0.02", s);
	*out = *rest ? value / 100 : value;
	return 0;
}

/* Three significant digits are enough for a reader: 9.99, 99.9, 999. */
static int digits_after_point(double value)
{
	double v = fabs(value);

	return v < 9.995 ? 2 : v < 99.95 ? 1 : 0;
}

char *str_human_bytes(int64_t bytes, char *buf, size_t size)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double value = (double)bytes;
	size_t unit = 0;

	while (fabs(value) >= 1023.5 && unit + 1 < ARRAY_SIZE(units)) {
		value /= 1024;
		unit++;
	}
	if (unit == 0)
		snprintf(buf, size, "%lld B", (long long)bytes);
	else
		snprintf(buf, size, "%.*f %s", fabs(value) < 99.95 ? 1 : 0, value, units[unit]);
	return buf;
}

char *str_human_ns(int64_t ns, char *buf, size_t size)
{
	static const struct {
		double limit, factor;
		const char *name;
	} units[] = {
	    {999.5, 1, "ns"},
	    {999.5e3, 1e3, "us"},
	    {999.5e6, 1e6, "ms"},
	    {99.95e9, 1e9, "s"},
	};
	double v = (double)ns;

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (fabs(v) >= units[i].limit)
			continue;
		double shown = v / units[i].factor;

		snprintf(buf, size, "%.*f %s", i ? digits_after_point(shown) : 0, shown,
			 units[i].name);
		return buf;
	}
	int64_t seconds = llround(v / 1e9);

	if (llabs(seconds) < 3600)
		snprintf(buf, size, "%lld min %02lld s", (long long)(seconds / 60),
			 llabs(seconds) % 60);
	else
		snprintf(buf, size, "%lld h %02lld min", (long long)(seconds / 3600),
			 llabs(seconds) % 3600 / 60);
	return buf;
}

/* Edit distance with swaps of neighbours (optimal string alignment); words are short. */
static size_t edit_distance(const char *a, const char *b)
{
	enum { LONGEST = 64 };
	size_t rows[3][LONGEST + 1];
	size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);

	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = rows[i % 3], *up = rows[(i - 1) % 3], *upper = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = up[j - 1] + (a[i - 1] != b[j - 1]);

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    upper[j - 2] + 1 < best)
				best = upper[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[n % 3][m];
}

const char *str_nearest(const char *word, const char *const *words)
{
	const char *nearest = NULL;
	size_t len = strlen(word);
	size_t best = len < 3 ? 1 : 1 + len / 4;

	if (len == 0)
		return NULL;
	for (; *words; words++) {
		size_t distance = edit_distance(word, *words);

		if (len >= 3 && str_starts(*words, word))
			distance = 1;
		if (distance < best || (distance == best && !nearest)) {
			best = distance;
			nearest = *words;
		}
	}
	return nearest;
}
