/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/finding.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"

static void add(struct findings *f, struct finding one)
{
	mem_grow(&f->items, &f->cap, f->len + 1, sizeof(*f->items));
	f->items[f->len++] = one;
}

void findings_good(struct findings *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(f, (struct finding){.grade = FINDING_GOOD, .words = xvasprintf(fmt, args)});
	va_end(args);
}

__attribute__((format(printf, 5, 0))) static void add_at(struct findings *f,
							 enum finding_grade grade, const char *file,
							 int64_t line, const char *fmt,
							 va_list args)
{
	add(f, (struct finding){.grade = grade,
				.file = xstrdup(file),
				.line = line,
				.words = xvasprintf(fmt, args)});
}

void findings_bad(struct findings *f, const char *file, int64_t line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_at(f, FINDING_BAD, file, line, fmt, args);
	va_end(args);
}

void findings_open(struct findings *f, const char *file, int64_t line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_at(f, FINDING_OPEN, file, line, fmt, args);
	va_end(args);
}

void findings_done(struct findings *f)
{
	for (size_t i = 0; i < f->len; i++) {
		free(f->items[i].file);
		free(f->items[i].words);
	}
	free(f->items);
	*f = (struct findings){0};
}

static size_t count(const struct findings *f, enum finding_grade grade)
{
	size_t found = 0;

	for (size_t i = 0; i < f->len; i++)
		found += f->items[i].grade == grade;
	return found;
}

size_t findings_bad_count(const struct findings *f)
{
	return count(f, FINDING_BAD);
}

size_t findings_open_count(const struct findings *f)
{
	return count(f, FINDING_OPEN);
}

void findings_print(const struct findings *f, struct str *out)
{
	static const char *const heads[] = {
	    [FINDING_GOOD] = "ok   ", [FINDING_BAD] = "FAIL ", [FINDING_OPEN] = "open "};

	for (size_t i = 0; i < f->len; i++) {
		const struct finding *at = &f->items[i];

		str_add(out, heads[at->grade]);
		if (at->file && at->line > 0)
			str_addf(out, "%s:%lld: ", at->file, (long long)at->line);
		else if (at->file)
			str_addf(out, "%s: ", at->file);
		str_addf(out, "%s\n", at->words);
	}
}

json_t *findings_json(const struct findings *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->len; i++) {
		const struct finding *at = &f->items[i];
		json_t *j =
		    json_pack("{s:b, s:b, s:s?, s:s}", "ok", at->grade == FINDING_GOOD, "open",
			      at->grade == FINDING_OPEN, "file", at->file, "words", at->words);

		if (at->line > 0)
			json_object_set_new(j, "line", json_integer(at->line));
		json_array_append_new(list, j);
	}
	return list;
}
