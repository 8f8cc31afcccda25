/* SPDX-License-Identifier: Apache-2.0 */
#include "image/index.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/strv.h"
#include "image/cache.h"
#include "image/mirror.h"
#include "image/release.h"
#include "spec/config.h"

enum { INRELEASE_MAX = 8 << 20 };
static const int64_t gpgv_timeout_ns = 60 * NS_PER_S;

const char *index_architecture(void)
{
#if defined(__x86_64__)
	return "amd64";
#elif defined(__aarch64__)
	return "arm64";
#elif defined(__riscv)
	return "riscv64";
#elif defined(__powerpc64__)
	return "ppc64el";
#elif defined(__s390x__)
	return "s390x";
#else
#error "which Debian architecture is this?"
#endif
}

/* --------------------------------------------------------------- signatures */

/* LABCTL_KEYRING, the configuration file, or Debian's keyring. */
static char *find_keyring(struct err *e)
{
	static const char *const usual[] = {"/usr/share/keyrings/debian-archive-keyring.gpg",
					    "/usr/share/keyrings/debian-archive-keyring.pgp"};
	const char *from_environment = getenv("LABCTL_KEYRING");
	struct config c;
	char *path;

	if (from_environment && *from_environment)
		return xstrdup(from_environment);
	if (config_load(&c, e))
		return NULL;
	path = take_ptr(c.keyring);
	config_done(&c);
	for (size_t i = 0; !path && i < ARRAY_SIZE(usual); i++) {
		if (path_exists(usual[i]))
			path = xstrdup(usual[i]);
	}
	return path ? path : xstrdup(usual[0]);
}

struct signatures { /* what gpgv said of them, one status line each */
	int good;
	int bad;
	int expired;
	int unknown;
	int texts;    /* that were signed: more than one is somebody's trick */
	char key[64]; /* of one that is unknown */
};

static void read_status_line(const char *line, struct signatures *s)
{
	static const char prefix[] = "[GNUPG:] ";

	if (!str_starts(line, prefix))
		return;
	line += strlen(prefix);
	if (str_starts(line, "GOODSIG ")) {
		s->good++;
	} else if (str_starts(line, "BADSIG ")) {
		s->bad++;
	} else if (str_starts(line, "EXPKEYSIG ") || str_starts(line, "REVKEYSIG ") ||
		   str_starts(line, "EXPSIG ")) {
		s->expired++;
	} else if (str_starts(line, "PLAINTEXT ")) {
		s->texts++;
	} else if (str_starts(line, "NO_PUBKEY ")) {
		s->unknown++;
		snprintf(s->key, sizeof(s->key), "%.40s", line + strlen("NO_PUBKEY "));
	}
}

/*
 * One good signature of a key that we have is enough: while Debian goes from one release's keys
 * to the next, others stand beside it that an older keyring does not know.
 */
static int judge(const struct signatures *s, const char *what, const char *keyring, struct err *e)
{
	if (s->bad || s->texts > 1) {
		fail(e, ERR_HOST, 0, "%s has a bad signature: it was changed after it was signed",
		     what);
		return hint(e, "do not use this mirror or proxy; try another with --mirror URL");
	}
	if (s->good)
		return 0;
	if (s->expired) {
		fail(e, ERR_HOST, 0, "%s is signed with a key that has expired in %s", what,
		     keyring);
		return hint(e, "apt-get install --only-upgrade debian-archive-keyring");
	}
	if (s->unknown) {
		fail(e, ERR_HOST, 0, "%s is signed with key %s, which is not in %s", what, s->key,
		     keyring);
		return hint(e,
			    "apt-get install --only-upgrade debian-archive-keyring (an older one "
			    "does not know newer releases); for a mirror that signs with its own "
			    "key, set `keyring: FILE` in labctl.yaml");
	}
	fail(e, ERR_HOST, 0, "%s is not signed", what);
	return hint(e, "do not use this mirror or proxy; try another with --mirror URL");
}

/* Verifies a clear-signed text; *clear is what was signed, and nothing else must be read. */
static int verify(const struct str *signed_text, const char *what, struct str *clear, struct err *e)
{
	cleanup(proc_result_done) struct proc_result r = PROC_RESULT_INIT;
	cleanup(strv_done) struct strv lines = STRV_INIT;
	cleanup_free char *keyring = find_keyring(e);
	struct signatures s = {0};

	if (!keyring)
		return -1;
	if (!path_exists(keyring)) {
		fail(e, ERR_HOST, 0, "verify %s: there is no keyring '%s'", what, keyring);
		return hint(e, "apt-get install debian-archive-keyring; or set `keyring: FILE` in "
			       "labctl.yaml");
	}
	if (!proc_have("gpgv")) {
		fail(e, ERR_HOST, 0, "verify %s: there is no program gpgv", what);
		return hint(e, "apt-get install gpgv");
	}
	const char *const argv[] = {"gpgv",     "--status-fd", "2", "--keyring", keyring,
				    "--output", "-",           "-", NULL};

	if (proc_run(argv, signed_text->data, signed_text->len, gpgv_timeout_ns, &r, e))
		return wrap(e, "verify %s", what);
	strv_split(&lines, r.errs.data, '\n');
	for (size_t i = 0; i < lines.len; i++)
		read_status_line(lines.items[i], &s);
	if (r.status && s.good && !s.unknown && !s.expired)
		s.bad++; /* gpgv found something else to object to */
	if (judge(&s, what, keyring, e))
		return -1;
	str_addn(clear, r.out.data, r.out.len);
	return 0;
}

/* ------------------------------------------------------------------- indexes */

