/* SPDX-License-Identifier: Apache-2.0 */
#include "image/build-work.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/record.h"
#include "image/store.h"

enum {
	BATCH_MAX = 32,
	BATCH_BYTES = 2 << 20, /* packages smaller than this are unpacked several to a job */
	TAIL_LINES = 12,       /* of a script's output, for the error message */
};

static void progress(struct builder *b, int64_t steps, const char *detail)
{
	b->done += steps;
	if (!b->fetching)
		log_progress_update(b->done, detail);
}

/* ---- one target's work ---- */

void build_work_free(struct build_work *w)
{
	struct err ignored;

	if (!w)
		return;
	if (w->stage)
		store_discard(w->stage, &ignored);
	for (size_t i = 0; w->layer.debs && i < w->layer.lock->package_count; i++)
		free(w->layer.debs[i]);
	free(w->layer.debs);
	free(w->stage);
	free(w->packages);
	free(w->what_unpack);
	free(w->what_make);
	free(w->log_path);
	fd_close(&w->log_fd);
	strv_done(&w->tail);
	free(w);
}

/* An empty stage, with all packages still to come (or, the second time, all ready). */
static int work_restart(struct build_work *w, enum work_package packages, struct err *e)
{
	size_t count = w->layer.lock->package_count;

	free(w->stage);
	w->stage = store_stage(w->target->spec.name, e);
	w->layer.stage = w->stage;
	if (!w->stage)
		return -1;
	for (size_t i = 0; i < count; i++)
		w->packages[i] = packages;
	w->left = count;
	w->early = false;
	w->phase = WORK_UNPACKING;
	return build_layer_prepare(&w->layer, e);
}

static int open_log(struct build_work *w, struct err *e)
{
	cleanup_free char *dir = path_join(path_state_dir(), "logs");

	w->log_path = xasprintf("%s/image-%s.log", dir, w->target->spec.name);
	if (path_mkdirs(dir, 0755, e))
		return -1;
	w->log_fd = fd_open_at(AT_FDCWD, w->log_path, O_WRONLY | O_CREAT | O_TRUNC, 0644, e);
	return w->log_fd < 0 ? -1 : 0;
}

/* base-files brings the links /bin, /lib and so on, through which others may be laid down. */
static size_t find_first(const struct target *t)
{
	for (size_t i = 0; !t->parent && i < t->lock.packages.package_count; i++)
		if (str_eq(t->lock.packages.packages[i].name, "base-files"))
			return i;
	return SIZE_MAX;
}

int build_work_begin(struct builder *b, struct target *t, struct err *e)
{
	size_t count = t->lock.packages.package_count;
	struct build_work *w = xcalloc(1, sizeof(*w));

	t->work = w;
	*w = (struct build_work){
	    .builder = b,
	    .target = t,
	    .layer = {.spec = &t->spec, .lock = &t->lock.packages},
	    .packages = xcalloc(count + 1, sizeof(*w->packages)),
	    .first = find_first(t),
	    .began_ns = clock_now_ns(),
	    .what_unpack = xasprintf("image %s: unpack packages", t->spec.name),
	    .what_make = xasprintf("image %s: configure", t->spec.name),
	    .log_fd = -1,
	    .tail = STRV_INIT,
	};
	w->layer.debs = xcalloc(count + 1, sizeof(*w->layer.debs));
	b->total += (int64_t)(count * 2 + t->lock.packages.build_package_count) + 1;
	return open_log(w, e) || work_restart(w, PACKAGE_TO_COME, e) ? -1 : 0;
}

/* The trees below the target's own, topmost first; its parent may still be in its stage. */
static void lower_trees(const struct target *t, struct strv *out)
{
	for (const struct target *p = t->parent; p; p = p->parent) {
		if (p->work && p->work->phase != WORK_DONE)
			strv_take(out, build_layer_upper(&p->work->layer));
		else
			strv_take(out, store_root(p->record.layers.items[0]));
	}
}

bool build_work_is_done(const struct target *t)
{
	return !t->work || t->work->phase == WORK_DONE;
}

void build_work_ready(struct build_work *w, size_t i, const char *path)
{
	free(w->layer.debs[i]);
	w->layer.debs[i] = xstrdup(path);
	w->packages[i] = PACKAGE_READY;
}

