/* SPDX-License-Identifier: Apache-2.0 */
#include "image/apt.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/str.h"
#include "image/deb822.h"

enum { APT_FILE_MAX = 1 << 20 };

/* "mirror+file:/etc/apt/mirrors/debian.list" names a file with one URI a line, best first. */
#define MIRROR_LIST "mirror+file:"

static bool is_known(const struct apt_config *c, const char *uri)
{
	for (size_t i = 0; i < c->source_count; i++) {
		if (str_eq(c->sources[i].uri, uri))
			return true;
	}
	return false;
}

static void add_uri(struct apt_config *c, const char *uri, const char *name, int line)
{
	cleanup_free char *clean = xstrdup(uri);
	struct apt_source *s;
	size_t len = strlen(clean);

	if (!str_starts(clean, "http://") && !str_starts(clean, "https://") &&
	    !str_starts(clean, "file:/") && !str_starts(clean, MIRROR_LIST))
		return; /* cdrom:, tor+http:, and what other packages add */
	while (len && clean[len - 1] == '/')
		clean[--len] = '\0';
	if (is_known(c, clean))
		return;
	mem_grow(&c->sources, &c->source_capacity, c->source_count + 1, sizeof(*c->sources));
	s = &c->sources[c->source_count++];
	s->uri = take_ptr(clean);
	s->origin = xasprintf("%s:%d", name, line);
}

static bool is_no(const struct deb822_field *f)
{
	static const char *const words[] = {"no", "false", "without", "off", "disable"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (f->value_len == strlen(words[i]) &&
		    strncasecmp(f->value, words[i], f->value_len) == 0)
			return true;
	}
	return false;
}

static bool all_flat(const struct strv *suites)
{
	for (size_t i = 0; i < suites->len; i++) {
		if (!str_ends(suites->items[i], "/"))
			return false;
	}
	return suites->len > 0;
}

static void parse_stanza(const char *name, struct deb822 *d, struct apt_config *c)
{
	cleanup(strv_done) struct strv types = STRV_INIT;
	cleanup(strv_done) struct strv uris = STRV_INIT;
	cleanup(strv_done) struct strv suites = STRV_INIT;
	struct deb822_field f;
	bool enabled = true;
	int line = d->line;

	while (deb822_next_field(d, &f)) {
		if (deb822_is(&f, "Types"))
			deb822_words(&f, &types);
		else if (deb822_is(&f, "Suites"))
			deb822_words(&f, &suites);
		else if (deb822_is(&f, "Enabled"))
			enabled = !is_no(&f);
		else if (deb822_is(&f, "URIs")) {
			deb822_words(&f, &uris);
			line = f.line;
		}
	}
	if (!enabled || !strv_has(&types, "deb") || all_flat(&suites))
		return;
	for (size_t i = 0; i < uris.len; i++)
		add_uri(c, uris.items[i], name, line);
}

void apt_parse_sources(const char *name, const char *text, size_t size, struct apt_config *c)
{
	struct deb822 d;

	deb822_init(&d, text, size);
	while (deb822_next_stanza(&d))
		parse_stanza(name, &d, c);
}

/* "deb [arch=amd64 signed-by=/a b] http://host/debian trixie main" */
static void parse_list_line(const char *name, char *line, int number, struct apt_config *c)
{
	cleanup(strv_done) struct strv words = STRV_INIT;
	char *rest;

	line[strcspn(line, "#\r\n")] = '\0';
	line += strspn(line, " \t");
	if (!str_starts(line, "deb") || !strchr(" \t[", line[3]) || !line[3])
		return;
	rest = line + 3 + strspn(line + 3, " \t");
	if (*rest == '[') {
		rest = strchr(rest, ']');
		if (!rest)
			return;
		rest++;
	}
	for (char *at = rest; *at; at++) {
		if (*at == '\t')
			*at = ' ';
	}
	strv_split(&words, rest, ' ');
	if (words.len >= 2 && !str_ends(words.items[1], "/"))
		add_uri(c, words.items[0], name, number);
}

