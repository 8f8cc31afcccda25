/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building images, quickly and the same every time.
 *
 * What takes time in an image is unpacking (xz) and maintainer scripts. So:
 *
 *	fetch      all packages of all images, in this process; a package that is whole
 *	           goes to a worker at once
 *	unpack     by as many workers as there are CPUs, straight into the layer's tree
 *	           (unpack.c), with dpkg's database written by us (dpkg.c): dpkg never
 *	           unpacks, so it reads and writes its database once per image
 *	configure  once per image, in a sandbox without network (configure.sh); the
 *	           images of one parent at the same time
 *	finish     what differs from build to build is taken out, the tree hashed (store.c)
 *
 * A child's packages are unpacked while its parent is still being configured,
 * which is the one stretch that keeps a single CPU busy. Where the finished
 * parent turns out to matter to them (a diversion, a directory that became a
 * link), they are unpacked once more: rare, and the result is the same.
 *
 * Workers are forked children (jobs.h), ended with their parent. This process
 * decides, in one loop, what starts next; it alone moves finished layers to
 * their digests. It holds the store's lock all along, so what it finds in
 * stage/ at the beginning is rubbish that a killed labctl left.
 */
#include "image/build.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "image/build-layer.h"
#include "image/build-plan.h"
#include "image/fetch.h"
#include "image/jobs.h"
#include "image/store.h"
#include "image/tarball.h"

enum {
	BATCH_MAX = 32,
	BATCH_BYTES = 2 << 20, /* packages smaller than this are unpacked several to a job */
	TAIL_LINES = 12,       /* of a script's output, for the error message */
};

enum phase { UNPACKING, MAKING, DONE };
enum progress_of { TO_COME, READY, TAKEN };

struct build_work { /* a target that is being built */
	struct builder *builder;
	struct target *target;
	struct build_layer layer;
	char *stage;
	enum phase phase;
	enum progress_of *packages; /* as in the lock */
	size_t left;		    /* to unpack */
	size_t first;		    /* must be unpacked before all others; SIZE_MAX: none */
	bool early;		    /* something was unpacked before the parent was finished */
	int64_t began_ns;
	char *what_unpack, *what_make; /* the jobs' names */
	int log_fd;
	char *log_path;
	struct strv tail;
};

struct builder {
	struct build_plan plan;
	const struct build_options *options;
	const struct build_runner *runner;
	struct jobs *jobs;
	size_t unpacking, unpacking_max;
	int64_t done, total; /* for the progress line */
	bool fetching;	     /* fetch.c has the progress line */
};

static volatile sig_atomic_t interrupted;

static void note_signal(int signal)
{
	interrupted = signal;
}

static int check_interrupted(struct err *e)
{
	return interrupted ? fail(e, ERR_HOST, 0, "the build was interrupted") : 0;
}

static void progress(struct builder *b, int64_t steps, const char *detail)
{
	b->done += steps;
	if (!b->fetching)
		log_progress_update(b->done, detail);
}

/* ---- one target's work ---- */

static void work_free(struct build_work *w)
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
static int work_restart(struct build_work *w, enum progress_of packages, struct err *e)
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
	w->phase = UNPACKING;
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

static int work_begin(struct builder *b, struct target *t, struct err *e)
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
	b->total += (int64_t)count * 2 + 1;
	return open_log(w, e) || work_restart(w, TO_COME, e) ? -1 : 0;
}

/* The trees below the target's own, topmost first; its parent may still be in its stage. */
static void lower_trees(const struct target *t, struct strv *out)
{
	for (const struct target *p = t->parent; p; p = p->parent) {
		if (p->work && p->work->phase != DONE)
			strv_take(out, build_layer_upper(&p->work->layer));
		else
			strv_take(out, store_root(p->record.layers.items[0]));
	}
}

static bool is_finished(const struct target *t)
{
	return !t->work || t->work->phase == DONE;
}

/* All that stands below it has at least been unpacked. */
static bool may_unpack(const struct target *t)
{
	for (const struct target *p = t->parent; p; p = p->parent)
		if (!is_finished(p) && p->work->left)
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
	cleanup_free char *detail = xasprintf("%s: unpacked %s", w->target->spec.name,
					      w->layer.lock->packages[last].name);
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

	if (w->first != SIZE_MAX && w->packages[w->first] != TAKEN)
		return w->packages[w->first] == READY ? w->first : SIZE_MAX;
	if (w->first != SIZE_MAX && w->left == w->layer.lock->package_count)
		return SIZE_MAX; /* the first is under way */
	for (size_t i = 0; i < w->layer.lock->package_count; i++)
		if (w->packages[i] == READY &&
		    (best == SIZE_MAX || w->layer.lock->packages[i].size >
					     w->layer.lock->packages[best].size))
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
		w->packages[i] = TAKEN;
		bytes += w->layer.lock->packages[i].size;
		batch->packages[batch->count++] = i;
		if (i == w->first)
			return;
	}
}

