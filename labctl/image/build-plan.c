/* SPDX-License-Identifier: Apache-2.0 */
#include "image/build-plan.h"

#include <fcntl.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/build-layer.h"
#include "image/lineage.h"
#include "image/store.h"

/* Another number when labctl makes other layers of the same inputs. */
enum { FORMAT = 1, LOCK_ROUNDS = 3 };

static struct target *find_target(const struct build_plan *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (str_eq(p->targets[i]->spec.name, name))
			return p->targets[i];
	return NULL;
}

/* Adds an image and its parents, those first; the specs move from the lineage to the plan. */
static int add_lineage(struct build_plan *p, const char *name, struct err *e)
{
	struct lineage l;
	struct target *parent = NULL;

	if (lineage_load(name, &l, e))
		return -1;
	for (size_t i = 0; i < l.count; i++) {
		struct target *t = find_target(p, l.specs[i].name);

		if (!t) {
			t = xcalloc(1, sizeof(*t));
			t->spec = l.specs[i];
			t->parent = parent;
			memset(&l.specs[i], 0, sizeof(l.specs[i]));
			mem_grow(&p->targets, &p->cap, p->count + 1, sizeof(struct target *));
			p->targets[p->count++] = t;
		}
		parent = t;
	}
	lineage_done(&l);
	return 0;
}

static int add_all(struct build_plan *p, const struct strv *names, bool force, struct err *e)
{
	cleanup(strv_done) struct strv all = STRV_INIT;

	if (names->len == 0) {
		if (image_spec_list(&all, e))
			return -1;
		names = &all;
	}
	for (size_t i = 0; i < names->len; i++) {
		if (add_lineage(p, names->items[i], e))
			return -1;
		find_target(p, names->items[i])->forced = force;
	}
	if (p->count == 0) {
		fail(e, ERR_SPEC, 0, "there are no images to build in '%s'",
		     path_data_dir("images"));
		return hint(e, "LABCTL_DATA names the directory that holds images/");
	}
	return 0;
}

static int add_file(struct str *text, const struct target *t, const struct image_file *f,
		    struct err *e)
{
	cleanup_free char *path = xasprintf("%s/files/%s", t->spec.dir, f->source);
	char hex[HASH_HEX_SIZE];

	if (hash_file_hex(AT_FDCWD, path, hex, e))
		return -1;
	str_addf(text, "file %s %o %s\n", f->path, (unsigned)f->mode, hex);
	return 0;
}

int build_plan_inputs(const struct target *t, char digest[HASH_HEX_SIZE], struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	char script[HASH_HEX_SIZE];

	hash_hex(build_layer_script, strlen(build_layer_script), script);
	str_addf(&text, "labctl-inputs %d\nscript %s\nname %s\nlock %s\nparent %s\n", FORMAT,
		 script, t->spec.name, t->lock.digest, t->parent ? t->parent->inputs : "-");
	for (size_t i = 0; i < t->spec.file_count; i++)
		if (add_file(&text, t, &t->spec.files[i], e))
			return -1;
	for (size_t i = 0; i < t->spec.step_count; i++)
		str_addf(&text, "step %s %s\n", t->spec.steps[i].user, t->spec.steps[i].run);
	for (size_t i = 0; i < t->spec.build.step_count; i++)
		str_addf(&text, "build-step %s\n", t->spec.build.steps[i].run);
	for (size_t i = 0; i < t->spec.build.keep.len; i++)
		str_addf(&text, "keep %s\n", t->spec.build.keep.items[i]);
	hash_hex(text.data, text.len, digest);
	return 0;
}

/* Every layer of the image is still there. */
static bool layers_exist(const struct record *r)
{
	for (size_t i = 0; i < r->layers.len; i++)
		if (!store_has(r->layers.items[i]))
			return false;
	return r->layers.len > 0;
}