/* All that stands below it has at least been unpacked. */
static bool may_unpack(const struct target *t)
{
	for (const struct target *p = t->parent; p; p = p->parent)
		if (!build_work_is_done(p) && p->work->left)
			return false;
	return true;
}

/* ---- unpacking ---- */

struct batch {
	struct build_work *work;
	struct view view; /* opened before the fork: a stage may move while the job begins */
	size_t packages[BATCH_MAX];
	size_t count;
};

static int run_batch(void *arg, int output_fd, char answer[JOB_ANSWER_MAX], struct err *e)
{
	struct batch *batch = arg;

	(void)output_fd;
	(void)answer;
	return build_layer_unpack(&batch->work->layer, &batch->view, batch->packages, batch->count,
				  e);
}

static int end_batch(void *arg, const char *answer, struct err *e)
{
	struct batch *batch = arg;
	struct build_work *w = batch->work;
	size_t last = batch->packages[batch->count - 1];
	cleanup_free char *detail =
	    xasprintf("%s: unpacked %s", w->target->spec.name, w->layer.lock->packages[last].name);
	size_t count = batch->count;

	free(batch);
	w->builder->unpacking--;
	if (!answer)
		return wrap(e, "image %s", w->target->spec.name);
	w->left -= count;
	progress(w->builder, (int64_t)count, detail);
	return 0;
}

/* The largest package that is ready: what takes longest should not begin last. */
static size_t pick_package(const struct build_work *w)
{
	size_t best = SIZE_MAX;

	if (w->first != SIZE_MAX && w->packages[w->first] != PACKAGE_TAKEN)
		return w->packages[w->first] == PACKAGE_READY ? w->first : SIZE_MAX;
	if (w->first != SIZE_MAX && w->left == w->layer.lock->package_count)
		return SIZE_MAX; /* the first is under way */
	for (size_t i = 0; i < w->layer.lock->package_count; i++)
		if (w->packages[i] == PACKAGE_READY &&
		    (best == SIZE_MAX ||
		     w->layer.lock->packages[i].size > w->layer.lock->packages[best].size))
			best = i;
	return best;
}

static void fill_batch(struct build_work *w, struct batch *batch)
{
	int64_t bytes = 0;

	while (batch->count < BATCH_MAX && bytes < BATCH_BYTES) {
		size_t i = pick_package(w);

		if (i == SIZE_MAX)
			return;
		w->packages[i] = PACKAGE_TAKEN;
		bytes += w->layer.lock->packages[i].size;
		batch->packages[batch->count++] = i;
		if (i == w->first)
			return;
	}
}

/* 1 a batch was started, 0 there is nothing to unpack now. */
int build_work_unpack(struct build_work *w, struct err *e)
{
	cleanup(strv_done) struct strv lowers = STRV_INIT;
	cleanup_free char *upper = build_layer_upper(&w->layer);

	if (w->phase != WORK_UNPACKING || !may_unpack(w->target) || pick_package(w) == SIZE_MAX)
		return 0;
	struct batch *batch = xcalloc(1, sizeof(*batch));
	struct job job = {
	    .what = w->what_unpack, .arg = batch, .run = run_batch, .on_end = end_batch};

	batch->work = w;
	lower_trees(w->target, &lowers);
	if (view_open(upper, (const char *const *)strv_argv(&lowers), &batch->view, e)) {
		free(batch);
		return -1;
	}
	fill_batch(w, batch);
	if (w->target->parent && !build_work_is_done(w->target->parent)) {
		w->early = true;
		job.niceness = 5; /* everybody waits for the parent, which is being configured */
	}
	int result = jobs_start(w->builder->jobs, &job, e);

	view_close(&batch->view);
	if (result)
		return -1;
	w->builder->unpacking++;
	return 1;
}

/* ---- making the layer ---- */

static int run_make(void *arg, int output_fd, char answer[JOB_ANSWER_MAX], struct err *e)
{
	struct build_work *w = arg;
	cleanup(strv_done) struct strv lowers = STRV_INIT;
	char digest[HASH_HEX_SIZE];
	bool again;

	lower_trees(w->target, &lowers);
	if (build_layer_make(&w->layer, (const char *const *)strv_argv(&lowers), w->early,
			     w->builder->runner, output_fd, digest, &again, e))
		return -1;
	snprintf(answer, JOB_ANSWER_MAX, "%s", again ? "again" : digest);
	return 0;
}

