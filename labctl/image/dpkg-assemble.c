/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only becomes clear when all packages lie in the tree: who owns a
 * directory or a file that several ship, which triggers their files set off,
 * in which order preinst scripts run, and dpkg's status of it all. Packages
 * are taken in the lock's order (by name), never in the order in which the
 * workers happened to finish, so the result is always the same.
 */
#include "image/dpkg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "image/deb.h"
#include "image/dpkg-assemble.h"

int dpkg_diversions(const struct view *v, struct diversions *out, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	cleanup(strv_done) struct strv lines = STRV_INIT;

	*out = (struct diversions){.items = NULL};
	if (view_read(v, DPKG_DIR "/diversions", &text, DPKG_FILE_MAX, e) < 0)
		return -1;
	strv_split(&lines, text.data, '\n');
	if (lines.len % 3)
		return fail(e, ERR_SPEC, 0, "'/%s/diversions' in the image is damaged", DPKG_DIR);
	out->items = xcalloc(lines.len / 3 + 1, sizeof(*out->items));
	for (size_t i = 0; i < lines.len; i += 3) {
		struct diversion *d = &out->items[out->count++];

		d->from = xstrdup(lines.items[i] + strspn(lines.items[i], "/"));
		d->to = xstrdup(lines.items[i + 1] + strspn(lines.items[i + 1], "/"));
		d->package = xstrdup(lines.items[i + 2]);
	}
	return 0;
}

void dpkg_diversions_done(struct diversions *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free(d->items[i].from);
		free(d->items[i].to);
		free(d->items[i].package);
	}
	free(d->items);
	*d = (struct diversions){.items = NULL};
}

void dpkg_plan_done(struct dpkg_plan *p)
{
	strv_done(&p->preinst);
}

int dpkg_read_note(const struct assembly *a, const char *package, const char *suffix,
		   struct str *out, struct err *e)
{
	cleanup_free char *name = xasprintf("%s.%s", package, suffix);

	if (faccessat(a->notes_fd, name, F_OK, 0))
		return 0; /* nothing was left to say */
	return fd_read_file_at(a->notes_fd, name, out, DPKG_FILE_MAX, e);
}

int dpkg_write_db(struct assembly *a, const char *name, const struct str *text, struct err *e)
{
	cleanup_free char *path = xasprintf(DPKG_DIR "/%s", name);

	return view_write(a->view, path, text->data, text->len, 0644, e);
}

static int load_package(struct assembly *a, struct unpacked *p, struct err *e)
{
	cleanup(str_done) struct str list = STR_INIT;

	str_init(&p->status);
	if (dpkg_read_note(a, p->locked->name, "status", &p->status, e))
		return -1;
	p->info_name = dpkg_info_name(p->status.data);
	cleanup_free char *path = xasprintf(DPKG_DIR "/info/%s.list", p->info_name);

	if (view_read(a->view, path, &list, DPKG_FILE_MAX, e) < 0)
		return -1;
	strv_split(&p->files, list.data, '\n');
	return 0;
}

static int load_packages(struct assembly *a, const struct image_lock *lock,
			 const char *const *paths, struct err *e)
{
	a->packages = xcalloc(lock->package_count + 1, sizeof(*a->packages));
	for (size_t i = 0; i < lock->package_count; i++) {
		struct unpacked *p = &a->packages[a->count++];

		p->locked = &lock->packages[i];
		p->path = paths[i];
		if (load_package(a, p, e))
			return -1;
	}
	return 0;
}

static void assembly_done(struct assembly *a)
{
	for (size_t i = 0; i < a->count; i++) {
		str_done(&a->packages[i].status);
		free(a->packages[i].info_name);
		strv_done(&a->packages[i].files);
	}
	free(a->packages);
	dpkg_diversions_done(&a->diversions);
}

/* Would the parent, now that it is finished, have sent a file elsewhere? */
static bool is_diverted(const struct assembly *a)
{
	for (size_t i = 0; a->diversions.count && i < a->count; i++) {
		const struct unpacked *p = &a->packages[i];

		for (size_t k = 0; k < p->files.len; k++) {
			const char *file = p->files.items[k] + 1;

			if (unpack_divert(&a->diversions, p->locked->name, file) != file)
				return true;
		}
	}
	return false;
}