/* Looks at what is there; NULL when it is what the plan asks for. */
static const char *why_build(struct target *t)
{
	struct err ignored;

	record_done(&t->record);
	if (t->parent && t->parent->why)
		return "its parent is built";
	if (!record_exists(t->spec.name) || record_load(t->spec.name, &t->record, &ignored))
		return "it is not there";
	if (!layers_exist(&t->record))
		return "a layer of it is gone";
	if (!str_eq(t->record.lock, t->lock.digest))
		return "its lock has changed";
	if (!str_eq(t->record.inputs, t->inputs))
		return "its files or steps have changed";
	return t->forced ? "--force was given" : NULL;
}

static bool is_built(const char *lock_digest)
{
	cleanup(strv_done) struct strv digests = STRV_INIT;
	struct err ignored;
	bool found = false;

	if (record_list(&digests, &ignored))
		return false;
	for (size_t i = 0; i < digests.len && !found; i++) {
		struct record r;

		if (record_load(digests.items[i], &r, &ignored))
			continue;
		found = str_eq(r.lock, lock_digest) && layers_exist(&r);
		record_done(&r);
	}
	return found;
}

/* The lock as it stands; a mended one where it does not hold, or where what it names must come
 * from a mirror and may have left that. */
static int take_lock(struct target *t, const struct build_options *o, struct err *e)
{
	const struct lock_options lo = {
	    .locked = o->locked, .relock = o->relock, .gone = o->gone, .is_built = is_built};
	struct err ignored;

	lock_done(&t->lock);
	if (!o->relock && lock_current(t->spec.name, o->locked, &t->lock, &ignored) == 0) {
		if (build_plan_inputs(t, t->inputs, e))
			return -1;
		if (!why_build(t))
			return 0;
		if (o->dry_run)
			return 0;
		lock_done(&t->lock);
	}
	if (o->dry_run) /* solving it would write a lock: the plan only says that it must be */
		return build_plan_inputs(t, t->inputs, e);
	if (lock_obtain(t->spec.name, &lo, &t->lock, e))
		return wrap(e, "image %s", t->spec.name);
	return build_plan_inputs(t, t->inputs, e);
}

/* Mending a child's lock may mend its parent's: then what was planned for the parent is stale. */
static bool locks_agree(const struct build_plan *p, const struct build_options *o)
{
	for (size_t i = 0; i < p->count; i++) {
		struct lock now = {0};
		struct err ignored;
		bool same =
		    lock_current(p->targets[i]->spec.name, o->locked, &now, &ignored) == 0 &&
		    str_eq(now.digest, p->targets[i]->lock.digest);

		lock_done(&now);
		if (!same)
			return false;
	}
	return true;
}

static int take_locks(struct build_plan *p, const struct build_options *o, struct err *e)
{
	for (size_t i = 0; i < p->count; i++) {
		struct target *t = p->targets[i];

		if (take_lock(t, o, e))
			return -1;
		t->why = why_build(t);
	}
	return 0;
}

int build_plan_make(const struct strv *names, const struct build_options *o, struct build_plan *out,
		    struct err *e)
{
	struct build_options again = *o;
	bool work = false;

	*out = (struct build_plan){.targets = NULL};
	if (add_all(out, names, o->force, e) || take_locks(out, o, e)) {
		build_plan_done(out);
		return -1;
	}
	for (size_t i = 0; i < out->count; i++)
		work |= out->targets[i]->why != NULL;
	again.relock = false;
	work = work && !o->dry_run;
	for (int round = 0; work && round < LOCK_ROUNDS && !locks_agree(out, o); round++) {
		if (take_locks(out, &again, e)) {
			build_plan_done(out);
			return -1;
		}
	}
	lock_release();
	return 0;
}

void build_plan_done(struct build_plan *p)
{
	for (size_t i = 0; i < p->count; i++) {
		image_spec_done(&p->targets[i]->spec);
		lock_done(&p->targets[i]->lock);
		record_done(&p->targets[i]->record);
		free(p->targets[i]);
	}
	free(p->targets);
	*p = (struct build_plan){.targets = NULL};
}