/* 1 a batch was started, 0 there is nothing to unpack now. */
static int start_batch(struct build_work *w, struct err *e)
{
	cleanup(strv_done) struct strv lowers = STRV_INIT;
	cleanup_free char *upper = build_layer_upper(&w->layer);

	if (w->phase != UNPACKING || !may_unpack(w->target) || pick_package(w) == SIZE_MAX)
		return 0;
	struct batch *batch = xcalloc(1, sizeof(*batch));
	/* Configuring a parent is what everybody waits for, so unpacking yields to it. */
	const struct job job = {.what = w->what_unpack, .niceness = 5, .arg = batch,
				.run = run_batch, .on_end = end_batch};

	batch->work = w;
	lower_trees(w->target, &lowers);
	if (view_open(upper, (const char *const *)strv_argv(&lowers), &batch->view, e)) {
		free(batch);
		return -1;
	}
	fill_batch(w, batch);
	if (w->target->parent && !is_finished(w->target->parent))
		w->early = true;
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
		cleanup_free char *detail =
		    xasprintf("%s: configuring %.*s", w->target->spec.name,
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
		strv_add_all(&r->layers,
			     (const char *const *)strv_argv(&t->parent->record.layers));
	r->digest = xmalloc(HASH_HEX_SIZE);
	record_digest(r->name, &r->layers, r->digest);
	for (size_t i = 0; i < lock->package_count; i++)
		r->packages[i] = (struct record_package){
		    .name = xstrdup(lock->packages[i].name),
		    .version = xstrdup(lock->packages[i].version),
		    .architecture = xstrdup(lock->packages[i].architecture),
		};
}

static void report(const struct builder *b, const struct target *t, enum build_action action,
		   int64_t duration_ns)
{
	struct build_report r = {
	    .name = t->spec.name,
	    .action = action,
	    .digest = action == BUILD_PLANNED ? NULL : t->record.digest,
	    .lock_digest = t->lock.digest,
	    .lock_is_local = t->lock.local,
	    .packages = t->lock.packages.package_count,
	    .bytes = -1,
	    .duration_ns = duration_ns,
	    .why = t->why,
	};
	struct err ignored;

	if (action == BUILD_BUILT && store_size(t->record.layers.items[0], &r.bytes, &ignored))
		r.bytes = -1;
	if (b->options->report)
		b->options->report(b->options->arg, &r);
}

static int keep_layer(struct build_work *w, const char *digest, struct err *e)
{
	struct target *t = w->target;
	cleanup_free char *layer = path_join(w->stage, "layer");
	struct record r;

	if (store_commit(layer, digest, e) || store_discard(w->stage, e))
		return -1;
	fill_record(t, digest, &r);
	record_done(&t->record);
	t->record = r;
	if (record_save(&t->record, e))
		return -1;
	w->phase = DONE;
	report(w->builder, t, BUILD_BUILT, clock_now_ns() - w->began_ns);
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
		return work_restart(w, READY, e);
	}
	progress(w->builder, 1, w->target->spec.name);
	return keep_layer(w, answer, e);
}

static int start_make(struct build_work *w, struct err *e)
{
	const struct job job = {.what = w->what_make, .arg = w, .run = run_make,
				.on_line = make_line, .on_end = end_make};

	if (w->phase != UNPACKING || w->left || (w->target->parent && !is_finished(w->target->parent)))
		return 0;
	w->phase = MAKING;
	return jobs_start(w->builder->jobs, &job, e);
}

/* ---- the loop ---- */

/* Starts all that can start now. */
static int start_more(struct builder *b, struct err *e)
{
	for (size_t i = 0; i < b->plan.count; i++) {
		struct build_work *w = b->plan.targets[i]->work;
		int started = 1;

		if (w && start_make(w, e))
			return -1;
		while (w && started == 1 && b->unpacking < b->unpacking_max)
			started = start_batch(w, e);
		if (started < 0)
			return -1;
	}
	return check_interrupted(e);
}

/* A package is whole: give it to a worker, and see to what has ended meanwhile. */
static int take_package(void *arg, const struct lock_package *package, const char *path,
			struct err *e)
{
	struct build_work *w = arg;
	size_t i = (size_t)(package - w->layer.lock->packages);
	int ended = 1;

	free(w->layer.debs[i]);
	w->layer.debs[i] = xstrdup(path);
	w->packages[i] = READY;
	if (start_more(w->builder, e))
		return -1;
	while (ended == 1) {
		ended = jobs_turn(w->builder->jobs, 0, e);
		if (ended < 0 || start_more(w->builder, e))
			return -1;
	}
	return 0;
}