/* A line of a script's output: to the log, and "Setting up NAME (VERSION) ..." to the user. */
static void make_line(void *arg, const char *line)
{
	struct build_work *w = arg;
	struct err ignored;

	fd_write_all(w->log_fd, line, strlen(line), &ignored);
	fd_write_all(w->log_fd, "\n", 1, &ignored);
	log_verbose("%s: %s", w->target->spec.name, line);
	strv_add(&w->tail, line);
	if (w->tail.len > TAIL_LINES)
		strv_remove(&w->tail, 0);
	if (str_starts(line, "Setting up ")) {
		const char *name = line + strlen("Setting up ");
		cleanup_free char *detail = xasprintf("%s: configuring %.*s", w->target->spec.name,
						      (int)strcspn(name, " "), name);

		progress(w->builder, 1, detail);
	}
}

static void fill_record(const struct target *t, const char *digest, struct record *r)
{
	const struct image_lock *lock = &t->lock.packages;

	*r = (struct record){
	    .schema = 1,
	    .name = xstrdup(t->spec.name),
	    .parent = t->parent ? xstrdup(t->parent->record.digest) : NULL,
	    .inputs = xstrdup(t->inputs),
	    .lock = xstrdup(t->lock.digest),
	    .lock_is_local = t->lock.local,
	    .source_date_epoch = lock->source_date_epoch,
	    .built_s = clock_wall_ns() / NS_PER_S,
	    .packages = xcalloc(lock->package_count + 1, sizeof(*r->packages)),
	    .package_count = lock->package_count,
	};
	strv_add(&r->layers, digest);
	if (t->parent)
		strv_add_all(&r->layers, (const char *const *)strv_argv(&t->parent->record.layers));
	r->digest = xmalloc(HASH_HEX_SIZE);
	record_digest(r->name, &r->layers, r->digest);
	for (size_t i = 0; i < lock->package_count; i++)
		r->packages[i] = (struct record_package){
		    .name = xstrdup(lock->packages[i].name),
		    .version = xstrdup(lock->packages[i].version),
		    .architecture = xstrdup(lock->packages[i].architecture),
		};
}

static int keep_layer(struct build_work *w, const char *digest, struct err *e)
{
	struct target *t = w->target;
	struct record r;

	if (build_layer_commit(&w->layer, digest, e) || store_discard(w->stage, e))
		return -1;
	fill_record(t, digest, &r);
	record_done(&t->record);
	t->record = r;
	if (record_save(&t->record, e))
		return -1;
	w->phase = WORK_DONE;
	w->builder->on_built(w->builder, t, clock_now_ns() - w->began_ns);
	return 0;
}

static int explain_failure(struct build_work *w, struct err *e)
{
	cleanup_free char *tail = strv_join(&w->tail, "\n");

	wrap(e, "image %s", w->target->spec.name);
	if (e->kind != ERR_GUEST || !w->tail.len)
		return -1;
	size_t len = strlen(e->msg);

	snprintf(e->msg + len, sizeof(e->msg) - len, "; its last words:\n%s", tail);
	return hint(e, "all that it said is in '%s'", w->log_path);
}

static int end_make(void *arg, const char *answer, struct err *e)
{
	struct build_work *w = arg;

	if (!answer)
		return explain_failure(w, e);
	if (str_eq(answer, "again")) {
		log_verbose("%s: unpacking once more, over its finished parent",
			    w->target->spec.name);
		w->builder->total += (int64_t)w->layer.lock->package_count;
		return work_restart(w, PACKAGE_READY, e);
	}
	progress(w->builder, 1, w->target->spec.name);
	return keep_layer(w, answer, e);
}

int build_work_make(struct build_work *w, struct err *e)
{
	const struct job job = {.what = w->what_make,
				.arg = w,
				.run = run_make,
				.on_line = make_line,
				.on_end = end_make};

	if (w->phase != WORK_UNPACKING || w->left || !w->fetched ||
	    (w->target->parent && !build_work_is_done(w->target->parent)))
		return 0;
	w->phase = WORK_MAKING;
	return jobs_start(w->builder->jobs, &job, e);
}