void apt_parse_list(const char *name, const char *text, size_t size, struct apt_config *c)
{
	const char *at = text;
	const char *end = text + size;

	for (int number = 1; at < end; number++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		cleanup_free char *line = xstrndup(at, (size_t)(stop - at));

		parse_list_line(name, line, number, c);
		at = newline ? newline + 1 : end;
	}
}

struct apt_paths {
	char *list;       /* /etc/apt/sources.list */
	char *parts;      /* /etc/apt/sources.list.d */
	char *auth;       /* /etc/apt/auth.conf */
	char *auth_parts; /* /etc/apt/auth.conf.d */
};

static void apt_paths_done(struct apt_paths *p)
{
	free(p->list);
	free(p->parts);
	free(p->auth);
	free(p->auth_parts);
}

/* One line of `apt-config shell`: NAME='value', where a quote inside is '\'' */
static void take_assignment(const char *line, struct apt_paths *p)
{
	const struct {
		const char *name;
		char **slot;
	} slots[] = {{"LIST='", &p->list},
		     {"PARTS='", &p->parts},
		     {"AUTH='", &p->auth},
		     {"AUTHPARTS='", &p->auth_parts}};

	for (size_t i = 0; i < ARRAY_SIZE(slots); i++) {
		const char *value;

		if (!str_starts(line, slots[i].name))
			continue;
		value = line + strlen(slots[i].name);
		free(*slots[i].slot);
		*slots[i].slot = xstrndup(value, strcspn(value, "'"));
	}
}

static int find_paths(struct apt_paths *p, struct err *e)
{
	static const char *const argv[] = {"apt-config", "shell",
					   "LIST",       "Dir::Etc::sourcelist/f",
					   "PARTS",      "Dir::Etc::sourceparts/d",
					   "AUTH",       "Dir::Etc::netrc/f",
					   "AUTHPARTS",  "Dir::Etc::netrcparts/d",
					   NULL};
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	cleanup(strv_done) struct strv lines = STRV_INIT;

	if (proc_must(argv, NULL, 0, 20 * NS_PER_S, ERR_HOST, &r, e))
		return wrap(e, "ask apt for its sources");
	strv_split(&lines, r.out.data, '\n');
	for (size_t i = 0; i < lines.len; i++)
		take_assignment(lines.items[i], p);
	return 0;
}

static int read_proxies(struct apt_config *c, struct err *e)
{
	static const char *const argv[] = {"apt-config", "dump", NULL};
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;

	if (proc_must(argv, NULL, 0, 20 * NS_PER_S, ERR_HOST, &r, e))
		return wrap(e, "ask apt for its proxies");
	apt_parse_dump(r.out.data, r.out.len, c);
	return 0;
}

typedef int read_fn(const char *path, struct apt_config *c, struct err *e);

static int read_sources(const char *path, struct apt_config *c, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (fd_read_file_at(AT_FDCWD, path, &text, APT_FILE_MAX, e))
		return wrap(e, "read apt's sources");
	strv_add(&c->files, path);
	if (str_ends(path, ".sources"))
		apt_parse_sources(path, text.data, text.len, c);
	else
		apt_parse_list(path, text.data, text.len, c);
	return 0;
}

static int read_auth(const char *path, struct apt_config *c, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;

	if (fd_read_file_at(AT_FDCWD, path, &text, APT_FILE_MAX, e)) {
		/* Passwords are root's; a user without them can still use open mirrors. */
		if (e->sys == EACCES) {
			log_verbose("passing over '%s', which this user may not read", path);
			return 0;
		}
		return wrap(e, "read apt's passwords");
	}
	apt_parse_auth(text.data, text.len, c);
	return 0;
}

/* What a setting of apt's names may be missing, or /dev/null to say that there is none. */
static int read_one(const char *path, read_fn *reader, struct apt_config *c, struct err *e)
{
	return path && path_exists(path) ? reader(path, c, e) : 0;
}

