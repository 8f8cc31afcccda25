/* SPDX-License-Identifier: Apache-2.0 */
#include "image/mirror.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/strv.h"
#include "image/apt.h"
#include "image/release.h"
#include "spec/config.h"

enum { INRELEASE_MAX = 8 << 20 };

static const char *override_uri;
static struct mirror found;
static bool have_found;

void mirror_override(const char *uri)
{
	override_uri = uri;
}

/* The one that the user named, if any did; *source says where. */
static char *named_mirror(const char **source, struct err *e)
{
	const char *from_environment = getenv("LABCTL_MIRROR");
	struct config c;
	char *uri;

	*source = "--mirror";
	if (override_uri)
		return xstrdup(override_uri);
	*source = "LABCTL_MIRROR";
	if (from_environment && *from_environment)
		return xstrdup(from_environment);
	*source = "mirror: in labctl.yaml";
	if (config_load(&c, e)) {
		*source = NULL;
		return NULL;
	}
	uri = take_ptr(c.mirror);
	config_done(&c);
	return uri;
}

static void set_server(struct mirror *m, const char *uri, const char *source,
		       const struct apt_config *apt)
{
	char *clean = xstrdup(uri);
	size_t len = strlen(clean);
	const char *proxy = apt_proxy(apt, uri);

	while (len && clean[len - 1] == '/')
		clean[--len] = '\0';
	*m = (struct mirror){
	    .server = {.uri = clean, .proxy = xstrdup(proxy), .userpwd = apt_userpwd(apt, uri)},
	    .source = xstrdup(source),
	    .release_text = STR_INIT,
	};
}

static void mirror_done(struct mirror *m)
{
	free(m->server.uri);
	free(m->server.proxy);
	free(m->server.userpwd);
	free(m->source);
	free(m->release);
	str_done(&m->release_text);
}

/* Does it serve the release? If not, adds a line to `tried` that says why. */
static bool serves(struct mirror *m, const char *release, bool named, struct str *tried)
{
	cleanup_free char *path = xasprintf("dists/%s/InRelease", release);
	cleanup_free char *origin = NULL;
	struct err why = {0};
	bool missing = false;

	if (download_text(&m->server, path, INRELEASE_MAX, &m->release_text, &missing, &why)) {
		str_addf(tried, "\n%s (%s): %s", m->server.uri, m->source, why.msg);
		return false;
	}
	if (missing) {
		str_addf(tried, "\n%s (%s): has no %s", m->server.uri, m->source, path);
		return false;
	}
	origin = release_claimed_origin(m->release_text.data, m->release_text.len);
	if (named || str_eq(origin, "Debian"))
		return true;
	str_addf(tried, "\n%s (%s): is the archive of %.60s, not of Debian", m->server.uri,
		 m->source, origin ? origin : "nobody knows whom");
	return false;
}

static bool try_server(const char *uri, const char *source, const char *release, bool named,
		       const struct apt_config *apt, struct str *tried)
{
	struct mirror m;

	set_server(&m, uri, source, apt);
	if (!serves(&m, release, named, tried)) {
		mirror_done(&m);
		return false;
	}
	m.release = xstrdup(release);
	log_verbose("packages come from %s (%s)", m.server.uri, m.source);
	if (have_found)
		mirror_done(&found);
	found = m;
	have_found = true;
	return true;
}

static int fail_none(const char *release, const struct apt_config *apt, const struct str *tried,
		     struct err *e)
{
	cleanup_free char *files = strv_join(&apt->files, ", ");

	if (tried->len)
		fail(e, ERR_HOST, 0, "no mirror of Debian %s answers; tried:%s", release,
		     tried->data);
	else
		fail(e, ERR_HOST, 0,
		     "no mirror of Debian %s is known: apt's configuration (%s) "
		     "names no http, https or file source",
		     release, apt->files.len ? files : "none was found");
	return hint(e, "check the network and the proxy; or name a mirror with --mirror URL, "
		       "LABCTL_MIRROR=URL, or `mirror: URL` in labctl.yaml");
}

static int search(const char *release, const struct apt_config *apt, struct err *e)
{
	cleanup(str_done) struct str tried = STR_INIT;
	cleanup_free char *named = NULL;
	const char *source;

	named = named_mirror(&source, e);
	if (!source)
		return -1;
	if (named)
		return try_server(named, source, release, true, apt, &tried)
			   ? 0
			   : fail_none(release, apt, &tried, e);
	for (size_t i = 0; i < apt->source_count; i++) {
		const struct apt_source *s = &apt->sources[i];

		if (try_server(s->uri, s->origin, release, false, apt, &tried))
			return 0;
	}
	return fail_none(release, apt, &tried, e);
}

const struct mirror *mirror_find(const char *release, struct err *e)
{
	struct apt_config apt;
	int rc;

	if (have_found && str_eq(found.release, release))
		return &found;
	if (apt_read(&apt, e))
		return NULL;
	rc = search(release, &apt, e);
	apt_done(&apt);
	return rc ? NULL : &found;
}
