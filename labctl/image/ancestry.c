/* SPDX-License-Identifier: Apache-2.0 */
#include "image/ancestry.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/index.h"
#include "image/maven.h"

enum { LOCK_FILE_MAX = 4 << 20 };

char *ancestry_committed_path(const struct ancestry *a, size_t n)
{
	return path_join(a->lineage.specs[n].dir, "image.lock");
}

char *ancestry_local_path(const struct ancestry *a, size_t n)
{
	return xasprintf("%s/locks/%s-%s.lock", path_state_dir(), a->lineage.specs[n].name,
			 a->generations[n].tag);
}

int ancestry_save(const char *path, const struct str *text, struct err *e)
{
	cleanup_free char *dir = path_dir(path);

	if (path_mkdirs(dir, 0755, e))
		return -1;
	return fd_replace_file_at(AT_FDCWD, path, text->data, text->len, 0644, e);
}

static int read_lock(const char *path, struct lock *out, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;

	*out = (struct lock){0};
	if (fd_read_file_at(AT_FDCWD, path, &text, LOCK_FILE_MAX, e) ||
	    image_lock_parse(path, text.data, text.len, &out->packages, e))
		return -1;
	hash_hex(text.data, text.len, out->digest);
	out->path = xstrdup(path);
	return 0;
}

static bool same_names(const struct strv *wanted, const struct strv *locked)
{
	if (wanted->len != locked->len)
		return false;
	for (size_t i = 0; i < locked->len; i++) {
		if (!strv_has(wanted, locked->items[i]))
			return false;
	}
	return true;
}

static bool same_request(const struct image_spec *spec, const struct image_lock *l)
{
	return same_names(&spec->packages, &l->requested) &&
	       same_names(&spec->build.packages, &l->build_requested);
}

/* A pom.xml that cannot be read is another one, too: whoever needs it says why. */
static bool same_pom(const struct image_spec *spec, const struct image_lock *l)
{
	char digest[HASH_HEX_SIZE];
	struct err ignored;

	if (!spec->build.maven || !l->pom)
		return !spec->build.maven && !l->pom;
	return maven_pom_digest(spec, digest, &ignored) == 0 && str_eq(digest, l->pom);
}

static bool same_archive(const struct lineage *lineage, const struct image_lock *l)
{
	const struct strv *components = lineage_components(lineage);

	if (components->len != l->index_count)
		return false;
	for (size_t i = 0; i < l->index_count; i++) {
		if (!str_eq(l->indexes[i].suite, lineage_release(lineage)) ||
		    !str_eq(l->indexes[i].component, components->items[i]))
			return false;
	}
	return true;
}

/* Why a lock does not hold for generation n; NULL if it does. The caller frees. */
static char *find_fault(const struct ancestry *a, size_t n, const struct image_lock *l)
{
	const struct image_spec *spec = &a->lineage.specs[n];
	const char *parent_lock = n ? a->generations[n - 1].lock.digest : NULL;

	if (!str_eq(l->image, spec->name))
		return xasprintf("it is the lock of image %s", l->image);
	if (!str_eq(l->architecture, index_architecture()))
		return xasprintf("it is for %s, and this machine is %s", l->architecture,
				 index_architecture());
	if (!same_archive(&a->lineage, l))
		return xstrdup("image.yaml names another release or other components than when "
			       "it was locked");
	if (!same_request(spec, l))
		return xstrdup("image.yaml asks for other packages than when it was locked");
	if (!same_pom(spec, l))
		return xasprintf("%s has changed since it was locked",
				 spec->build.maven ? spec->build.maven : "its pom.xml");
	if (n && !a->generations[n - 1].holds)
		return xasprintf("the lock of its parent %s does not hold", spec->parent);
	if (!str_eq(l->parent_lock, parent_lock))
		return xasprintf("the lock of its parent %s is another one now",
				 spec->parent ? spec->parent : "(none)");
	return NULL;
}

static void generation_done(struct generation *g)
{
	lock_done(&g->lock);
	free(g->why);
	*g = (struct generation){0};
}

static int read_committed(struct ancestry *a, size_t n, struct err *e)
{
	struct generation *g = &a->generations[n];
	cleanup_free char *path = ancestry_committed_path(a, n);

	generation_done(g);
	memcpy(g->tag, "none", sizeof("none"));
	if (!path_exists(path)) {
		g->why = xasprintf("there is no '%s'", path);
		return 0;
	}
	if (read_lock(path, &g->lock, e))
		return -1;
	memcpy(g->committed, g->lock.digest, sizeof(g->committed));
	memcpy(g->tag, g->lock.digest, ANCESTRY_TAG_SIZE - 1);
	g->tag[ANCESTRY_TAG_SIZE - 1] = '\0';
	g->why = find_fault(a, n, &g->lock.packages);
	g->holds = !g->why;
	return 0;
}

/* A local lock that holds comes before the committed one, which it was made to replace. */
static void prefer_local(struct ancestry *a, size_t n)
{
	struct generation *g = &a->generations[n];
	cleanup_free char *path = ancestry_local_path(a, n);
	cleanup_free char *fault = NULL;
	struct lock local;
	struct err damage = {0};

	if (!path_exists(path))
		return;
	if (read_lock(path, &local, &damage)) {
		log_verbose("passing over a damaged local lock: %s", damage.msg);
		return;
	}
	fault = find_fault(a, n, &local.packages);
	if (fault) {
		lock_done(&local);
		return;
	}
	lock_done(&g->lock);
	free(take_ptr(g->why));
	g->lock = local;
	g->lock.local = true;
	g->holds = true;
}

int ancestry_refresh(struct ancestry *a, size_t n, bool locked, struct err *e)
{
	if (read_committed(a, n, e))
		return -1;
	if (!locked)
		prefer_local(a, n);
	return 0;
}

int ancestry_load(const char *image, bool locked, struct ancestry *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (lineage_load(image, &out->lineage, e))
		return -1;
	for (size_t n = 0; n < out->lineage.count; n++) {
		if (ancestry_refresh(out, n, locked, e)) {
			ancestry_done(out);
			return -1;
		}
	}
	return 0;
}

void ancestry_done(struct ancestry *a)
{
	for (size_t n = 0; n < LINEAGE_MAX; n++)
		generation_done(&a->generations[n]);
	lineage_done(&a->lineage);
}
