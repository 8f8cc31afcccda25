/* SPDX-License-Identifier: Apache-2.0 */
#include "image/dpkg.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "base/mem.h"
#include "image/deb822.h"
#include "image/tarball.h"

enum { CONTROL_FILE_MAX = 32 << 20 };

int dpkg_prepare(struct view *v, struct err *e)
{
	static const char *const dirs[] = {
	    DPKG_DIR "/info",  DPKG_DIR "/updates",      DPKG_DIR "/triggers",
	    DPKG_DIR "/parts", DPKG_DIR "/alternatives",
	};

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (view_dir(v, dirs[i], e) < 0)
			return -1;
	return 0;
}

char *dpkg_field(const char *stanza, const char *name)
{
	struct deb822 d;
	struct deb822_field f;

	deb822_init(&d, stanza, strlen(stanza));
	if (deb822_next_stanza(&d))
		while (deb822_next_field(&d, &f))
			if (deb822_is(&f, name))
				return deb822_value(&f);
	return NULL;
}

char *dpkg_info_name(const char *stanza)
{
	cleanup_free char *name = dpkg_field(stanza, "Package");
	cleanup_free char *multi = dpkg_field(stanza, "Multi-Arch");
	cleanup_free char *architecture = dpkg_field(stanza, "Architecture");

	if (str_eq(multi, "same"))
		return xasprintf("%s:%s", name, architecture);
	return xstrdup(name);
}

/* control.tar in memory: its few files, by name. */
struct control {
	struct {
		char *name;
		struct str text;
		mode_t mode;
	} files[64];
	size_t count;
};

static void control_done(struct control *c)
{
	for (size_t i = 0; i < c->count; i++) {
		free(c->files[i].name);
		str_done(&c->files[i].text);
	}
	c->count = 0;
}

static const char *control_text(const struct control *c, const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (str_eq(c->files[i].name, name))
			return c->files[i].text.data;
	return NULL;
}

static bool is_control_name(const char *name)
{
	return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_")] == '\0';
}

static int read_control_file(struct control *c, struct tarball *t, const char *name, mode_t mode,
			     struct err *e)
{
	struct str *text;
	const void *data;
	size_t n;
	int more;

	if (!is_control_name(name))
		return fail(e, ERR_SPEC, 0, "no control file may have this name");
	if (c->count == ARRAY_SIZE(c->files))
		return fail(e, ERR_SPEC, 0, "more control files than dpkg knows");
	c->files[c->count].name = xstrdup(name);
	c->files[c->count].mode = mode;
	text = &c->files[c->count++].text;
	str_init(text);
	while ((more = tarball_read(t, &data, &n, e)) == 1) {
		if (text->len + n > CONTROL_FILE_MAX)
			return fail(e, ERR_SPEC, 0, "longer than %d bytes", CONTROL_FILE_MAX);
		str_addn(text, data, n);
	}
	return more;
}

static int read_control(struct control *c, const struct deb_part *part, struct err *e)
{
	cleanup(str_done) struct str name = STR_INIT;
	struct tarball *t = tarball_open(part->data, part->size, e);
	struct tarball_member m;
	int more;

	if (!t)
		return -1;
	while ((more = tarball_next(t, &m, e)) == 1) {
		more = unpack_clean_name(m.path, &name, e);
		if (more == 0 && m.type == TARBALL_FILE)
			more = read_control_file(c, t, name.data, m.mode, e);
		else if (more == 0 && m.type != TARBALL_DIR)
			more = fail(e, ERR_SPEC, 0, "a control file may not be one");
		if (more < 0) {
			wrap(e, "%s '%s' of the control archive", m.type_name, m.path);
			break;
		}
	}
	tarball_close(t);
	return more;
}

/* Is it the package that the lock asked for? The digest says so too, unless the lock is wrong. */
static int check_identity(const struct control *c, const struct lock_package *p, struct err *e)
{
	const char *stanza = control_text(c, "control");

	if (!stanza)
		return fail(e, ERR_SPEC, 0, "it has no control file");
	cleanup_free char *name = dpkg_field(stanza, "Package");
	cleanup_free char *version = dpkg_field(stanza, "Version");
	cleanup_free char *architecture = dpkg_field(stanza, "Architecture");

	if (!str_eq(name, p->name) || !str_eq(version, p->version) ||
	    !str_eq(architecture, p->architecture))
		return fail(e, ERR_SPEC, 0, "it is %s %s for %s, and the lock names %s %s for %s",
			    name ? name : "nameless", version ? version : "without version",
			    architecture ? architecture : "no architecture", p->name, p->version,
			    p->architecture);
	return 0;
}