/* Does a field like Replaces or Depends name the package? Versions are the solver's matter. */
static bool names_package(const char *relations, const char *package)
{
	size_t len = strlen(package);

	for (const char *at = relations; at && *at; at += strcspn(at, ",|")) {
		at += strspn(at, ",| \n\t");
		if (strncmp(at, package, len) == 0 && strcspn(at, " (:,|\n\t") == len)
			return true;
	}
	return false;
}

static bool replaces(const struct unpacked *a, const struct unpacked *b)
{
	cleanup_free char *field = dpkg_field(a->status.data, "Replaces");

	return names_package(field, b->locked->name);
}

/* Lays the file of this package over what stands there. */
static int unpack_again(struct assembly *a, const struct unpacked *winner, const char *file,
			struct err *e)
{
	cleanup(deb_close) struct deb deb = {.map = NULL};
	cleanup(unpack_done) struct unpack u = {
	    .view = a->view,
	    .package = winner->locked->name,
	    .diversions = &a->diversions,
	    .only = file,
	    .list = STR_INIT,
	    .dirs = STR_INIT,
	    .clashes = STR_INIT,
	};

	if (deb_open(winner->path, &deb, e) || deb_find_parts(&deb, e))
		return -1;
	return unpack_data(&u, &deb.data, e);
}

static int drop_from_list(struct assembly *a, struct unpacked *loser, const char *file,
			  struct err *e)
{
	for (size_t i = 0; i < loser->files.len; i++)
		if (str_eq(loser->files.items[i] + 1, file))
			strv_remove(&loser->files, i--);
	cleanup_free char *text = strv_join(&loser->files, "\n");
	cleanup_free char *lines = xasprintf("%s\n", text);
	cleanup_free char *path = xasprintf(DPKG_DIR "/info/%s.list", loser->info_name);

	return view_write(a->view, path, lines, strlen(lines), 0644, e);
}

/* Two packages ship one file: the one whose Replaces names the other has it. */
static int settle_clash(struct assembly *a, struct unpacked *second, const char *file,
			struct err *e)
{
	struct unpacked *first = NULL;

	for (size_t i = 0; i < a->count && !first; i++)
		for (size_t k = 0; k < a->packages[i].files.len; k++)
			if (&a->packages[i] != second &&
			    str_eq(a->packages[i].files.items[k] + 1, file))
				first = &a->packages[i];
	if (!first)
		return fail(e, ERR_SPEC, 0, "'/%s' of %s already stands in the image", file,
			    second->locked->name);
	if (!replaces(first, second) && !replaces(second, first))
		return fail(e, ERR_SPEC, 0, "both %s and %s ship '/%s'", first->locked->name,
			    second->locked->name, file);
	bool first_wins = replaces(first, second);

	if (unpack_again(a, first_wins ? first : second, file, e))
		return -1;
	return drop_from_list(a, first_wins ? second : first, file, e);
}

static int settle_clashes(struct assembly *a, struct err *e)
{
	for (size_t i = 0; i < a->count; i++) {
		cleanup(str_done) struct str text = STR_INIT;
		cleanup(strv_done) struct strv files = STRV_INIT;

		if (dpkg_read_note(a, a->packages[i].locked->name, "clashes", &text, e))
			return -1;
		strv_split(&files, text.data, '\n');
		for (size_t k = 0; k < files.len; k++)
			if (settle_clash(a, &a->packages[i], files.items[k], e))
				return -1;
	}
	return 0;
}

/* The parent's entries stay as they are, ours follow. */
static int write_status(struct assembly *a, struct err *e)
{
	cleanup(str_done) struct str status = STR_INIT;
	cleanup(str_done) struct str format = STR_INIT;

	if (view_read(a->view, DPKG_DIR "/status", &status, DPKG_FILE_MAX, e) < 0)
		return -1;
	if (status.len && !str_ends(status.data, "\n\n"))
		str_addc(&status, '\n');
	for (size_t i = 0; i < a->count; i++)
		str_addn(&status, a->packages[i].status.data, a->packages[i].status.len);
	str_add(&format, "1\n"); /* of info/: file names may bear an architecture */
	return dpkg_write_db(a, "status", &status, e) || dpkg_write_db(a, "info/format", &format, e)
		   ? -1
		   : 0;
}

