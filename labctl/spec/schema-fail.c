/* SPDX-License-Identifier: Apache-2.0 */

/* What check functions say: a message that begins with the place, file:line:column of the key. */

#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/path.h"
#include "spec/schema.h"

static const struct schema_mark *find_mark(const struct schema_where *w, const char *key)
{
	for (size_t i = 0; key && w->fields[i].type != FIELD_END; i++) {
		if (str_eq(w->fields[i].key, key) && w->keys[i].line)
			return &w->keys[i];
	}
	return &w->start;
}

int schema_fail(const struct schema_where *where, const char *key, struct err *e, const char *fmt,
		...)
{
	const struct schema_mark *mark = find_mark(where, key);
	va_list args;
	char *text = NULL;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	cleanup_free char *owned = text;
	const char *quote = key ? "'" : "", *colon = key ? ": " : "";
	fail(e, ERR_SPEC, 0, "%s%s%s%s%s", quote, key ? key : "", quote, colon,
	     owned ? owned : fmt);
	if (where->path)
		return wrap(e, "%s: %s", where->file, *where->path ? where->path : "(top)");
	return wrap(e, "%s:%zu:%zu", where->file, mark->line, mark->column);
}

int schema_check_exists(const struct schema_where *where, const char *key, const char *path,
			struct err *e)
{
	struct stat st;

	if (!where->on_disk || !path)
		return 0;
	cleanup_free char *dir = path_dir(where->file);
	cleanup_free char *full = path_join(dir, path);
	if (stat(full, &st) != 0)
		return schema_fail(where, key, e, "there is no file '%s'", full);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return schema_fail(where, key, e, "'%s' is neither a file nor a folder", full);
	return 0;
}