/* The paths in a conffiles file, relative. Lines with a flag before the path name files to remove.
 */
static void conffile_paths(const char *text, struct strv *out)
{
	cleanup(strv_done) struct strv lines = STRV_INIT;

	if (!text)
		return;
	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.len; i++)
		if (lines.items[i][0] == '/')
			strv_add(out, lines.items[i] + 1);
}

static int write_note(int notes_fd, const char *package, const char *suffix, const struct str *text,
		      struct err *e)
{
	cleanup_free char *name = xasprintf("%s.%s", package, suffix);

	if (!text->len)
		return 0;
	cleanup_fd int fd = fd_open_at(notes_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600, e);

	return fd < 0 || fd_write_all(fd, text->data, text->len, e) ? -1 : 0;
}

/* info/<package>.<file> for all control files but `control`, which becomes the status entry. */
static int write_info(struct view *v, const struct control *c, const char *info_name,
		      const struct str *list, struct err *e)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct str *text = &c->files[i].text;
		cleanup_free char *path =
		    xasprintf(DPKG_DIR "/info/%s.%s", info_name, c->files[i].name);

		if (!str_eq(c->files[i].name, "control") &&
		    view_write(v, path, text->data, text->len, c->files[i].mode, e))
			return -1;
	}
	cleanup_free char *path = xasprintf(DPKG_DIR "/info/%s.list", info_name);

	return view_write(v, path, list->data, list->len, 0644, e);
}

/* The status entry that dpkg's unpack would have written. */
static void status_entry(const char *control, const struct strv *conffiles, struct str *out)
{
	size_t len = strlen(control);

	while (len && control[len - 1] == '\n')
		len--;
	str_addn(out, control, len);
	str_add(out, "\nStatus: install ok unpacked\n");
	if (conffiles->len)
		str_add(out, "Conffiles:\n");
	for (size_t i = 0; i < conffiles->len; i++)
		str_addf(out, " /%s newconffile\n", conffiles->items[i]);
	str_addc(out, '\n');
}

static int write_notes(int notes_fd, const char *package, const struct unpack *u,
		       const struct str *status, struct err *e)
{
	if (write_note(notes_fd, package, "status", status, e) ||
	    write_note(notes_fd, package, "dirs", &u->dirs, e) ||
	    write_note(notes_fd, package, "clashes", &u->clashes, e))
		return -1;
	return 0;
}

static int unpack_open(struct view *v, int notes_fd, const struct deb *deb,
		       const struct lock_package *package, const struct diversions *diversions,
		       struct err *e)
{
	cleanup(control_done) struct control control = {.count = 0};
	cleanup(strv_done) struct strv conffiles = STRV_INIT;
	cleanup(str_done) struct str status = STR_INIT;
	cleanup(unpack_done) struct unpack u = {
	    .view = v,
	    .package = package->name,
	    .conffiles = &conffiles,
	    .diversions = diversions,
	    .list = STR_INIT,
	    .dirs = STR_INIT,
	    .clashes = STR_INIT,
	};

	if (read_control(&control, &deb->control, e) || check_identity(&control, package, e))
		return -1;
	conffile_paths(control_text(&control, "conffiles"), &conffiles);
	if (unpack_data(&u, &deb->data, e))
		return -1;
	status_entry(control_text(&control, "control"), &conffiles, &status);
	cleanup_free char *info_name = dpkg_info_name(status.data);

	if (write_info(v, &control, info_name, &u.list, e))
		return -1;
	return write_notes(notes_fd, package->name, &u, &status, e);
}

/* The cache trusts a file's name; a disk does not deserve that. */
static int check_digest(const struct deb *deb, const struct lock_package *package, bool *damaged,
			struct err *e)
{
	char hex[HASH_HEX_SIZE];

	hash_hex(deb->map, deb->map_size, hex);
	if (str_eq(hex, package->sha256))
		return 0;
	if (damaged)
		*damaged = true;
	return fail(e, ERR_HOST, 0, "its SHA-256 is %s, and the lock names %s", hex,
		    package->sha256);
}

int dpkg_unpack(struct view *v, int notes_fd, const char *path, const struct lock_package *package,
		const struct diversions *diversions, bool *damaged, struct err *e)
{
	cleanup(deb_close) struct deb deb = {.map = NULL};

	if (deb_open(path, &deb, e) || check_digest(&deb, package, damaged, e) ||
	    deb_find_parts(&deb, e) || unpack_open(v, notes_fd, &deb, package, diversions, e))
		return wrap(e, "unpack %s ('%s')", package->pool, path);
	return 0;
}