static void add_preinst(const struct assembly *a, struct unpacked *p, struct dpkg_plan *out)
{
	cleanup_free char *script = xasprintf(DPKG_DIR "/info/%s.preinst", p->info_name);
	struct stat st;
	struct err ignored;

	if (!strv_has(&out->preinst, p->info_name) &&
	    view_lstat(a->view, script, &st, &ignored) == 1)
		strv_add(&out->preinst, p->info_name);
}

static void visit_package(struct assembly *a, struct unpacked *p, struct dpkg_plan *out);

/* Those of our packages that a dependency field names come first. */
static void visit_relations(struct assembly *a, const struct unpacked *p, const char *field,
			    struct dpkg_plan *out)
{
	cleanup_free char *relations = dpkg_field(p->status.data, field);

	for (size_t i = 0; relations && i < a->count; i++)
		if (!a->packages[i].visited &&
		    names_package(relations, a->packages[i].locked->name))
			visit_package(a, &a->packages[i], out);
}

static void visit_package(struct assembly *a, struct unpacked *p, struct dpkg_plan *out)
{
	p->visited = true;
	visit_relations(a, p, "Pre-Depends", out);
	visit_relations(a, p, "Depends", out);
	add_preinst(a, p, out);
}

/* Dependencies first; but base-passwd before all, since every script looks up users. */
static void order_preinst(struct assembly *a, struct dpkg_plan *out)
{
	for (size_t i = 0; i < a->count; i++)
		if (str_eq(a->packages[i].locked->name, "base-passwd"))
			add_preinst(a, &a->packages[i], out);
	for (size_t i = 0; i < a->count; i++)
		if (!a->packages[i].visited)
			visit_package(a, &a->packages[i], out);
}

/* dpkg-statoverride(1): owner and mode that the parent wants for paths of ours. */
static int apply_overrides(struct assembly *a, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;

	/* Names of users would have to be looked up in the image; no package of a parent has made
	 * an override for a path of a child yet. So they are refused, not ignored. */
	if (view_read(a->view, DPKG_DIR "/statoverride", &text, DPKG_FILE_MAX, e) < 0)
		return -1;
	cleanup(strv_done) struct strv lines = STRV_INIT;

	strv_split(&lines, text.data, '\n');
	for (size_t i = 0; i < lines.len; i++) {
		const char *path = strchr(lines.items[i], '/');
		struct stat st;

		if (!path)
			continue;
		cleanup_fd int fd =
		    view_open_beneath(a->view->upper_fd, path + 1, O_PATH | O_NOFOLLOW, 0);

		if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
			return fail(e, ERR_SPEC, 0,
				    "the parent image overrides owner and mode of '%s', which a "
				    "package of this image ships",
				    path);
	}
	return 0;
}

int dpkg_assemble(struct view *v, int notes_fd, const struct image_lock *lock,
		  const char *const *paths, bool early, bool *again, struct dpkg_plan *out,
		  struct err *e)
{
	struct assembly a = {.view = v, .notes_fd = notes_fd, .early = early};
	int result = load_packages(&a, lock, paths, e);

	if (result == 0)
		result = dpkg_diversions(v, &a.diversions, e);
	a.again = result == 0 && early && is_diverted(&a);
	if (result == 0 && !a.again)
		result = settle_clashes(&a, e);
	if (result == 0 && !a.again)
		result = dpkg_settle_dirs(&a, e);
	if (result == 0 && !a.again &&
	    (apply_overrides(&a, e) || write_status(&a, e) || dpkg_write_triggers(&a, e)))
		result = -1;
	if (result == 0 && !a.again)
		order_preinst(&a, out);
	*again = a.again;
	assembly_done(&a);
	return result;
}
