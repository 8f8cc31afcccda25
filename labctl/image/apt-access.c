/* SPDX-License-Identifier: Apache-2.0 */

/* How apt reaches its sources: proxies and passwords. */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/apt.h"

/* ------------------------------------------------------------------ proxies */

/* `Acquire::http::Proxy "http://proxy:3128";` */
static void parse_dump_line(char *line, struct apt_config *c)
{
	static const char prefix[] = "Acquire::";
	char *value = strstr(line, " \"");
	char *end = strrchr(line, '"');

	if (!str_starts(line, prefix) || !value || end < value + 2)
		return;
	*value = '\0';
	value += 2;
	*end = '\0';
	line += strlen(prefix);
	if (*value && (strstr(line, "::Proxy") || strstr(line, "::proxy")))
		strv_addf(&c->proxies, "%s=%s", line, value);
}

void apt_parse_dump(const char *text, size_t size, struct apt_config *c)
{
	cleanup_free char *copy = xstrndup(text, size);
	cleanup(strv_done) struct strv lines = STRV_INIT;

	strv_split(&lines, copy, '\n');
	for (size_t i = 0; i < lines.len; i++)
		parse_dump_line(lines.items[i], c);
}

static const char *proxy_setting(const struct apt_config *c, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < c->proxies.len; i++) {
		const char *p = c->proxies.items[i];

		if (strncasecmp(p, key, len) == 0 && p[len] == '=')
			return p + len + 1;
	}
	return NULL;
}

static char *uri_scheme(const char *uri)
{
	return xstrndup(uri, strcspn(uri, ":"));
}

/* Host without user, port and path; "" for file: */
static char *uri_host(const char *uri)
{
	const char *at = strstr(uri, "://");
	const char *sign;

	if (!at)
		return xstrdup("");
	at += 3;
	sign = memchr(at, '@', strcspn(at, "/"));
	if (sign)
		at = sign + 1;
	return xstrndup(at, strcspn(at, ":/"));
}

const char *apt_proxy(const struct apt_config *c, const char *uri)
{
	cleanup_free char *scheme = uri_scheme(uri);
	cleanup_free char *host = uri_host(uri);
	cleanup_free char *general = xasprintf("%s::Proxy", scheme);
	cleanup_free char *special = xasprintf("%s::Proxy::%s", scheme, host);
	const char *found = proxy_setting(c, special);

	if (!found)
		found = proxy_setting(c, general);
	/* apt falls back from https to the http setting. */
	if (!found && str_eq(scheme, "https"))
		found = proxy_setting(c, "http::Proxy");
	if (found && strcasecmp(found, "DIRECT") == 0)
		return "";
	return found;
}

/* ---------------------------------------------------------------- passwords */

static void split_words(const char *text, size_t size, struct strv *out)
{
	const char *at = text;
	const char *end = text + size;

	while (at < end && *at) {
		const char *start = at;

		if (*at == '#') {
			while (at < end && *at != '\n')
				at++;
			continue;
		}
		while (at < end && *at && !strchr(" \t\r\n", *at))
			at++;
		if (at > start)
			strv_take(out, xstrndup(start, (size_t)(at - start)));
		else
			at++;
	}
}

static struct apt_auth *add_auth(struct apt_config *c, const char *machine)
{
	const char *scheme_end = strstr(machine, "://");
	struct apt_auth *a;

	mem_grow(&c->auths, &c->auth_capacity, c->auth_count + 1, sizeof(*c->auths));
	a = &c->auths[c->auth_count++];
	*a = (struct apt_auth){0};
	if (scheme_end)
		a->scheme = xstrndup(machine, (size_t)(scheme_end - machine));
	a->machine = xstrdup(scheme_end ? scheme_end + 3 : machine);
	return a;
}

static void set_word(char **slot, const char *word)
{
	free(*slot);
	*slot = xstrdup(word);
}

void apt_parse_auth(const char *text, size_t size, struct apt_config *c)
{
	cleanup(strv_done) struct strv words = STRV_INIT;
	struct apt_auth *current = NULL;

	split_words(text, size, &words);
	for (size_t i = 0; i + 1 < words.len; i += 2) {
		const char *key = words.items[i];

		if (str_eq(key, "machine"))
			current = add_auth(c, words.items[i + 1]);
		else if (current && str_eq(key, "login"))
			set_word(&current->login, words.items[i + 1]);
		else if (current && str_eq(key, "password"))
			set_word(&current->password, words.items[i + 1]);
	}
}

/* Does "host", "host:port" or "host/path" cover the URI (which has no scheme any more)? */
static bool machine_covers(const char *machine, const char *target)
{
	size_t len = strlen(machine);

	if (!str_starts(target, machine))
		return false;
	if (len && machine[len - 1] == '/')
		return true;
	if (strchr(machine, '/') || strchr(machine, ':'))
		return target[len] == '\0' || target[len] == '/';
	return target[len] == '\0' || target[len] == '/' || target[len] == ':';
}

char *apt_userpwd(const struct apt_config *c, const char *uri)
{
	const char *target = strstr(uri, "://");
	cleanup_free char *scheme = uri_scheme(uri);

	for (size_t i = 0; target && i < c->auth_count; i++) {
		const struct apt_auth *a = &c->auths[i];

		/* Like apt: without a scheme, a password goes over TLS or not at all. */
		if (!str_eq(a->scheme ? a->scheme : "https", scheme))
			continue;
		if (machine_covers(a->machine, target + 3) && a->login)
			return xasprintf("%s:%s", a->login, a->password ? a->password : "");
	}
	return NULL;
}
