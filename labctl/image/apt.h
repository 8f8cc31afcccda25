/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_IMAGE_APT_H
#define LABCTL_IMAGE_APT_H

/*
 * What the host's apt is configured to use: archives, proxies, passwords. The
 * parsers are pure; apt_read asks apt-config where the files are, so APT_CONFIG
 * and moved directories are honoured, and puts the URIs of a mirror+file list in
 * the list's place.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/strv.h"

struct apt_source {
	char *uri;    /* http, https, file or mirror+file; without slashes at the end */
	char *origin; /* "/etc/apt/sources.list.d/debian.sources:6" */
};

struct apt_auth {     /* one `machine` entry of auth.conf */
	char *scheme; /* NULL: https, as apt has it */
	char *machine;
	char *login;
	char *password;
};

struct apt_config {
	struct apt_source *sources; /* in apt's order, no URI twice */
	size_t source_count;
	size_t source_capacity;
	struct strv files;   /* that were read, for messages */
	struct strv proxies; /* "http::Proxy=...", "http::Proxy::host=..." */
	struct apt_auth *auths;
	size_t auth_count;
	size_t auth_capacity;
};

/* ERR_HOST only when a file that exists cannot be read; a host without apt has no sources. */
int apt_read(struct apt_config *out, struct err *e);
void apt_done(struct apt_config *c);

/* deb822 (.sources) and one-line (.list) text: the `deb` entries that are not disabled. */
void apt_parse_sources(const char *name, const char *text, size_t size, struct apt_config *c);
void apt_parse_list(const char *name, const char *text, size_t size, struct apt_config *c);

/* Output of `apt-config dump`: the proxies. */
void apt_parse_dump(const char *text, size_t size, struct apt_config *c);

/* auth.conf, which is netrc with an optional scheme and path. */
void apt_parse_auth(const char *text, size_t size, struct apt_config *c);

/* Proxy for a URI as apt would choose it: "" for DIRECT, NULL if apt has no opinion. */
const char *apt_proxy(const struct apt_config *c, const char *uri);

/* "login:password" for a URI, or NULL. The caller frees. */
char *apt_userpwd(const struct apt_config *c, const char *uri);

#endif