static int fetch_all(struct builder *b, bool *gone, struct err *e)
{
	b->fetching = true;
	for (size_t i = 0; i < b->plan.count; i++) {
		struct build_work *w = b->plan.targets[i]->work;

		if (w && fetch_packages(w->layer.lock, take_package, w, gone, e))
			return -1;
	}
	b->fetching = false;
	return 0;
}

static bool is_complete(const struct builder *b)
{
	for (size_t i = 0; i < b->plan.count; i++)
		if (!is_finished(b->plan.targets[i]))
			return false;
	return true;
}

static int loop(struct builder *b, struct err *e)
{
	while (!is_complete(b)) {
		if (start_more(b, e))
			return -1;
		if (!jobs_running(b->jobs))
			return fail(e, ERR_BUG, 0, "a build that waits for nothing");
		if (jobs_turn(b->jobs, INT64_MAX, e) < 0)
			return -1;
	}
	return 0;
}

static int begin_all(struct builder *b, struct err *e)
{
	for (size_t i = 0; i < b->plan.count; i++)
		if (b->plan.targets[i]->why && work_begin(b, b->plan.targets[i], e))
			return -1;
	return 0;
}

static int run_builder(struct builder *b, bool *gone, struct err *e)
{
	/* Before the first fork, so that no child needs to load it. */
	if (tarball_prepare(e) || store_sweep(e) || begin_all(b, e))
		return -1;
	b->jobs = jobs_new();
	int result = fetch_all(b, gone, e);

	if (result == 0) {
		log_progress_begin("build images", b->total, "steps");
		log_progress_update(b->done, NULL);
		result = loop(b, e);
		log_progress_end(result ? "failed" : "done");
	}
	jobs_free(b->jobs);
	return result;
}

static void builder_done(struct builder *b)
{
	for (size_t i = 0; i < b->plan.count; i++)
		work_free(b->plan.targets[i]->work);
	build_plan_done(&b->plan);
}

static size_t count_work(const struct build_plan *p)
{
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++)
		count += p->targets[i]->why != NULL;
	return count;
}

/* Times of the tree are cut off at the lock's: a clock before that would show in the layer. */
static int check_clock(const struct build_plan *p, struct err *e)
{
	int64_t now = clock_wall_ns() / NS_PER_S;

	for (size_t i = 0; i < p->count; i++) {
		if (!p->targets[i]->why || p->targets[i]->lock.packages.source_date_epoch <= now)
			continue;
		fail(e, ERR_HOST, 0, "the lock of image %s is of a later day than this machine",
		     p->targets[i]->spec.name);
		return hint(e, "set the machine's clock");
	}
	return 0;
}

static void report_rest(const struct builder *b, enum build_action action)
{
	for (size_t i = 0; i < b->plan.count; i++) {
		const struct target *t = b->plan.targets[i];

		if (!t->work)
			report(b, t, t->why ? action : BUILD_UNCHANGED, 0);
	}
}

/* With signals noted instead of deadly, so that children end and stages go before we do. */
static int build_undisturbed(struct builder *b, bool *gone, struct err *e)
{
	const struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESETHAND};
	struct sigaction was[2];

	interrupted = 0;
	sigaction(SIGINT, &action, &was[0]);
	sigaction(SIGTERM, &action, &was[1]);
	int result = run_builder(b, gone, e);

	sigaction(SIGINT, &was[0], NULL);
	sigaction(SIGTERM, &was[1], NULL);
	return result;
}

/* Once; *gone when it failed because a package has left the mirror meanwhile. */
static int build_once(const struct strv *names, const struct build_options *o,
		      const struct build_runner *runner, bool *gone, struct err *e)
{
	struct builder b = {.options = o, .runner = runner};
	cleanup_fd int lock_fd = -1;
	int result = 0;

	b.unpacking_max = (size_t)get_nprocs();
	if (build_plan_make(names, o, &b.plan, e))
		return -1;
	if (!o->dry_run && count_work(&b.plan)) {
		/* Another labctl may have built meanwhile what was missing: look again. */
		lock_fd = store_lock(e);
		build_plan_done(&b.plan);
		if (lock_fd < 0 || build_plan_make(names, o, &b.plan, e))
			return -1;
	}
	if (!o->dry_run && count_work(&b.plan))
		result = check_clock(&b.plan, e) || build_undisturbed(&b, gone, e) ? -1 : 0;
	if (result == 0)
		report_rest(&b, BUILD_PLANNED);
	builder_done(&b);
	return result;
}

int build_images(const struct strv *names, const struct build_options *o,
		 const struct build_runner *runner, struct err *e)
{
	struct build_options again = *o;
	bool gone = false;

	if (build_once(names, o, runner, &gone, e) == 0)
		return 0;
	if (!gone || o->locked || o->relock)
		return -1;
	again.relock = true;
	*e = (struct err){.kind = ERR_NONE};
	return build_once(names, &again, runner, &gone, e);
}