/* Files of a directory that end in one of two ways, in byte order, as apt reads them. */
static int read_parts(const char *dir_path, const char *ending, const char *other, read_fn *reader,
		      struct apt_config *c, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	DIR *dir = dir_path ? opendir(dir_path) : NULL;
	const struct dirent *entry;

	if (!dir && dir_path && errno != ENOENT && errno != ENOTDIR)
		return fail(e, ERR_HOST, errno, "open '%s'", dir_path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.' &&
		    (str_ends(entry->d_name, ending) || str_ends(entry->d_name, other)))
			strv_add(&names, entry->d_name);
	}
	if (dir)
		closedir(dir);
	strv_sort(&names);
	for (size_t i = 0; i < names.len; i++) {
		cleanup_free char *path = path_join(dir_path, names.items[i]);

		if (reader(path, c, e))
			return -1;
	}
	return 0;
}

static void add_mirror_list(struct apt_config *c, const char *path)
{
	cleanup(str_done) struct str text = STR_INIT;
	cleanup(strv_done) struct strv lines = STRV_INIT;
	struct err ignored;

	while (path[0] == '/' && path[1] == '/')
		path++;
	/* apt itself only warns of a list it cannot read, and goes on to the next source. */
	if (fd_read_file_at(AT_FDCWD, path, &text, APT_FILE_MAX, &ignored))
		return;
	strv_split(&lines, text.data, '\n');
	for (size_t i = 0; i < lines.len; i++) {
		lines.items[i][strcspn(lines.items[i], " \t\r")] = '\0';
		if (!str_starts(lines.items[i], MIRROR_LIST))
			add_uri(c, lines.items[i], path, (int)i + 1);
	}
}

static void source_done(struct apt_source *s)
{
	free(s->uri);
	free(s->origin);
}

/* Puts what a list of mirrors holds in the place of the list. */
static void expand_mirror_lists(struct apt_config *c)
{
	struct apt_config expanded = {0};

	for (size_t i = 0; i < c->source_count; i++) {
		struct apt_source *s = &c->sources[i];

		if (str_starts(s->uri, MIRROR_LIST)) {
			add_mirror_list(&expanded, s->uri + strlen(MIRROR_LIST));
			source_done(s);
		} else if (is_known(&expanded, s->uri)) {
			source_done(s);
		} else {
			mem_grow(&expanded.sources, &expanded.source_capacity,
				 expanded.source_count + 1, sizeof(*expanded.sources));
			expanded.sources[expanded.source_count++] = *s;
		}
	}
	free(c->sources);
	c->sources = expanded.sources;
	c->source_count = expanded.source_count;
	c->source_capacity = expanded.source_capacity;
}

int apt_read(struct apt_config *out, struct err *e)
{
	cleanup(apt_paths_done) struct apt_paths p = {0};

	*out = (struct apt_config){0};
	if (!proc_have("apt-config"))
		return 0;
	if (find_paths(&p, e) || read_proxies(out, e) || read_one(p.list, read_sources, out, e) ||
	    read_parts(p.parts, ".list", ".sources", read_sources, out, e) ||
	    read_one(p.auth, read_auth, out, e) ||
	    read_parts(p.auth_parts, ".conf", ".conf", read_auth, out, e)) {
		apt_done(out);
		return -1;
	}
	expand_mirror_lists(out);
	return 0;
}

void apt_done(struct apt_config *c)
{
	for (size_t i = 0; i < c->source_count; i++)
		source_done(&c->sources[i]);
	for (size_t i = 0; i < c->auth_count; i++) {
		free(c->auths[i].scheme);
		free(c->auths[i].machine);
		free(c->auths[i].login);
		free(c->auths[i].password);
	}
	free(c->sources);
	free(c->auths);
	strv_done(&c->files);
	strv_done(&c->proxies);
	*c = (struct apt_config){0};
}
