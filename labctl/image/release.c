/* SPDX-License-Identifier: Apache-2.0 */
#include "image/release.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/deb822.h"

static int month_of(const char *name)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *at = strlen(name) == 3 ? strstr(months, name) : NULL;

	return at && (at - months) % 3 == 0 ? (int)(at - months) / 3 : -1;
}

int64_t release_date_s(const char *text)
{
	char month[4] = "";
	char zone[6] = "";
	struct tm tm = {0};
	int used = 0;

	if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d %5s%n", &tm.tm_mday, month,
		   &tm.tm_year, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, zone, &used) != 7 ||
	    text[used])
		return -1;
	tm.tm_mon = month_of(month);
	tm.tm_year -= 1900;
	if (!str_eq(zone, "UTC") && !str_eq(zone, "GMT") && !str_eq(zone, "+0000"))
		return -1;
	if (tm.tm_mon < 0 || tm.tm_year < 70 || tm.tm_mday < 1 || tm.tm_mday > 31 ||
	    tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 || tm.tm_sec < 0 ||
	    tm.tm_sec > 60)
		return -1;
	return timegm(&tm);
}

static void set_field(char **slot, const struct deb822_field *f)
{
	free(*slot);
	*slot = deb822_value(f);
}

static void read_field(struct release *r, char **valid_until, const struct deb822_field *f)
{
	if (deb822_is(f, "Origin"))
		set_field(&r->origin, f);
	else if (deb822_is(f, "Label"))
		set_field(&r->label, f);
	else if (deb822_is(f, "Suite"))
		set_field(&r->suite, f);
	else if (deb822_is(f, "Codename"))
		set_field(&r->codename, f);
	else if (deb822_is(f, "Date"))
		set_field(&r->date, f);
	else if (deb822_is(f, "Valid-Until"))
		set_field(valid_until, f);
	else if (deb822_is(f, "Acquire-By-Hash"))
		r->by_hash = f->value_len == 3 && memcmp(f->value, "yes", 3) == 0;
	else if (deb822_is(f, "SHA256"))
		set_field(&r->sha256, f);
}

static int check(struct release *r, const char *valid_until, struct err *e)
{
	if (!r->date)
		return fail(e, ERR_SPEC, 0, "it has no Date field");
	r->date_s = release_date_s(r->date);
	if (r->date_s < 0)
		return fail(e, ERR_SPEC, 0, "its Date '%.60s' is no date", r->date);
	if (valid_until) {
		r->valid_until_s = release_date_s(valid_until);
		if (r->valid_until_s <= 0)
			return fail(e, ERR_SPEC, 0, "its Valid-Until '%.60s' is no date",
				    valid_until);
	}
	if (!r->sha256)
		return fail(e, ERR_SPEC, 0, "it has no SHA256 field");
	return 0;
}

int release_parse(const char *text, size_t size, struct release *out, struct err *e)
{
	cleanup_free char *valid_until = NULL;
	struct deb822 d;
	struct deb822_field f;

	*out = (struct release){0};
	if (memchr(text, '\0', size))
		return fail(e, ERR_SPEC, 0, "it holds a NUL byte");
	deb822_init(&d, text, size);
	if (deb822_next_stanza(&d)) {
		while (deb822_next_field(&d, &f))
			read_field(out, &valid_until, &f);
	}
	if (check(out, valid_until, e)) {
		release_done(out);
		return -1;
	}
	return 0;
}

void release_done(struct release *r)
{
	free(r->origin);
	free(r->label);
	free(r->suite);
	free(r->codename);
	free(r->date);
	free(r->sha256);
	*r = (struct release){0};
}

char *release_claimed_origin(const char *text, size_t size)
{
	struct deb822 d;
	struct deb822_field f;

	/* The first stanza is the armour's header, the second is the Release file. */
	deb822_init(&d, text, size);
	for (int i = 0; i < 2 && deb822_next_stanza(&d); i++) {
		while (deb822_next_field(&d, &f)) {
			if (deb822_is(&f, "Origin"))
				return deb822_value(&f);
		}
	}
	return NULL;
}

static bool is_digest(const char *text)
{
	return strlen(text) == HASH_HEX_SIZE - 1 &&
	       strspn(text, "0123456789abcdef") == HASH_HEX_SIZE - 1;
}

/* " <sha256> <size> <path>" */
static bool parse_sum(const char *line, const char *path, struct release_file *out)
{
	char digest[HASH_HEX_SIZE + 1] = "";
	int64_t bytes = -1;
	int used = 0;

	if (sscanf(line, " %65[0-9a-f] %" SCNd64 " %n", digest, &bytes, &used) < 2 || !used)
		return false;
	if (!is_digest(digest) || bytes < 0 || !str_starts(line + used, path))
		return false;
	if (!strchr("\r\n \t", line[(size_t)used + strlen(path)]))
		return false;
	memcpy(out->sha256, digest, HASH_HEX_SIZE);
	out->size = bytes;
	return true;
}

bool release_find(const struct release *r, const char *path, struct release_file *out)
{
	const char *line = r->sha256;

	/* Only lines that hold the path are looked at closely: there are two thousand. */
	while (line && (line = strstr(line, path))) {
		const char *start = line;

		while (start > r->sha256 && start[-1] != '\n')
			start--;
		if (parse_sum(start, path, out))
			return true;
		line = strchr(line, '\n');
	}
	return false;
}