static int check_validity(const struct release *r, const char *what, struct err *e)
{
	int64_t now_s = clock_wall_ns() / NS_PER_S;
	char until[40];

	if (!r->valid_until_s || now_s <= r->valid_until_s)
		return 0;
	clock_iso8601(r->valid_until_s * NS_PER_S, until, sizeof(until));
	fail(e, ERR_HOST, 0,
	     "%s was valid until %s only: the mirror is out of date, or somebody "
	     "replays an old index",
	     what, until);
	return hint(e, "check this machine's clock (`date`), or use another mirror with --mirror "
		       "URL");
}

static char *compressed_path(const struct release *r, const char *suite, const char *directory,
			     const char *sha256)
{
	if (r->by_hash)
		return xasprintf("dists/%s/%s/by-hash/SHA256/%s", suite, directory, sha256);
	return xasprintf("dists/%s/%s/Packages.xz", suite, directory);
}

static int fill(struct index *i, const struct release *r, const char *architecture,
		const char *what, struct err *e)
{
	cleanup_free char *directory = xasprintf("%s/binary-%s", i->component, architecture);
	cleanup_free char *plain = xasprintf("%s/Packages", directory);
	cleanup_free char *packed = xasprintf("%s/Packages.xz", directory);
	struct release_file file;

	if (!release_find(r, plain, &file))
		return fail(e, ERR_HOST, 0,
			    "%s lists no %s: does the archive have component %s "
			    "for %s?",
			    what, plain, i->component, architecture);
	memcpy(i->packages_sha256, file.sha256, sizeof(file.sha256));
	if (!release_find(r, packed, &file))
		return fail(e, ERR_HOST, 0, "%s lists no %s", what, packed);
	memcpy(i->compressed_sha256, file.sha256, sizeof(file.sha256));
	i->compressed_bytes = file.size;
	i->compressed_path = compressed_path(r, i->suite, directory, file.sha256);
	i->date = xstrdup(r->date);
	i->date_s = r->date_s;
	return 0;
}

/* Verifies an InRelease text and reads what it says of one component. */
static int read_release(const struct str *text, const char *suite, const char *component,
			const char *architecture, bool fresh, const char *what, struct index *out,
			struct err *e)
{
	cleanup(str_done) struct str clear = STR_INIT;
	cleanup(release_done) struct release r = {0};

	*out = (struct index){.suite = xstrdup(suite), .component = xstrdup(component)};
	hash_hex(text->data, text->len, out->release_sha256);
	if (verify(text, what, &clear, e))
		return -1;
	if (release_parse(clear.data, clear.len, &r, e))
		return wrap(e, "read %s", what);
	if (fresh && check_validity(&r, what, e))
		return -1;
	if (!str_eq(r.codename, suite) && !str_eq(r.suite, suite))
		return fail(e, ERR_HOST, 0, "%s is of %s, not of %s", what,
			    r.codename ? r.codename : "no release", suite);
	return fill(out, &r, architecture, what, e);
}

int index_open(const char *suite, const char *component, struct index *out, struct err *e)
{
	const struct mirror *m = mirror_find(suite, e);
	cleanup_free char *what = NULL;
	char digest[HASH_HEX_SIZE];

	*out = (struct index){0};
	if (!m)
		return -1;
	what = xasprintf("'%s/dists/%s/InRelease'", m->server.uri, suite);
	if (read_release(&m->release_text, suite, component, index_architecture(), true, what, out,
			 e) ||
	    cache_put(m->release_text.data, m->release_text.len, digest, e)) {
		index_done(out);
		return -1;
	}
	return 0;
}

int index_open_cached(const struct lock_index *locked, const char *architecture, struct index *out,
		      struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	cleanup_free char *path = cache_path(locked->release_sha256);
	char digest[HASH_HEX_SIZE];

	*out = (struct index){0};
	if (!path_exists(path)) {
		fail(e, ERR_HOST, 0, "the signed index of %s of %s is not in the cache",
		     locked->suite, locked->date);
		return hint(e, "a build that fetches packages while the mirror still serves that "
			       "index keeps it");
	}
	if (fd_read_file_at(AT_FDCWD, path, &text, INRELEASE_MAX, e))
		return -1;
	hash_hex(text.data, text.len, digest);
	if (!str_eq(digest, locked->release_sha256)) {
		fail(e, ERR_HOST, 0, "'%s' is damaged: its SHA-256 is not its name", path);
		return hint(e, "remove that file");
	}
	if (read_release(&text, locked->suite, locked->component, architecture, false, path, out,
			 e)) {
		index_done(out);
		return -1;
	}
	return 0;
}

int index_fetch(const struct index *i, struct err *e)
{
	const struct mirror *m;
	cleanup_free char *what = NULL;
	bool missing = false;

	if (cache_has(i->compressed_sha256))
		return 0;
	m = mirror_find(i->suite, e);
	if (!m)
		return -1;
	what = xasprintf("index of %s %s", i->suite, i->component);
	struct download_item item = {.path = i->compressed_path,
				     .sha256 = i->compressed_sha256,
				     .size = i->compressed_bytes};
	struct download_request r = {
	    .server = &m->server, .items = &item, .count = 1, .what = what};

	if (!download_items(&r, &missing, e))
		return 0;
	if (missing)
		hint(e,
		     "the mirror is being updated, or has moved on to a newer index: try again in "
		     "a minute, or use another mirror with --mirror URL");
	return -1;
}

void index_done(struct index *i)
{
	free(i->suite);
	free(i->component);
	free(i->date);
	free(i->compressed_path);
	*i = (struct index){0};
}
