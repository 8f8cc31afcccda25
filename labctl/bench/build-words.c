/* SPDX-License-Identifier: Apache-2.0 */

/* The pure parts of build.h: what goes in as text, and what compilers say. */

#include <string.h>

#include "base/mem.h"
#include "bench/build.h"
#include "bench/fault.h"

enum {
	FORMAT = 1, /* of what is kept: another number makes all of it anew */
	LOG_LINES_MAX = 40,
};

char *build_recipe(const char *image_digest, const struct limits *l, const struct strv *commands,
		   const struct build_source *sources, size_t count)
{
	cleanup(str_done) struct str out = STR_INIT;

	str_addf(&out, "format %d\nimage %s\n", FORMAT, image_digest);
	/* Those that can make a build fail: what passed under wider ones is not taken for granted.
	 */
	str_addf(&out, "limits memory %lld pids %lld disk %lld time %lld\n",
		 (long long)l->memory_bytes, (long long)l->pids, (long long)l->disk_bytes,
		 (long long)l->time_ns);
	for (size_t i = 0; i < count; i++)
		str_addf(&out, "source %s %s\n", sources[i].digest, sources[i].name);
	/* Last: a command may hold any text, and nothing after it can be mistaken for it. */
	for (size_t i = 0; i < commands->len; i++)
		str_addf(&out, "command %zu %s\n", strlen(commands->items[i]), commands->items[i]);
	return str_take(&out);
}

/*
 * Nothing of the host is writable inside. What the commands leave in $OUT comes home as an archive
 * on the standard output, so the disk limit holds for it as for all else; what they print goes to
 * the standard error.
 */
char *build_script(const struct strv *commands)
{
	cleanup(str_done) struct str out = STR_INIT;

	str_add(&out, "exec 3>&1 >&2\nset -e\nmkdir \"$OUT\"\n");
	for (size_t i = 0; i < commands->len; i++)
		str_addf(&out, "%s\n", commands->items[i]);
	str_add(&out, "exec tar -C \"$OUT\" -cf - . >&3\n");
	return str_take(&out);
}

/* ---- what compilers say ---- */

static bool holds(const char *line, size_t len, const char *part)
{
	return memmem(line, len, part, strlen(part)) != NULL;
}

/* "kernel.c:3:5: error: ...", "kernel.rs:3:5: error[E0308]: ...", and the linker's. */
static bool is_error_with_place(const char *line, size_t len)
{
	return holds(line, len, ": error: ") || holds(line, len, ": error[") ||
	       holds(line, len, ": fatal error: ") || holds(line, len, "undefined reference to");
}

/* rustc's long form: "error[E0308]: mismatched types", then "  --> kernel.rs:3:5". */
static char *join_place(const char *line, size_t len, const char *end)
{
	static const char arrow[] = "--> ";
	const char *at = memmem(line + len, (size_t)(end - line) - len, arrow, strlen(arrow));

	if (!at)
		return xstrndup(line, len);
	at += strlen(arrow);
	return xasprintf("%.*s: %.*s", (int)strcspn(at, "\n"), at, (int)len, line);
}

static bool begins_error(const char *line, size_t len)
{
	return (str_starts(line, "error: ") || str_starts(line, "error[")) &&
	       !holds(line, len, "aborting due to") && !holds(line, len, "could not compile");
}

char *build_first_error(const char *log)
{
	const char *end = log + strlen(log);
	const char *last = NULL;
	size_t last_len = 0;

	for (const char *line = log; line < end;) {
		size_t len = strcspn(line, "\n");
		cleanup_free char *found = NULL;

		if (is_error_with_place(line, len))
			found = xstrndup(line, len);
		else if (begins_error(line, len))
			found = join_place(line, len, end);
		if (found)
			return fault_clean(found);
		if (strspn(line, " \t") < len) {
			last = line;
			last_len = len;
		}
		line += len + (line[len] == '\n');
	}
	if (!last)
		return NULL;
	cleanup_free char *text = xstrndup(last, last_len);

	return fault_clean(text);
}

char *build_clean_log(const char *log)
{
	cleanup(str_done) struct str out = STR_INIT;
	size_t lines = 0;

	for (; *log && lines < LOG_LINES_MAX; lines++) {
		size_t len = strcspn(log, "\n");
		cleanup_free char *line = xstrndup(log, len);
		cleanup_free char *clean = fault_clean_line(line);

		str_addf(&out, "%s\n", clean);
		log += len + (log[len] == '\n');
	}
	if (*log)
		str_add(&out, "...\n");
	return str_take(&out);
}
