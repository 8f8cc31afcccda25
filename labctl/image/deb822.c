/* SPDX-License-Identifier: Apache-2.0 */
#include "image/deb822.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static const char *line_end(const struct deb822 *d)
{
	const char *newline = memchr(d->at, '\n', (size_t)(d->end - d->at));

	return newline ? newline : d->end;
}

static bool line_is_empty(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at == end;
}

static void skip_line(struct deb822 *d, const char *end)
{
	d->at = end < d->end ? end + 1 : end;
	d->line++;
}

void deb822_init(struct deb822 *d, const char *text, size_t size)
{
	*d = (struct deb822){.at = text, .end = text + size, .line = 1};
}

bool deb822_next_stanza(struct deb822 *d)
{
	struct deb822_field unread;

	while (d->in_stanza && deb822_next_field(d, &unread))
		;
	while (d->at < d->end) {
		const char *end = line_end(d);

		if (!line_is_empty(d->at, end)) {
			d->in_stanza = true;
			return true;
		}
		skip_line(d, end);
	}
	return false;
}

static void trim(const char **start, const char **end)
{
	while (*start < *end && (is_blank(**start) || **start == '\n'))
		(*start)++;
	while (*end > *start && (is_blank((*end)[-1]) || (*end)[-1] == '\n'))
		(*end)--;
}

/* Passes over the lines that continue a value; returns where the last of them ends. */
static const char *skip_continuation(struct deb822 *d, const char *end)
{
	while (d->at < d->end && (is_blank(*d->at) || *d->at == '#')) {
		const char *next = line_end(d);

		if (line_is_empty(d->at, next))
			break;
		if (*d->at != '#')
			end = next;
		skip_line(d, next);
	}
	return end;
}

bool deb822_next_field(struct deb822 *d, struct deb822_field *f)
{
	while (d->in_stanza && d->at < d->end) {
		const char *start = d->at;
		const char *end = line_end(d);
		const char *colon = memchr(start, ':', (size_t)(end - start));

		if (line_is_empty(start, end))
			break;
		f->line = d->line;
		skip_line(d, end);
		if (!colon || colon == start || is_blank(*start) || *start == '#')
			continue;
		f->name = start;
		f->name_len = (size_t)(colon - start);
		f->value = colon + 1;
		end = skip_continuation(d, end);
		trim(&f->value, &end);
		f->value_len = (size_t)(end - f->value);
		return true;
	}
	d->in_stanza = false;
	return false;
}

bool deb822_is(const struct deb822_field *f, const char *name)
{
	return strlen(name) == f->name_len && strncasecmp(f->name, name, f->name_len) == 0;
}

char *deb822_value(const struct deb822_field *f)
{
	return xstrndup(f->value, f->value_len);
}

void deb822_words(const struct deb822_field *f, struct strv *out)
{
	const char *at = f->value;
	const char *end = f->value + f->value_len;
	bool at_line_start = false;

	while (at < end) {
		const char *start = at;

		if (at_line_start && *at == '#') {
			while (at < end && *at != '\n')
				at++;
			continue;
		}
		at_line_start = *at == '\n';
		while (at < end && !is_blank(*at) && *at != '\n')
			at++;
		if (at > start)
			strv_take(out, xstrndup(start, (size_t)(at - start)));
		else
			at++;
	}
}
